import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstState, formatHash, parseHash, type ViewState } from '../src/state';

const metrics = ['memory/device/triad:f64,cold#bandwidth', 'a&b=c%'];

test('a state comes back from its hash', () => {
  const states: Partial<ViewState>[] = [
    {}, { language: 'zh', theme: 'dark' }, { shown: 'worst', descending: true }, { shown: 1, sort: 'label:hall', descending: true },
    { filter: 'H2 &=#%机柜', onlyOpen: true, rack: '</script>+ "R 1"' }, { rack: '' },
  ];
  for (const part of states) {
    const state = { ...firstState, ...part };
    const hash = formatHash(state, metrics);
    if (hash !== '') assert.deepEqual(parseHash(`#${hash}`, metrics), state);
    assert.equal(formatHash(parseHash(`#${hash}`, metrics) ?? firstState, metrics), hash);
  }
});

test('a place in the page is not a state', () => {
  for (const hash of ['', '#', '#punch-12', '#rack', '#coverage=1']) assert.equal(parseHash(hash, metrics), null);
});

test('what a hash says wrongly is left out', () => {
  const state = parseHash('#lang=fr&theme=pink&metric=none&open=yes&rack=R1', metrics);
  assert.deepEqual(state, { ...firstState, rack: 'R1' });
});
