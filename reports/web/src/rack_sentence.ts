// One line that says what is known of a rack in what is shown: name, labels, value, limit, verdict.
import { element } from './elements';
import type { FleetModel, ShownFigures } from './fleet_model';
import { standingMark, verdictMark } from './marks';
import { metricName } from './metric_names';
import type { Words } from './words';

export function rackSentence(model: FleetModel, figures: ShownFigures, rack: number, words: Words): HTMLElement {
  const line = element('span', {}, element('b', {}, element('bdi', {}, model.racks[rack] ?? '')));
  for (const label of model.labels) {
    const text = model.labelPhrase(label, rack);
    if (text) line.append(' · ', element('bdi', {}, text));
  }
  line.append(' · ', standingMark(model.standing[rack] ?? 0, words));
  const metric = model.metrics[figures.metric[rack] ?? -1];
  if (!metric) return line;
  const value = figures.value[rack] ?? NaN;
  const unit = Number.isNaN(value) || !metric.unit ? '' : ` ${metric.unit}`;
  line.append(' · ', element('bdi', {}, metricName(metric, words)), ' ', element('b', {}, words.number(value) + unit));
  if (metric.limit) line.append(' · ', words.shown('limit'), ' ', element('bdi', {}, metric.limit));
  const margin = words.margin(model.marginOf(figures, rack));
  if (margin) line.append(' · ', words.shown('margin'), ` ${margin}`);
  line.append(' · ', verdictMark(figures.verdict[rack] ?? 0, words));
  return line;
}
