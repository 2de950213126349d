// The parts of one rack (devices, nodes, pairs, groups), launch by launch, as reports/fleet_data.hpp packs them.

export interface PackedParts {
  targets: string[];
  ends: ([number, number] | null)[];
  nodes: string[];
  suspects: number[][];
  metrics: { metric: number; targets: number[]; verdicts: number[]; launches: number[]; more: number[] }[];
  leftOut: number;
}

export interface Part {
  name: string;
  ends: readonly [number, number] | null; // of a pair: rows of `nodes`
  verdict: number;
  value: number; // NaN: not measured
  launches: readonly number[];
  more: number; // launches beyond those
}

export interface RackParts {
  nodes: readonly string[]; // of pairs
  suspects: readonly (readonly number[])[]; // a node, or the two of a link
  metrics: { metric: number; parts: Part[] }[]; // row of the fleet's metrics
  leftOut: number; // values for which the page had no room
}

export function rackParts(packed: PackedParts, figures: Float32Array): RackParts {
  let at = 0;
  const metrics = packed.metrics.map(({ metric, targets, verdicts, launches, more }) => ({
    metric,
    parts: targets.map((target, i) => {
      const value = figures[at++] ?? NaN;
      const given = [...figures.subarray(at, (at += launches[i] ?? 0))];
      return { name: packed.targets[target] ?? '', ends: packed.ends[target] ?? null, verdict: verdicts[i] ?? 0, value, launches: given, more: more[i] ?? 0 };
    }),
  }));
  if (at !== figures.length) throw new Error('rp-launches: wrong length');
  return { nodes: packed.nodes, suspects: packed.suspects, metrics, leftOut: packed.leftOut };
}
