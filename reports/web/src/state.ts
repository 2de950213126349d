// What a reader has chosen, as it stands after the # of the address: a link to it shows the same view.

export type Language = 'en' | 'zh' | 'both';
export type Theme = 'system' | 'light' | 'dark';

/// What the map and the table show: the standing of each rack, its worst metric, or one metric (its row).
export type Shown = 'standing' | 'worst' | number;

export interface ViewState {
  language: Language | null; // null: as the page was written
  theme: Theme;
  shown: Shown;
  filter: string;
  onlyOpen: boolean; // only racks that are not accepted
  sort: string; // name of a column
  descending: boolean;
  rack: string | null; // name
}

export const firstState: ViewState = {
  language: null, theme: 'system', shown: 'standing', filter: '', onlyOpen: false, sort: 'rack', descending: false, rack: null,
};

const languages: readonly string[] = ['en', 'zh', 'both'];
const themes: readonly string[] = ['system', 'light', 'dark'];
const keys = ['lang', 'theme', 'metric', 'filter', 'open', 'sort', 'rack'];

/// The state that a hash means, over the keys of `metrics`. null: the hash is a place in the page, not a state. What it says
/// wrongly is left out.
export function parseHash(hash: string, metrics: readonly string[]): ViewState | null {
  const text = hash.replace(/^#/, '');
  const given = new URLSearchParams(text);
  if (!keys.some((key) => given.has(key)) || !text.includes('=')) return null;
  const state = { ...firstState };
  const language = given.get('lang');
  if (language && languages.includes(language)) state.language = language as Language;
  const theme = given.get('theme');
  if (theme && themes.includes(theme)) state.theme = theme as Theme;
  const metric = given.get('metric');
  if (metric === 'worst') state.shown = 'worst';
  else if (metric && metrics.includes(metric)) state.shown = metrics.indexOf(metric);
  state.filter = given.get('filter') ?? '';
  state.onlyOpen = given.get('open') === '1';
  const sort = given.get('sort');
  if (sort) {
    state.descending = sort.startsWith('-');
    state.sort = sort.replace(/^-/, '');
  }
  state.rack = given.get('rack');
  return state;
}

/// The hash of a state without "#"; empty for the first state. parseHash gives the state back.
export function formatHash(state: ViewState, metrics: readonly string[]): string {
  const said = new URLSearchParams();
  if (state.language) said.set('lang', state.language);
  if (state.theme !== 'system') said.set('theme', state.theme);
  if (state.shown === 'worst') said.set('metric', 'worst');
  else if (state.shown !== 'standing') said.set('metric', metrics[state.shown] ?? '');
  if (state.filter) said.set('filter', state.filter);
  if (state.onlyOpen) said.set('open', '1');
  if (state.sort !== 'rack' || state.descending) said.set('sort', (state.descending ? '-' : '') + state.sort);
  if (state.rack !== null) said.set('rack', state.rack);
  return said.toString();
}

/// The state after a reader at `state` followed a link to a hash; null: nothing changes. A link to a rack alone ("#rack=R12")
/// opens it in the view as it is.
export function followHash(state: ViewState, hash: string, metrics: readonly string[]): ViewState | null {
  const given = parseHash(hash, metrics);
  if (!given) return null;
  const rackAlone = formatHash(given, metrics) === formatHash({ ...firstState, rack: given.rack }, metrics);
  const next = rackAlone ? { ...state, rack: given.rack } : given;
  return formatHash(next, metrics) === formatHash(state, metrics) ? null : next;
}
