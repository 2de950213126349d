// Which racks the table lists and in which order.
import { noLabel, Standing } from './data';
import type { FleetModel, LabelColumn, ShownFigures } from './fleet_model';
import { severity } from './palette';
import type { ViewState } from './state';

/// The columns from left to right, what decides before where it stands. A column's name is "rack", "standing", "metric", "value",
/// "margin", "verdict" or "label:<name>".
export function columnNames(model: FleetModel, figures: ShownFigures): string[] {
  const names = ['rack', 'standing'];
  if (figures.shown === 'worst') names.push('metric');
  if (figures.shown !== 'standing') names.push('value', 'margin', 'verdict');
  return [...names, ...model.labels.map((label) => `label:${label.name}`)];
}

const natural = new Intl.Collator('en', { numeric: true });
// Worst first: what is to be done stands above what is done.
const { accepted, withReservations, rejected, undecided, notStarted } = Standing;
const standingOrder: number[] = [rejected, undecided, withReservations, notStarted, accepted];

/// The racks that match the filter, sorted; equal ones in the order of the site, those without a figure always last.
export function visibleRacks(model: FleetModel, figures: ShownFigures, state: ViewState): Uint32Array {
  const matches = filterOf(model, state);
  const kept: number[] = [];
  for (let rack = 0; rack < model.racks.length; ++rack) {
    if (matches(rack)) kept.push(rack);
  }
  const rows = Uint32Array.from(kept);
  const key = sortKey(model, figures, state.sort);
  if (!key) return state.descending ? rows.reverse() : rows;
  const sign = state.descending ? -1 : 1;
  return rows.sort((a, b) => {
    const left = key[a] ?? NaN, right = key[b] ?? NaN;
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    return sign * (left - right) || a - b;
  });
}

function filterOf(model: FleetModel, state: ViewState): (rack: number) => boolean {
  const wanted = state.filter.trim().toLowerCase();
  const matchesText = (text: string) => text.toLowerCase().includes(wanted);
  const labels = model.labels.map((label) => ({ of: label.of, matches: label.values.map(matchesText) }));
  return (rack) => {
    if (state.onlyOpen && model.standing[rack] === accepted) return false;
    if (wanted === '') return true;
    return matchesText(model.racks[rack] ?? '') || labels.some((label) => label.matches[label.of[rack] ?? noLabel]);
  };
}

// A number for each rack to sort by; null: the order of the site.
function sortKey(model: FleetModel, figures: ShownFigures, column: string): Float64Array | null {
  const of = (value: (rack: number) => number) => Float64Array.from(model.racks, (_, rack) => value(rack));
  if (column.startsWith('label:')) {
    const label = model.label(column.slice('label:'.length));
    return label ? labelKey(label, of) : null;
  }
  switch (column) {
    case 'standing':
      return of((rack) => standingOrder.indexOf(model.standing[rack] ?? 0));
    case 'metric':
      return of((rack) => { const row = figures.metric[rack] ?? -1; return row < 0 ? NaN : row; });
    case 'value':
      return of((rack) => figures.value[rack] ?? NaN);
    case 'margin':
      return of((rack) => model.marginOf(figures, rack));
    case 'verdict':
      return of((rack) => severity(figures.verdict[rack] ?? 0));
    default:
      return null;
  }
}

function labelKey(label: LabelColumn, of: (value: (rack: number) => number) => Float64Array): Float64Array {
  const order = label.values.map((_, row) => row).sort((a, b) => natural.compare(label.values[a] ?? '', label.values[b] ?? ''));
  const rank = new Map(order.map((row, place) => [row, place]));
  return of((rack) => rank.get(label.of[rack] ?? noLabel) ?? NaN);
}
