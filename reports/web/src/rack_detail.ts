// One rack: every metric against the fleet and its limit, on one axis.
import { symbol, symbolCircle, symbolTimes } from 'd3-shape';
import { Verdict } from './data';
import { element, refill, svg } from './elements';
import type { FleetModel } from './fleet_model';
import { standingMark, verdictMark } from './marks';
import { metricName } from './metric_names';
import { axisReach, axisScale, rackStrips, type Strip } from './rack_axis';
import type { Words } from './words';

const stripWidth = 280, stripHeight = 22, edge = 24; // pixels
const markArea = 50;
type Scale = ReturnType<typeof axisScale>;

export class RackDetail {
  private readonly heading = element('h2', { tabindex: -1 });
  private shownRack = -1;

  constructor(private readonly root: HTMLElement, private readonly model: FleetModel, private readonly close: () => void) {}

  /// Shows the rack of this name; none: the section is empty.
  async render(name: string | null, words: Words): Promise<void> {
    const rack = name === null ? -1 : this.model.racks.indexOf(name);
    this.shownRack = rack;
    if (name === null) return refill(this.root);
    if (rack < 0) return refill(this.root, element('p', { class: 'note', role: 'status' }, words.shown('unknownRack', name)));
    const figures = await this.model.rackFigures(rack);
    if (this.shownRack !== rack) return;  // another one was opened meanwhile
    refill(this.heading, words.shown('rackDetail', name), ' ', standingMark(this.model.standing[rack] ?? 0, words));
    refill(this.root, this.heading, this.bar(rack, words), ...stripTable(rackStrips(this.model.metrics, figures), words));
  }

  /// Brings the rack that was just opened before the reader.
  focus(): void {
    this.heading.focus();
    this.heading.scrollIntoView({ block: 'start' });
  }

  private bar(rack: number, words: Words): HTMLElement {
    const bar = element('div', { class: 'rp-bar' });
    for (const label of this.model.labels) {
      const text = this.model.labelPhrase(label, rack);
      if (text) bar.append(element('bdi', {}, text));
    }
    const button = element('button', { type: 'button' }, words.shown('close'));
    button.addEventListener('click', () => this.close());
    bar.append(button);
    return bar;
  }
}

function stripTable(strips: readonly Strip[], words: Words): HTMLElement[] {
  const scale = axisScale(axisReach(strips), edge, stripWidth - edge);
  const head = element('tr', {}, column('metric', words), column('value', words, 'n'),
    element('th', { scope: 'col', class: 'rp-strip' }, words.shown('place'), axis(scale, words)), column('limit', words),
    column('margin', words, 'n'), column('verdict', words));
  const rows = strips.map((strip) => {
    const { metric, value, verdict } = strip;
    const unit = Number.isNaN(value) || !metric.unit ? '' : ` ${metric.unit}`;
    const title = metric.title && metric.title !== metric.metric ? [element('small', {}, element('bdi', {}, metric.title))] : [];
    return element('tr', {}, element('th', { scope: 'row', class: 'id' }, element('bdi', {}, metricName(metric, words)), ...title),
      element('td', { class: 'n' }, words.number(value) + unit), element('td', { class: 'rp-strip' }, stripFigure(strip, scale)),
      element('td', { class: 'v' }, element('bdi', {}, metric.limit)), element('td', { class: 'n' }, words.margin(strip.margin)),
      element('td', {}, verdictMark(verdict, words)));
  });
  const table = element('table', { class: 'rp-strips' }, element('thead', {}, head), element('tbody', {}, ...rows));
  return [element('p', { class: 'note' }, words.shown('stripHelp')),
    element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.plain('place') }, table)];
}

function column(key: 'metric' | 'value' | 'limit' | 'margin' | 'verdict', words: Words, look = ''): HTMLElement {
  return element('th', { scope: 'col', class: look || null }, words.shown(key));
}

// What the figure shows stands as numbers in the cells beside it, so it is hidden from screen readers.
function frame(...content: SVGElement[]): SVGElement {
  const viewBox = `0 0 ${stripWidth} ${stripHeight}`;
  return svg('svg', { width: stripWidth, height: stripHeight, viewBox, 'aria-hidden': 'true' }, ...content);
}

function axis(scale: Scale, words: Words): SVGElement {
  const ticks = scale.ticks(5).flatMap((tick) => [
    svg('line', { class: 'rp-tick', x1: scale(tick), x2: scale(tick), y1: 17, y2: stripHeight }),
    svg('text', { x: scale(tick), y: 13, 'text-anchor': 'middle' }, words.tick(tick)),
  ]);
  return frame(...ticks);
}

function stripFigure(strip: Strip, scale: Scale): SVGElement {
  const middle = stripHeight / 2;
  const content: SVGElement[] = [];
  const vertical = (look: string, at: number) =>
    content.push(svg('line', { class: look, x1: scale(at), x2: scale(at), y1: 2, y2: stripHeight - 2 }));
  if (strip.low !== null && strip.high !== null) {
    const from = Math.min(scale(strip.low), scale(strip.high)), to = Math.max(scale(strip.low), scale(strip.high));
    content.push(svg('rect', { class: 'rp-band', x: from, y: middle - 4, width: Math.max(1, to - from), height: 8 }));
    vertical('rp-median', 0);
  }
  for (const limit of strip.limits) vertical('rp-limit', limit);
  if (strip.at !== null) {
    const fails = strip.verdict === Verdict.fail;
    const outline = symbol(fails ? symbolTimes : symbolCircle, fails ? 2 * markArea : markArea)();
    content.push(svg('path', {
      class: fails ? 'rp-cross' : 'rp-dot', d: outline ?? '', transform: `translate(${scale(strip.at)},${middle})`,
    }));
  }
  return frame(...content);
}
