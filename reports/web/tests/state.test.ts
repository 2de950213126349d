import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstState, followHash, formatHash, parseHash, type ViewState } from '../src/state';

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

test('a link to a rack opens it in the view as it is; any other state is taken whole; a place changes nothing', () => {
  const state: ViewState = { ...firstState, language: 'zh', theme: 'dark', shown: 'worst', filter: 'H2', rack: 'R1' };
  assert.deepEqual(followHash(state, '#rack=R2', metrics), { ...state, rack: 'R2' });
  assert.deepEqual(followHash(state, '#metric=worst&rack=R2', metrics), { ...firstState, shown: 'worst', rack: 'R2' });
  assert.equal(followHash(state, '#rack=R1', metrics), null);
  assert.equal(followHash(state, `#${formatHash(state, metrics)}`, metrics), null);
  assert.equal(followHash(state, '#punch-3', metrics), null);
});
