import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Metric, Standing, Verdict } from '../src/data';
import { margin, shades, severity, standingStep, stepOf, worstMetric } from '../src/palette';
import { texts } from '../src/texts';
import { bandwidth, latency, temperature } from './fleet_sample';

const words = (metric: Metric, value: number, verdict: number) => shades[stepOf(metric, value, verdict)]?.words;

test('the side is the verdict\'s, whatever the value', () => {
  assert.equal(words(bandwidth, 150, Verdict.fail), 'failNear');
  assert.equal(words(bandwidth, 50, Verdict.pass), 'passNear');
  assert.equal(words(bandwidth, NaN, Verdict.fail), 'failFar');
});

test('the step is the margin\'s', () => {
  const at = (value: number, verdict: number) => words(bandwidth, value, verdict);
  assert.deepEqual([99, 98, 97.9, 95, 94.9].map((value) => at(value, Verdict.fail)), ['failNear', 'failNear', 'failMiddle', 'failMiddle', 'failFar']);
  assert.deepEqual([101, 102, 105, 110].map((value) => at(value, Verdict.pass)), ['passNear', 'passMiddle', 'passFar', 'passFarthest']);
  assert.equal(words(latency, 180, Verdict.pass), 'passFarthest');
  assert.equal(words(latency, 203, Verdict.fail), 'failNear');
});

test('what was not judged never has the colour of a pass', () => {
  assert.equal(words(bandwidth, 150, Verdict.notJudged), 'notMeasured');
  assert.equal(words(bandwidth, NaN, Verdict.notJudged), 'notMeasured');
  assert.equal(words(bandwidth, 150, Verdict.inconclusive), 'inconclusive');
  assert.equal(words(bandwidth, NaN, Verdict.noCell), 'noCell');
  assert.equal(words(bandwidth, 150, Verdict.notApplicable), 'noCell');
});

test('without a limit the colour says where in the fleet', () => {
  const at = (value: number) => words(temperature, value, Verdict.noCell);
  assert.deepEqual([0, 20, 35, 45, 60, 100].map(at),
    ['information1', 'information1', 'information2', 'information3', 'information4', 'information4']);
});

test('the margin is that of the nearer bound, as a share of it', () => {
  const band = { ...bandwidth, lower: 100, upper: 200 };
  assert.equal(margin(band, 190), 0.05);
  assert.equal(margin(band, 110), 0.1);
  assert.equal(margin({ ...bandwidth, lower: 0 }, -3), -1);
  assert.ok(Number.isNaN(margin(bandwidth, NaN)));
  assert.ok(Number.isNaN(margin(temperature, 30)));
});

test('the worst metric of a rack: verdict first, then margin; a fail without a number before all', () => {
  const metrics = [bandwidth, latency, temperature];
  const worst = (values: number[], verdicts: number[]) => worstMetric(metrics, (row) => values[row] ?? NaN, (row) => verdicts[row] ?? 5);
  assert.equal(worst([150, 199, 50], [Verdict.pass, Verdict.pass, Verdict.noCell]), 1);
  assert.equal(worst([99, 199, 50], [Verdict.fail, Verdict.inconclusive, Verdict.noCell]), 0);
  assert.equal(worst([50, NaN, 50], [Verdict.fail, Verdict.fail, Verdict.noCell]), 1);
  const score = worstMetric([bandwidth, { ...latency, score: true }], (row) => [101, 900][row] ?? NaN, (row) => [0, 1][row] ?? 5);
  assert.equal(score, 0, 'a score does not decide');
  assert.equal(worst([NaN, NaN, 50], [Verdict.noCell, Verdict.notApplicable, Verdict.noCell]), -1);
});

test('severity puts every verdict in its place', () => {
  const order = [Verdict.fail, Verdict.inconclusive, Verdict.notJudged, Verdict.pass, Verdict.notApplicable, Verdict.noCell];
  assert.deepEqual([...order].sort((a, b) => severity(a) - severity(b)), order);
});

test('each standing has its own words and no standing but accepted looks like it', () => {
  const all = Object.values(Standing).map((standing) => shades[standingStep(standing)]);
  assert.deepEqual(all.map((shade) => shade?.words), ['accepted', 'withReservations', 'rejected', 'undecided', 'notStarted']);
  assert.equal(new Set(all.map((shade) => shade?.fill)).size, all.length);
});

// What colour-blind readers and paper need: nearest fail and nearest pass differ in lightness, and status glyphs stand out.
test('fail and pass differ in lightness, and ink stands out', () => {
  const lightness = (colour: string) => {
    const channel = (at: number) => {
      const share = parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    const full = colour.length === 4 ? `#${[...colour.slice(1)].map((digit) => digit + digit).join('')}` : colour;
    colour = full;
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  };
  const contrast = (a: string, b: string) => {
    const [low, high] = [lightness(a), lightness(b)].sort((x, y) => x - y) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const fill = (key: keyof typeof texts) => shades.find((shade) => shade.words === key)?.fill ?? '#000';
  assert.ok(contrast(fill('failNear'), fill('passNear')) > 2);
  assert.ok(contrast(fill('rejected'), fill('accepted')) > 2);
  for (const shade of shades) if (shade.glyph) assert.ok(contrast(shade.fill, shade.ink) > 3, shade.words);
});
