// One rack: every metric against the fleet and its limit, on one axis; below it the launches, and the pairs of its nodes.
import { element, refill } from './elements';
import type { FleetModel } from './fleet_model';
import { standingMark, verdictMark } from './marks';
import { metricName } from './metric_names';
import { PairMatrix } from './pair_matrix';
import { axisReach, axisScale, rackStrips, type Strip } from './rack_axis';
import { launchFolds } from './rack_launches';
import { axisFigure, edge, type Scale, stripFigure, stripWidth } from './strip_figure';
import type { Words } from './words';

export class RackDetail {
  private readonly heading = element('h2', { tabindex: -1 });
  private readonly matrix = new PairMatrix();
  private shownRack = -1;

  constructor(private readonly root: HTMLElement, private readonly model: FleetModel, private readonly close: () => void) {}

  /// Shows the rack of this name; none: the section is empty.
  async render(name: string | null, words: Words): Promise<void> {
    const rack = name === null ? -1 : this.model.racks.indexOf(name);
    this.shownRack = rack;
    if (name === null) return refill(this.root);
    if (rack < 0) return refill(this.root, element('p', { class: 'note', role: 'status' }, words.shown('unknownRack', name)));
    const { metrics } = this.model;
    const [figures, parts] = await Promise.all([this.model.rackFigures(rack), this.model.rackParts(rack)]);
    if (this.shownRack !== rack) return;  // another one was opened meanwhile
    const strips = rackStrips(metrics, figures);
    const scale = axisScale(axisReach(strips), edge, stripWidth - edge);
    refill(this.heading, words.shown('rackDetail', name), ' ', standingMark(this.model.standing[rack] ?? 0, words));
    refill(this.root, this.heading, this.bar(rack, words), ...stripTable(strips, scale, words));
    if (!parts) return;
    this.root.append(...launchFolds(parts, strips, metrics, scale, words), this.matrix.root);
    this.matrix.show(parts, metrics, words);
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

function stripTable(strips: readonly Strip[], scale: Scale, words: Words): HTMLElement[] {
  const head = element('tr', {}, column('metric', words), column('value', words, 'n'),
    element('th', { scope: 'col', class: 'rp-strip' }, words.shown('place'), axisFigure(scale, words)), column('limit', words),
    column('margin', words, 'n'), column('verdict', words));
  const rows = strips.map((strip) => {
    const { metric, value, verdict } = strip;
    const unit = Number.isNaN(value) || !metric.unit ? '' : ` ${metric.unit}`;
    const title = metric.title && metric.title !== metric.metric ? [element('small', {}, words.data(metric.title, metric.title_zh))] : [];
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
