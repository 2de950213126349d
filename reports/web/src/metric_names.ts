// How a metric is called: for readers, and in the address of the page.
import type { Metric } from './data';
import type { Words } from './words';

/// Its id with what sets it apart: the model that its limit is for, and that it does not decide.
export function metricName(metric: Metric, words: Words): string {
  const apart = [metric.model, metric.score ? words.plain('score') : ''].filter((part) => part);
  return apart.length > 0 ? `${metric.metric} (${apart.join(', ')})` : metric.metric;
}

/// A key for each metric: its id; where several limits hold for one metric, the later ones are numbered ("id~2").
export function metricKeys(metrics: readonly Metric[]): string[] {
  const seen = new Map<string, number>();
  return metrics.map(({ metric }) => {
    const count = (seen.get(metric) ?? 0) + 1;
    seen.set(metric, count);
    return count === 1 ? metric : `${metric}~${count}`;
  });
}
