// What is printed in place of the table that scrolls: the first racks that are not accepted, rejected ones before all.
import { element, refill } from './elements';
import type { FleetModel, ShownFigures } from './fleet_model';
import { standingText, verdictText } from './marks';
import { metricName } from './metric_names';
import { visibleRacks } from './rack_rows';
import { firstState } from './state';
import type { Words } from './words';

const mostRows = 500;

export function fillPrintTable(root: HTMLElement, model: FleetModel, figures: ShownFigures, words: Words): void {
  const open = [...visibleRacks(model, figures, { ...firstState, onlyOpen: true, sort: 'standing' })];
  if (open.length === 0) return refill(root);
  const metricShown = figures.shown !== 'standing';
  const labelHeads = model.labels.map((label) => element('bdi', {}, label.name));
  const heads: HTMLElement[] = [words.shown('rack'), ...labelHeads, words.shown('standing')];
  if (metricShown) heads.push(words.shown('metric'), words.shown('value'), words.shown('verdict'));
  const rows = open.slice(0, mostRows).map((rack) => {
    const cells: (HTMLElement | string)[] = [
      element('bdi', {}, model.racks[rack] ?? ''), ...model.labels.map((label) => element('bdi', {}, model.labelText(label, rack))),
      standingText(model.standing[rack] ?? 0, words)];
    const metric = model.metrics[figures.metric[rack] ?? -1];
    const value = figures.value[rack] ?? NaN;
    if (metricShown && metric) {
      const unit = Number.isNaN(value) || !metric.unit ? '' : ` ${metric.unit}`;
      cells.push(element('bdi', {}, metricName(metric, words)), words.number(value) + unit, verdictText(figures.verdict[rack] ?? 0, words));
    }
    return element('tr', {}, ...cells.map((cell) => element('td', {}, cell)));
  });
  if (open.length > mostRows) {
    const more = words.shown('moreRacks', words.count(open.length - mostRows));
    rows.push(element('tr', {}, element('td', { colspan: heads.length }, more)));
  }
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  refill(root, element('h2', {}, words.shown('printedRacks')),
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)));
}
