// The pairs of a rack's nodes as a matrix: a node that is slow with every partner is a row and a column.
import type { Metric } from './data';
import { arrowSteps, cellField, placeCursor } from './cell_field';
import { element, fold, refill, scrolling } from './elements';
import { mapLegend } from './legend';
import { cut, paintCells, penFor } from './map_canvas';
import { verdictMark, verdictText } from './marks';
import { metricName } from './metric_names';
import { isSuspected, type PairGrid, pairGrid, worstFirst } from './pair_grid';
import { fromMedian } from './palette';
import type { Part, RackParts } from './rack_parts';
import type { Words } from './words';

const nameSpace = 96; // pixels at the left and above
const smallestCell = 8, largestCell = 24;
const mostListed = 200;

export class PairMatrix {
  readonly root = element('div', { id: 'rp-pairs' });
  private readonly chooser = element('select', { id: 'rp-pair-metric' });
  private readonly canvas;
  private readonly cursor;
  private readonly field;
  private readonly readout;
  private readonly below = element('div');
  private readonly legend = element('ul', { class: 'rp-legend' });
  private shown: { rack: RackParts; metric: Metric; parts: readonly Part[]; grid: PairGrid; words: Words } | null = null;
  private cell = largestCell;
  private corner = new Float32Array(0); // of each cell
  private at = -1; // the cell under the cursor

  constructor() {
    ({ canvas: this.canvas, cursor: this.cursor, field: this.field, readout: this.readout } = cellField('rp-pair-help', (ink) => this.paint(ink)));
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.canvas.addEventListener('pointermove', (event) => this.point(event));
    this.canvas.addEventListener('click', (event) => this.point(event));
  }

  /// The pairs of one rack; nothing where it has none.
  show(rack: RackParts, metrics: readonly Metric[], words: Words): void {
    const rows = rack.metrics.filter(({ parts }) => parts.some(({ ends }) => ends !== null));
    if (rows.length === 0) {
      this.shown = null;
      return refill(this.root);
    }
    const before = this.chooser.value;
    refill(this.chooser, ...rows.map(({ metric }) => element('option', { value: metric }, metricName(metrics[metric]!, words))));
    if (rows.some(({ metric }) => String(metric) === before)) this.chooser.value = before;
    const choose = () => {
      const { metric, parts } = rows.find((row) => String(row.metric) === this.chooser.value) ?? rows[0]!;
      this.choose(rack, metrics[metric]!, parts, words);
    };
    this.chooser.onchange = choose;
    refill(this.root, element('h3', {}, words.shown('pairs')),
      element('div', { class: 'rp-bar' }, element('label', { for: 'rp-pair-metric' }, words.shown('metric')), this.chooser),
      this.legend, element('p', { id: 'rp-pair-help', class: 'note' }, words.shown('pairHelp')), this.field, this.readout, this.below);
    choose();
  }

  private choose(rack: RackParts, metric: Metric, parts: readonly Part[], words: Words): void {
    const grid = pairGrid(rack.nodes.length, parts, metric);
    this.shown = { rack, metric, parts, grid, words };
    this.at = -1;
    refill(this.legend, ...mapLegend(grid, words));
    this.legend.setAttribute('aria-label', words.plain('legend'));
    const name = `${words.plain('pairs')}: ${metricName(metric, words)}`;
    this.field.setAttribute('aria-label', name);
    this.canvas.setAttribute('aria-label', name);
    refill(this.below, fold([words.shown('showData')], () => [scrolling(name, this.table())]));
    this.paint();
    this.tell();
  }

  private paint(ink = getComputedStyle(this.canvas).color): void {
    if (!this.shown) return;
    const { rack, grid } = this.shown;
    const { size } = grid;
    this.cell = Math.max(smallestCell, Math.min(largestCell, Math.floor((this.root.clientWidth - nameSpace - 4) / size)));
    const side = nameSpace + size * this.cell;
    const pen = penFor(this.canvas, side, side);
    if (!pen) return;
    this.corner = Float32Array.from({ length: 2 * size * size }, (_, i) => {
      const cell = i >> 1;
      return nameSpace + this.cell * (i % 2 === 0 ? cell % size : Math.floor(cell / size));
    });
    paintCells(pen, this.cell, this.corner, grid.steps);
    pen.fillStyle = ink;
    pen.textAlign = 'right';
    pen.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil(11 / this.cell));
    for (let node = 0; node < size; node += every) {
      const suspected = isSuspected(rack.suspects, [node]);
      pen.font = suspected ? 'bold 11px sans-serif' : '11px sans-serif';
      const name = cut(rack.nodes[node] ?? '', 14) + (suspected ? ' !' : '');
      const middle = nameSpace + (node + 0.5) * this.cell;
      pen.fillText(name, nameSpace - 4, middle, nameSpace - 8);
      pen.save();
      pen.translate(middle, nameSpace - 4);
      pen.rotate(Math.PI / 2);
      pen.fillText(name, 0, 0, nameSpace - 8);
      pen.restore();
    }
    this.moveCursor();
  }

  private point({ offsetX, offsetY }: MouseEvent): void {
    if (!this.shown) return;
    const column = Math.floor((offsetX - nameSpace) / this.cell), row = Math.floor((offsetY - nameSpace) / this.cell);
    this.moveTo(row, column, 'off');
  }
  private key(event: KeyboardEvent): void {
    const step = arrowSteps[event.key];
    if (!step || !this.shown || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { size } = this.shown.grid;
    const hold = (place: number) => Math.max(0, Math.min(size - 1, place));
    const from = Math.max(this.at, 0);
    const [right, down] = this.at < 0 ? [1, 0] : step;
    this.moveTo(hold(Math.floor(from / size) + down), hold((from % size) + right), 'polite');
    this.cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  private moveTo(row: number, column: number, live: 'off' | 'polite'): void {
    const size = this.shown?.grid.size ?? 0;
    if (Math.min(row, column) < 0 || Math.max(row, column) >= size || this.at === row * size + column) return;
    this.at = row * size + column;
    this.readout.setAttribute('aria-live', live);
    this.moveCursor();
    this.tell();
  }
  private moveCursor(): void {
    this.cursor.hidden = this.at < 0;
    if (this.at < 0 || !this.shown) return;
    placeCursor(this.cursor, this.corner, this.at, this.cell);
  }

  private tell(): void {
    if (!this.shown || this.at < 0) return refill(this.readout);
    const { rack, metric, parts, grid, words } = this.shown;
    const ends = [Math.floor(this.at / grid.size), this.at % grid.size];
    const part = parts[grid.of[this.at] ?? -1];
    const [from, to] = ends.map((node) => rack.nodes[node] ?? '');
    const said = part ? this.sayings(part) : [ends[0] === ends[1] ? '–' : words.plain('valueMissing')];
    if (part && metric.limit) said.push(verdictText(part.verdict, words));
    if (isSuspected(rack.suspects, ends)) said.push(words.plain('suspected'));
    refill(this.readout, element('bdi', {}, `${from} → ${to}`), `: ${said.join(', ')}`);
  }
  /// The value of a pair, and how far from the median it is.
  private sayings(part: Part): string[] {
    const { metric, words } = this.shown!;
    const unit = Number.isNaN(part.value) || !metric.unit ? '' : ` ${metric.unit}`;
    const distance = fromMedian(metric, part.value);
    return [words.number(part.value) + unit, ...(distance === null ? [] : [`${words.margin(distance)} (${words.plain('againstMedian')})`])];
  }

  private table(): HTMLElement {
    const { rack, metric, parts, words } = this.shown!;
    const listed = worstFirst(parts, metric).slice(0, mostListed);
    const rows = listed.map((part) => element('tr', {}, element('th', { scope: 'row' }, element('bdi', {}, part.name)),
      element('td', {}, this.sayings(part).join(', '), ...(isSuspected(rack.suspects, part.ends ?? []) ? [`, ${words.plain('suspected')}`] : [])),
      element('td', {}, verdictMark(part.verdict, words))));
    if (parts.length > listed.length)
      rows.push(element('tr', {}, element('td', { colspan: 3 }, words.shown('moreRacks', words.count(parts.length - listed.length)))));
    const head = element('tr', {}, ...(['pairs', 'value', 'verdict'] as const).map((key) => element('th', { scope: 'col' }, words.shown(key))));
    return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
  }
}
