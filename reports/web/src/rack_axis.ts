// The common axis of a rack's metrics: how far from the fleet's median, as a share of it.
import { scaleLinear } from 'd3-scale';
import { type Metric, Verdict } from './data';
import { fromMedian, margin, severity } from './palette';

/// One metric of a rack with where its marks lie; null: there is none.
export interface Strip {
  metric: Metric;
  value: number; // NaN: not measured
  verdict: number;
  margin: number;
  low: number | null; // p1, p99 and the limits relative to the median
  high: number | null;
  limits: number[];
  at: number | null; // the rack
}

const widestAxis = 0.5; // beyond it marks stand at the edge
const narrowestAxis = 0.05;

// What decides stands above scores, those above what has no limit.
function order({ metric, verdict }: Strip): number {
  return verdict === Verdict.noCell || verdict === Verdict.notApplicable ? 20 : severity(verdict) + (metric.score ? 10 : 0);
}

/// Strips of the metrics that have a value or a verdict, failing first, then by margin.
export function rackStrips(metrics: readonly Metric[], figures: readonly { value: number; verdict: number }[]): Strip[] {
  const strips = metrics.flatMap((metric, row) => {
    const { value, verdict } = figures[row] ?? { value: NaN, verdict: Verdict.noCell };
    if (Number.isNaN(value) && verdict === Verdict.noCell) return [];
    const from = (figure: number | null) => fromMedian(metric, figure);
    const limits = [from(metric.lower), from(metric.upper)].filter((limit): limit is number => limit !== null);
    const low = from(metric.p1), high = from(metric.p99);
    return [{ metric, value, verdict, margin: margin(metric, value), low, high, limits, at: from(value) }];
  });
  const rank = (strip: Strip) => (Number.isNaN(strip.margin) ? Infinity : strip.margin);
  return strips.sort((a, b) => {
    const bySeverity = order(a) - order(b);
    if (bySeverity !== 0) return bySeverity;
    return rank(a) === rank(b) ? 0 : rank(a) - rank(b);
  });
}

/// Half the width of the axis that shows the strips: symmetric, rounded up, at most 50 %.
export function axisReach(strips: readonly Strip[]): number {
  let reach = narrowestAxis;
  for (const { low, high, limits, at } of strips) {
    for (const mark of [low, high, at, ...limits]) {
      if (mark !== null) reach = Math.max(reach, Math.abs(mark));
    }
  }
  const [, end] = scaleLinear([-Math.min(reach, widestAxis), Math.min(reach, widestAxis)], [0, 1]).nice(4).domain();
  return Math.min(end ?? reach, widestAxis);
}

/// From a share to pixels; what lies beyond the axis is held at its edge.
export function axisScale(reach: number, left: number, right: number) {
  return scaleLinear([-reach, reach], [left, right]).clamp(true);
}
