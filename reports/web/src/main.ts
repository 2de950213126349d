// What the scripts add to a page that already says everything that decides. Whatever goes wrong here leaves that page as it is.
import { Columns, type Fleet, readPageData } from './data';
import { canDecode } from './decode';
import { element, refill } from './elements';
import { FleetMap } from './fleet_map';
import { FleetModel, type ShownFigures } from './fleet_model';
import { fillPrintTable } from './print_table';
import { metricKeys } from './metric_names';
import { RackDetail } from './rack_detail';
import { RackTable } from './rack_table';
import { placeFor } from './places';
import type { Language, ViewState } from './state';
import { themeSwitch } from './theme';
import { renderTools } from './tools';
import { View } from './view';
import { Words } from './words';

const page = document.documentElement;

/// Both languages stand side by side in a page that is written in both.
function writtenLanguage(): Language {
  if (document.querySelector('span[lang="en"] + span[lang="zh-CN"]')) return 'both';
  return page.lang.startsWith('zh') ? 'zh' : 'en';
}

function start(): void {
  const written = writtenLanguage();
  const changeTheme = themeSwitch(document);
  const tools = placeFor('rp-tools', 'header');
  let fleet: Fleet | null | undefined;
  let problem: string | null = null;
  try {
    fleet = readPageData(document)?.fleet;
  } catch (error) {
    problem = reason(error);
  }
  let parts: FleetParts | null = null;
  let words = new Words(written);
  const fail = (error: unknown) => tell(words, reason(error));

  const shown = (before: ViewState | null) => {
    const { state } = view;
    if (!before || before.language !== state.language) {
      words = new Words(written === 'both' ? (state.language ?? 'both') : written);
      if (written === 'both') {
        page.setAttribute('data-language', words.language);
        page.lang = words.language === 'zh' ? 'zh-CN' : 'en';
      }
    }
    changeTheme(state.theme);
    if (!before || before.language !== state.language || before.theme !== state.theme) {
      renderTools(tools, state, words, written === 'both', (part) => view.change(part));
    }
    parts?.render(state, before, words).catch(fail);
  };
  const view = new View(metricKeys(fleet?.metrics ?? []), (before) => shown(before));
  shown(null);
  if (problem !== null) return tell(words, problem);
  if (!fleet) return;
  if (!canDecode()) return tell(words, null);
  const columns = new Columns(document, fleet);
  FleetModel.load(fleet, columns).then((model) => {
    parts = new FleetParts(model, words, view);
    return parts.render(view.state, null, words);
  }).catch(fail);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tell(words: Words, problem: string | null): void {
  const text = problem === null ? words.shown('tooOld') : words.shown('unreadable', problem);
  refill(placeFor('rp-map', 'main'), element('p', { class: 'banner', role: 'status' }, text));
}

/// Map, table, rack and what is printed, all of one fleet.
class FleetParts {
  private readonly map: FleetMap;
  private readonly table: RackTable;
  private readonly detail: RackDetail;
  private readonly printed: HTMLElement;
  private figures: ShownFigures | null = null;
  private words: Words;
  private latest: ViewState;

  constructor(private readonly model: FleetModel, words: Words, view: View) {
    this.words = words;
    this.latest = view.state;
    let opener: Element | null = null; // where the reader was, and comes back to
    const open = (rack: number) => {
      opener = document.activeElement;
      view.change({ rack: model.racks[rack] ?? null });
    };
    const close = () => {
      view.change({ rack: null });
      if (opener instanceof HTMLElement) opener.focus();
    };
    this.map = new FleetMap(placeFor('rp-map', 'main'), model, words, (shown) => view.change({ shown }), open);
    this.table = new RackTable(placeFor('rp-rack-table', 'main'), model, words, (part) => view.change(part), open);
    this.detail = new RackDetail(placeFor('rp-rack', 'main'), model, close);
    this.printed = placeFor('rp-printed', 'main');
    window.addEventListener('beforeprint', () => {
      if (this.figures) fillPrintTable(this.printed, model, this.figures, this.words);
    });
    window.addEventListener('afterprint', () => refill(this.printed));
  }

  async render(state: ViewState, before: ViewState | null, words: Words): Promise<void> {
    this.words = words;
    this.latest = state;
    const figures = this.figures?.shown === state.shown ? this.figures : await this.model.figures(state.shown);
    if (this.latest !== state) return;  // something else was chosen meanwhile
    const otherLook = before?.language !== state.language || before.theme !== state.theme;
    if (this.figures !== figures || otherLook) this.map.render(state, figures, words);
    this.figures = figures;
    this.table.render(state, figures, words);
    const sameRack = before !== null && before.rack === state.rack;
    if (sameRack && !otherLook) return;
    await this.detail.render(state.rack, words);
    if (!sameRack && state.rack !== null) this.detail.focus();
  }
}

start();
