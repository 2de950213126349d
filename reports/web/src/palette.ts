// Colours of a cell. The side (pass or fail) is that of the verdict; the margin to the limit only chooses the step on that side.
import { type Metric, Standing, Verdict } from './data';
import type { Key } from './texts';

/// One look of a cell. The colours are the same in both themes and were chosen for colour-blind readers: orange-brown fails, blue passes.
export interface Shade {
  fill: string;
  hatch: boolean; // nothing was measured
  glyph: string; // drawn where cells are large enough; empty: none
  ink: string; // of glyph and hatch
  words: Key; // of the legend
}

const shade = (fill: string, words: Key, glyph = '', ink = '#000', hatch = false): Shade => ({ fill, hatch, glyph, ink, words });

/// Rows are numbered by what stepOf, standingStep and so on return.
export const shades: readonly Shade[] = [
  shade('#7F2704', 'failFar', '✕', '#fff'),
  shade('#C84801', 'failMiddle', '✕', '#fff'),
  shade('#F1821E', 'failNear', '✕'),
  shade('#DEE8F2', 'passNear'),
  shade('#C6D6E8', 'passMiddle'),
  shade('#A6BFDB', 'passFar'),
  shade('#80A3CB', 'passFarthest'),
  shade('#F2D66B', 'inconclusive', '!'),
  shade('#B9BCC0', 'notMeasured', '–', '#4a4d51', true),
  shade('#ECEDEE', 'noCell', '', '#787878'),
  shade('#EDE6F5', 'information1'),
  shade('#CDBCE3', 'information2'),
  shade('#A58DC9', 'information3'),
  shade('#75589F', 'information4', '', '#fff'),
  shade('#A6BFDB', 'accepted'),
  shade('#8B79AC', 'withReservations', '◐', '#fff'),
  shade('#C84801', 'rejected', '✕', '#fff'),
  shade('#F2D66B', 'undecided', '!'),
  shade('#B9BCC0', 'notStarted', '–', '#4a4d51', true),
  shade('#EDE6F5', 'nearMedian'),
  shade('#CDBCE3', 'behindMedian2'),
  shade('#A58DC9', 'behindMedian5'),
  shade('#75589F', 'behindMedian10', '', '#fff'),
];

const failSteps = [-0.05, -0.02];
const passSteps = [0.02, 0.05, 0.1];
const firstPass = 3, inconclusiveStep = 7, firstInformation = 10, firstStanding = 14, firstBehind = 19;
export const notMeasuredStep = 8, noCellStep = 9;

/// How far a value is on the good side of its limit, as a share of the bound; of two bounds the nearer one. NaN: no value or no bound.
export function margin(metric: Metric, value: number): number {
  const share = (distance: number, bound: number) => (bound === 0 ? Math.sign(distance) : distance / Math.abs(bound));
  const above = metric.lower === null ? Infinity : share(value - metric.lower, metric.lower);
  const below = metric.upper === null ? Infinity : share(metric.upper - value, metric.upper);
  const nearer = Math.min(above, below);
  return nearer === Infinity ? NaN : nearer;
}

/// How far a figure is from the fleet's median, as a share of it; null: there is no figure, or nothing to compare it with.
export function fromMedian({ p50 }: Metric, figure: number | null): number | null {
  return figure === null || p50 === null || p50 === 0 || Number.isNaN(figure) ? null : (figure - p50) / Math.abs(p50);
}

/// The shade of one value of a metric with its verdict.
export function stepOf(metric: Metric, value: number, verdict: number): number {
  if (verdict === Verdict.notJudged) return notMeasuredStep;
  if (verdict === Verdict.notApplicable) return noCellStep;
  if (verdict === Verdict.inconclusive) return inconclusiveStep;
  if (verdict === Verdict.noCell) return Number.isNaN(value) ? noCellStep : informationStep(metric, value);
  const distance = margin(metric, value);
  if (verdict === Verdict.fail) return failSteps.filter((bound) => distance >= bound).length;
  return firstPass + passSteps.filter((bound) => distance >= bound).length;
}

// A metric without a limit has no good side: where the value lies between the fleet's p1 and p99, in quarters.
function informationStep(metric: Metric, value: number): number {
  const { p1, p99 } = metric;
  if (p1 === null || p99 === null || !(p99 > p1)) return firstInformation;
  const quarter = Math.floor((4 * (value - p1)) / (p99 - p1));
  return firstInformation + Math.max(0, Math.min(3, quarter));
}

/// The shade of a pair of nodes: what a limit says against it, else how far it is behind the fleet's median, whatever there is to spare,
/// so that one slow node shows as a cross.
export function pairStep(metric: Metric, value: number, verdict: number): number {
  if (verdict !== Verdict.pass && verdict !== Verdict.noCell) return stepOf(metric, value, verdict);
  if (Number.isNaN(value)) return notMeasuredStep;
  const distance = fromMedian(metric, value) ?? 0;
  const behind = metric.direction === 'higher' ? -distance : metric.direction === 'lower' ? distance : Math.abs(distance);
  return firstBehind + passSteps.filter((bound) => behind >= bound).length;
}

export function standingStep(standing: number): number {
  return firstStanding + Math.min(standing, Standing.notStarted);
}

/// Order of verdicts from worst to none.
export function severity(verdict: number): number {
  return [3, 0, 1, 2, 4, 5][verdict] ?? 5;
}

/// Of the metrics of one rack that decide, the row of the one to look at first: the worst verdict, then the smallest margin.
/// -1: it has no cell.
export function worstMetric(metrics: readonly Metric[], value: (row: number) => number, verdict: (row: number) => number): number {
  let worst = -1, worstSeverity = Infinity, worstMargin = Infinity;
  metrics.forEach((metric, row) => {
    const given = verdict(row);
    if (metric.score || given === Verdict.noCell || given === Verdict.notApplicable) return;
    const distance = margin(metric, value(row));
    // Without a number, a fail is a wrong answer and comes first.
    const rank = Number.isNaN(distance) ? (given === Verdict.fail ? -Infinity : Infinity) : distance;
    if (severity(given) < worstSeverity || (severity(given) === worstSeverity && rank < worstMargin)) {
      worst = row;
      worstSeverity = severity(given);
      worstMargin = rank;
    }
  });
  return worst;
}
