import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricKeys } from '../src/metric_names';
import { bandwidth, latency } from './fleet_sample';

test('every metric has its own key, the first of an id the id itself', () => {
  const metrics = [bandwidth, latency, { ...bandwidth, model: 'B300' }, { ...bandwidth, score: true }];
  assert.deepEqual(metricKeys(metrics), [bandwidth.metric, latency.metric, `${bandwidth.metric}~2`, `${bandwidth.metric}~3`]);
});
