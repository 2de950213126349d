// The table of all racks. Only the rows in sight exist as elements, so that 40,000 of them cost no more than 40.
import { element, refill } from './elements';
import type { FleetModel, ShownFigures } from './fleet_model';
import { standingMark, verdictMark } from './marks';
import { metricName } from './metric_names';
import { columnNames, visibleRacks } from './rack_rows';
import type { ViewState } from './state';
import type { Key } from './texts';
import type { Words } from './words';

const rowHeight = 28; // pixels, as in style.css
const rowsInSight = 16;
const rowsAround = 6; // also made, above and below
const numeric = ['value', 'margin'];

export class RackTable {
  private readonly heading = element('h2');
  private readonly filter = element('input', { id: 'rp-filter', type: 'search', autocomplete: 'off', spellcheck: 'false' });
  private readonly filterLabel = element('label', { for: 'rp-filter' });
  private readonly onlyOpen = element('input', { id: 'rp-only-open', type: 'checkbox' });
  private readonly onlyOpenLabel = element('label', { for: 'rp-only-open' });
  private readonly count = element('span', { role: 'status' });
  private readonly head = element('div', { role: 'row', class: 'rp-row rp-head', 'aria-rowindex': 1 });
  private readonly body = element('div', { role: 'rowgroup', class: 'rp-body' });
  private readonly grid = element('div', { id: 'rp-grid', role: 'grid', class: 'rp-grid', tabindex: 0 });
  private columns: string[] = [];
  private racks: Uint32Array = new Uint32Array(0);
  private active = -1; // row under the cursor of the keyboard
  private state: ViewState | null = null;
  private figures: ShownFigures | null = null;
  private words: Words;

  constructor(
    root: HTMLElement, private readonly model: FleetModel, words: Words, private readonly change: (part: Partial<ViewState>) => void,
    private readonly open: (rack: number) => void) {
    this.words = words;
    this.grid.append(element('div', { role: 'rowgroup', class: 'rp-headgroup' }, this.head), this.body);
    const bar = element('div', { class: 'rp-bar' }, this.filterLabel, this.filter,
      element('span', {}, this.onlyOpen, ' ', this.onlyOpenLabel), this.count);
    refill(root, this.heading, bar, this.grid);
    this.filter.addEventListener('input', () => this.change({ filter: this.filter.value }));
    this.onlyOpen.addEventListener('change', () => this.change({ onlyOpen: this.onlyOpen.checked }));
    this.grid.addEventListener('scroll', () => this.fillRows());
    this.grid.addEventListener('keydown', (event) => this.key(event));
    this.body.addEventListener('click', (event) => {
      const row = (event.target as Element).closest<HTMLElement>('[data-rack]');
      if (row) this.open(Number(row.dataset.rack));
    });
  }

  render(state: ViewState, figures: ShownFigures, words: Words): void {
    this.figures = figures;
    this.words = words;
    const before = this.state;
    this.state = state;
    refill(this.heading, words.shown('racksTable'));
    refill(this.filterLabel, words.shown('filter'));
    refill(this.onlyOpenLabel, words.shown('onlyOpen'));
    this.filter.placeholder = words.plain('filterHint');
    if (this.filter.value !== state.filter) this.filter.value = state.filter;
    this.onlyOpen.checked = state.onlyOpen;
    this.grid.setAttribute('aria-label', words.plain('racksTable'));
    this.columns = columnNames(this.model, figures);
    this.racks = visibleRacks(this.model, figures, state);
    refill(this.count, words.shown('shownRacks', words.count(this.racks.length), words.count(this.model.racks.length)));
    this.grid.setAttribute('aria-rowcount', String(this.racks.length + 1));
    this.grid.setAttribute('aria-colcount', String(this.columns.length));
    const widths = this.columns.map((name) => this.leastWidth(name));
    this.grid.style.setProperty('--rp-columns', widths.map((width) => `minmax(${width}px,${width}fr)`).join(' '));
    this.grid.style.setProperty('--rp-width', `${widths.reduce((sum, width) => sum + width, 0)}px`);
    this.body.style.height = `${this.racks.length * rowHeight}px`;
    if (before && (before.filter !== state.filter || before.sort !== state.sort || before.descending !== state.descending)) {
      this.grid.scrollTop = 0;
      this.active = -1;
    }
    this.fillHead(state);
    this.fillRows();
  }

  // Pixels; columns share what the page has more.
  private leastWidth(name: string): number {
    const longest = this.model.label(name.slice('label:'.length))?.values.reduce((most, text) => Math.max(most, text.length), 0) ?? 0;
    const ofLabel = Math.max(70, Math.min(160, 24 + 8 * longest));
    return { rack: 140, standing: 195, metric: 200, value: 130, margin: 110, verdict: 170 }[name] ?? ofLabel;
  }

  private fillHead(state: ViewState): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.column;
    refill(this.head, ...this.columns.map((name) => {
      const sorted = state.sort === name ? (state.descending ? 'descending' : 'ascending') : null;
      const arrow = sorted ? element('span', { 'aria-hidden': 'true' }, sorted === 'ascending' ? ' ▲' : ' ▼') : '';
      const button = element('button', { type: 'button', 'data-column': name }, this.columnName(name), arrow);
      button.addEventListener('click', () => this.change({ sort: name, descending: state.sort === name && !state.descending }));
      return element('div', { role: 'columnheader', class: cellClass(name), 'aria-sort': sorted ?? 'none' }, button);
    }));
    if (focused) this.head.querySelector<HTMLElement>(`[data-column="${CSS.escape(focused)}"]`)?.focus();
  }
  private columnName(name: string): HTMLElement {
    if (name.startsWith('label:')) return element('bdi', {}, name.slice('label:'.length));
    const shown = this.words.shown(name as Key);
    const metric = name === 'value' && typeof this.figures?.shown === 'number' ? this.model.metrics[this.figures.shown] : undefined;
    return metric?.unit ? element('span', {}, shown, ` [${metric.unit}]`) : shown;
  }

  private fillRows(): void {
    const first = Math.max(0, Math.floor(this.grid.scrollTop / rowHeight) - rowsAround);
    const last = Math.min(this.racks.length, first + rowsInSight + 2 * rowsAround);
    const made: HTMLElement[] = [];
    for (let row = first; row < last; ++row) made.push(this.row(row));
    refill(this.body, ...made);
    const shown = this.active >= first && this.active < last;
    if (shown) this.grid.setAttribute('aria-activedescendant', `rp-row-${this.active}`);
    else this.grid.removeAttribute('aria-activedescendant');
  }
  private row(row: number): HTMLElement {
    const rack = this.racks[row] ?? 0;
    const made = element('div', {
      id: `rp-row-${row}`, role: 'row', class: 'rp-row', 'aria-rowindex': row + 2, 'aria-selected': String(row === this.active),
      'data-rack': rack,
    });
    made.style.top = `${row * rowHeight}px`;
    for (const name of this.columns) made.append(element('div', { role: 'gridcell', class: cellClass(name) }, this.cell(name, rack)));
    return made;
  }
  private cell(name: string, rack: number): Node | string {
    const { model, figures, words } = this;
    if (!figures) return '';
    const metric = model.metrics[figures.metric[rack] ?? -1];
    const value = figures.value[rack] ?? NaN;
    switch (name) {
      case 'rack':
        return element('bdi', {}, model.racks[rack] ?? '');
      case 'standing':
        return standingMark(model.standing[rack] ?? 0, words);
      case 'metric':
        return element('bdi', {}, metric ? metricName(metric, words) : '');
      case 'value':
        return metric ? words.number(value) + (figures.shown === 'worst' && !Number.isNaN(value) ? ` ${metric.unit}` : '') : '';
      case 'margin':
        return words.margin(model.marginOf(figures, rack));
      case 'verdict':
        return metric ? verdictMark(figures.verdict[rack] ?? 0, words) : '';
      default: {
        const label = model.label(name.slice('label:'.length));
        return element('bdi', {}, label ? model.labelText(label, rack) : '');
      }
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.grid || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.racks.length - 1;
    const to: Record<string, number> = {
      ArrowDown: this.active + 1, ArrowUp: this.active - 1, PageDown: this.active + rowsInSight - 1, PageUp: this.active - rowsInSight + 1,
      Home: 0, End: last,
    };
    const next = to[event.key];
    if (next !== undefined) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(last, next));
      this.showActive();
    } else if (event.key === 'Enter' && this.active >= 0) {
      event.preventDefault();
      this.open(this.racks[this.active] ?? 0);
    }
  }
  private showActive(): void {
    const top = this.active * rowHeight;
    const sight = this.grid.clientHeight - 2 * rowHeight; // below the head, which stays
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top > this.grid.scrollTop + sight) this.grid.scrollTop = top - sight;
    this.fillRows();
  }
}

function cellClass(name: string): string {
  return numeric.includes(name) ? 'rp-cell n' : 'rp-cell';
}
