// The map as words and as a table: for who cannot see it, and to say where the racks that are not accepted stand.
import { noLabel, Standing } from './data';
import { element } from './elements';
import type { FleetModel, LabelColumn } from './fleet_model';
import { standingWord } from './marks';
import type { Words } from './words';

const standings = [Standing.rejected, Standing.undecided, Standing.withReservations, Standing.notStarted, Standing.accepted];
const mostRows = 20; // of each label

export interface PlaceCount {
  name: string; // empty: racks without the label
  racks: number;
  of: number[]; // by standing
}

/// Standings counted by the values of a label, those with most racks that are not accepted first.
export function countPlaces(standing: Uint8Array, label: LabelColumn | null): PlaceCount[] {
  const places = new Map<number, PlaceCount>();
  standing.forEach((given, rack) => {
    const row = label ? (label.of[rack] ?? noLabel) : 0;
    let place = places.get(row);
    if (!place) places.set(row, (place = { name: label?.values[row] ?? '', racks: 0, of: [0, 0, 0, 0, 0] }));
    ++place.racks;
    place.of[given] = (place.of[given] ?? 0) + 1;
  });
  const open = (place: PlaceCount) => place.racks - (place.of[Standing.accepted] ?? 0);
  return [...places.values()].sort((a, b) => open(b) - open(a));
}

/// "Map of 40,000 racks: 470 rejected, 39,530 accepted."
export function mapSummary(model: FleetModel, words: Words): string {
  const all = countPlaces(model.standing, null)[0];
  const parts = standings.filter((standing) => (all?.of[standing] ?? 0) > 0)
    .map((standing) => `${words.plain(standingWord(standing))} ${words.count(all?.of[standing] ?? 0)}`);
  return words.plain('mapSummary', words.count(model.racks.length), parts.join(', '));
}

/// Content of a <details>: one table over the labels of the site.
export function whereTable(model: FleetModel, words: Words): HTMLElement[] {
  const head = element('tr', {}, element('th', { scope: 'col' }, words.shown('where')), heading('racks', words));
  for (const standing of standings) head.append(heading(standingWord(standing), words));
  const body = element('tbody');
  const shown: (LabelColumn | null)[] = [null, ...model.labels.filter((label) => label.values.length > 1)];
  for (const label of shown) {
    const places = countPlaces(model.standing, label);
    for (const place of places.slice(0, mostRows)) {
      const name = label ? element('bdi', {}, `${label.name} ${place.name || words.plain('withoutLabel')}`) : words.shown('allRacks');
      const row = element('tr', {}, element('th', { scope: 'row' }, name), count(place.racks, words));
      for (const standing of standings) row.append(count(place.of[standing] ?? 0, words));
      body.append(row);
    }
    if (places.length > mostRows) {
      const more = words.shown('moreOf', label?.name ?? '', words.count(places.length - mostRows));
      body.append(element('tr', {}, element('td', { colspan: 7 }, more)));
    }
  }
  const table = element('table', {}, element('thead', {}, head), body);
  const scroll = element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.plain('whereSummary') }, table);
  return [element('summary', {}, words.shown('whereSummary')), scroll];
}

function heading(key: Parameters<Words['shown']>[0], words: Words): HTMLElement {
  return element('th', { scope: 'col', class: 'n' }, words.shown(key));
}
function count(value: number, words: Words): HTMLElement {
  return element('td', { class: 'n' }, words.count(value));
}
