// Pairs as a square: from the node of a row to the node of a column.
import type { Metric } from './data';
import { fromMedian, noCellStep, notMeasuredStep, pairStep } from './palette';
import type { Part, RackParts } from './rack_parts';

export interface PairGrid {
  size: number; // nodes
  of: Int32Array; // row of the parts for each cell; -1: no such pair
  steps: Uint8Array; // shade of each cell
}

/// A pair that was measured one way only stands in both of its cells.
export function pairGrid(nodes: number, parts: readonly Part[], metric: Metric): PairGrid {
  const of = new Int32Array(nodes * nodes).fill(-1);
  parts.forEach(({ ends }, row) => {
    if (ends) of[ends[0] * nodes + ends[1]] = row;
  });
  parts.forEach(({ ends }, row) => {
    const mirrored = ends ? ends[1] * nodes + ends[0] : 0;
    if (ends && of[mirrored] === -1) of[mirrored] = row;
  });
  const steps = Uint8Array.from(of, (row, cell) => {
    const part = parts[row];
    if (!part) return cell % (nodes + 1) === 0 ? noCellStep : notMeasuredStep;
    return pairStep(metric, part.value, part.verdict);
  });
  return { size: nodes, of, steps };
}

/// Whether a pair holds a suspected node or is a suspected link.
export function isSuspected(suspects: RackParts['suspects'], ends: readonly number[]): boolean {
  return suspects.some((suspect) => suspect.every((node) => ends.includes(node)));
}

/// Rows of the parts, the farthest on the bad side of the median first; what has no value last.
export function worstFirst(parts: readonly Part[], metric: Metric): Part[] {
  const sign = metric.direction === 'higher' ? 1 : -1;
  const good = (part: Part) => {
    const distance = fromMedian(metric, part.value);
    return distance === null ? Infinity : metric.direction === 'neither' ? -Math.abs(distance) : sign * distance;
  };
  return [...parts].sort((a, b) => (good(a) === good(b) ? 0 : good(a) - good(b)));
}
