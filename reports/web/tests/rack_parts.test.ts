import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { Verdict } from '../src/data';
import { isSuspected, pairGrid, worstFirst } from '../src/pair_grid';
import { noCellStep, notMeasuredStep, pairStep, shades } from '../src/palette';
import { type PackedParts, type Part, rackParts } from '../src/rack_parts';
import { bandwidth, blocks, columns, latency, temperature } from './fleet_sample';

const packed: PackedParts = {
  targets: ['node1', 'node2', 'node1 + node2'], ends: [null, null, [0, 1]], nodes: ['node1', 'node2'], suspects: [[1]],
  metrics: [
    { metric: 0, targets: [0, 1], verdicts: [Verdict.pass, Verdict.notJudged], launches: [2, 0], more: [3, 0] },
    { metric: 1, targets: [2], verdicts: [Verdict.fail], launches: [1], more: [0] },
  ],
  leftOut: 7,
};
const figures = Float32Array.of(110, 109, 111, NaN, 250, 251);

test('parts come out as they were packed', () => {
  const { metrics, leftOut, nodes } = rackParts(packed, figures);
  assert.deepEqual(metrics[0]?.parts[0], { name: 'node1', ends: null, verdict: Verdict.pass, value: 110, launches: [109, 111], more: 3 });
  assert.ok(Number.isNaN(metrics[0]?.parts[1]?.value), 'NaN stays NaN');
  assert.deepEqual(metrics[1]?.parts[0], { name: 'node1 + node2', ends: [0, 1], verdict: Verdict.fail, value: 250, launches: [251], more: 0 });
  assert.equal(leftOut, 7);
  assert.deepEqual(nodes, ['node1', 'node2']);
});

test('figures that are too few or too many are an error', () => {
  assert.throws(() => rackParts(packed, figures.subarray(0, 5)), /rp-launches: wrong length/);
  assert.throws(() => rackParts(packed, Float32Array.of(...figures, 1)), /rp-launches: wrong length/);
});

test('the parts of a rack are unpacked when they are asked for; a page without them has none', async () => {
  const content = blocks();
  assert.equal(await columns(content).parts(2), null);
  const base64 = (bytes: Uint8Array | Buffer) => gzipSync(bytes).toString('base64');
  content.set('rp-parts-2', base64(Buffer.from(JSON.stringify(packed)))).set('rp-launches-2', base64(new Uint8Array(figures.buffer)));
  assert.equal((await columns(content).parts(2))?.metrics.length, 2);
  assert.equal(await columns(content).parts(1), null);
  content.set('rp-launches-2', 'damaged');
  await assert.rejects(columns(content).parts(2), /rp-launches-2: damaged/);
});

function pair(from: number, to: number, value: number, verdict: number = Verdict.pass): Part {
  return { name: `${from}+${to}`, ends: [from, to], verdict, value, launches: [], more: 0 };
}

test('a pair measured one way stands in both cells, one measured both ways in its own', () => {
  const grid = pairGrid(3, [pair(0, 1, 110), pair(0, 2, 100), pair(2, 0, 50)], bandwidth);
  assert.deepEqual([...grid.of], [-1, 0, 1, 0, -1, -1, 2, -1, -1]);
  assert.equal(grid.steps[0], noCellStep, 'no node is its own partner');
  assert.equal(grid.steps[5], notMeasuredStep, 'what is missing is not a pass');
  assert.notEqual(grid.steps[2], grid.steps[6]);
});

test('a slow node is a row and a column', () => {
  const parts = [pair(0, 1, 110), pair(0, 2, 95), pair(0, 3, 111), pair(1, 2, 94), pair(1, 3, 109), pair(2, 3, 96)];
  const { steps } = pairGrid(4, parts, { ...bandwidth, lower: 1 });
  for (let node = 0; node < 4; ++node) {
    for (let other = 0; other < 4; ++other) {
      if (node === other) continue;
      const words = shades[steps[4 * node + other] ?? 0]?.words;
      assert.equal(words, node === 2 || other === 2 ? 'behindMedian10' : 'nearMedian', `${node} ${other}`);
    }
  }
});

test('the shade of a pair: the verdict, then the distance from the median on the bad side', () => {
  const words = (metric: typeof bandwidth, value: number, verdict: number) => shades[pairStep(metric, value, verdict)]?.words;
  const { pass, fail, inconclusive, notJudged, noCell } = Verdict;
  assert.deepEqual([120, 108, 107, 104, 98].map((value) => words(bandwidth, value, pass)),
    ['nearMedian', 'nearMedian', 'behindMedian2', 'behindMedian5', 'behindMedian10']);
  assert.equal(words(latency, 120, pass), 'nearMedian');
  assert.equal(words(latency, 180, noCell), 'behindMedian10');
  assert.equal(words(temperature, 30, noCell), 'behindMedian10');
  assert.equal(words(bandwidth, 99, fail), 'failNear');
  assert.equal(words(bandwidth, 120, inconclusive), 'inconclusive');
  assert.equal(words(bandwidth, 120, notJudged), 'notMeasured');
  assert.equal(words(bandwidth, NaN, pass), 'notMeasured');
  assert.equal(words(bandwidth, NaN, noCell), 'notMeasured');
  assert.equal(words(bandwidth, NaN, fail), 'failFar');
});

test('a node is suspected with all its pairs, a link with both of its ends only', () => {
  assert.ok(isSuspected([[1]], [0, 1]));
  assert.ok(isSuspected([[1]], [1]));
  assert.ok(!isSuspected([[1]], [0, 2]));
  assert.ok(isSuspected([[2, 0]], [0, 2]));
  assert.ok(!isSuspected([[2, 0]], [0]));
  assert.ok(!isSuspected([], [0, 1]));
});

test('the worst pairs come first, those without a value last', () => {
  const parts = [pair(0, 1, NaN), pair(0, 2, 120), pair(1, 2, 90), pair(1, 0, 100)];
  assert.deepEqual(worstFirst(parts, bandwidth).map(({ name }) => name), ['1+2', '1+0', '0+2', '0+1']);
  assert.deepEqual(worstFirst(parts.slice(1), latency).map(({ name }) => name), ['0+2', '1+0', '1+2']);
  assert.deepEqual(worstFirst([pair(0, 1, 39), pair(0, 2, 60)], temperature).map(({ name }) => name), ['0+2', '0+1']);
});
