import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Verdict } from '../src/data';
import { axisReach, axisScale, rackStrips } from '../src/rack_axis';
import { bandwidth, latency, temperature } from './fleet_sample';

const metrics = [latency, temperature, bandwidth];

test('failing metrics first, those without a limit last, those without anything not at all', () => {
  const figures = [{ value: 170, verdict: Verdict.pass }, { value: 40, verdict: Verdict.noCell }, { value: 60, verdict: Verdict.fail }];
  assert.deepEqual(rackStrips(metrics, figures).map((strip) => strip.metric.title), ['Triad', 'Latency', 'Temperature']);
  const silent = [{ value: 170, verdict: Verdict.pass }, { value: NaN, verdict: Verdict.noCell }, { value: NaN, verdict: Verdict.notJudged }];
  assert.deepEqual(rackStrips(metrics, silent).map((strip) => strip.metric.title), ['Triad', 'Latency']);
});

test('a score that fails stands below what decides, and above what has no limit', () => {
  const given = [{ ...latency, score: true }, temperature, bandwidth];
  const figures = [{ value: 300, verdict: Verdict.fail }, { value: 40, verdict: Verdict.noCell }, { value: 130, verdict: Verdict.pass }];
  assert.deepEqual(rackStrips(given, figures).map((strip) => strip.metric.title), ['Triad', 'Latency', 'Temperature']);
});

test('marks lie relative to the median', () => {
  const [strip] = rackStrips([bandwidth], [{ value: 121, verdict: Verdict.pass }]);
  assert.ok(strip);
  assert.ok(Math.abs((strip.at ?? NaN) - 0.1) < 1e-12);
  assert.ok(Math.abs((strip.limits[0] ?? NaN) + 1 / 11) < 1e-12);
});

test('what was not measured has no mark, and neither has a metric without a median', () => {
  const [missing] = rackStrips([bandwidth], [{ value: NaN, verdict: Verdict.notJudged }]);
  assert.equal(missing?.at, null);
  const [unknown] = rackStrips([{ ...bandwidth, p50: null }], [{ value: 100, verdict: Verdict.pass }]);
  assert.equal(unknown?.at, null);
  const [zero] = rackStrips([{ ...bandwidth, p50: 0 }], [{ value: 100, verdict: Verdict.pass }]);
  assert.equal(zero?.at, null);
});

test('the axis holds every mark, and what is farther away than it reaches stands at its edge', () => {
  const near = rackStrips([bandwidth], [{ value: 104, verdict: Verdict.pass }]);
  assert.ok(axisReach(near) >= 15 / 110);
  const far = rackStrips([bandwidth], [{ value: 1, verdict: Verdict.fail }]);
  const scale = axisScale(axisReach(far), 10, 110);
  assert.equal(axisReach(far), 0.5);
  assert.equal(scale(far[0]?.at ?? 0), 10);
  assert.equal(scale(0), 60);
});
