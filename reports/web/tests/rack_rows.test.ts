import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FleetModel } from '../src/fleet_model';
import { countPlaces } from '../src/map_summary';
import { columnNames, visibleRacks } from '../src/rack_rows';
import { firstState, type Shown, type ViewState } from '../src/state';
import { columns, fleet } from './fleet_sample';

async function listed(shown: Shown, part: Partial<ViewState>): Promise<number[]> {
  const model = await FleetModel.load(fleet, columns());
  return [...visibleRacks(model, await model.figures(shown), { ...firstState, ...part })];
}

test('racks come in the order of the site, or turned', async () => {
  assert.deepEqual(await listed('standing', {}), [0, 1, 2, 3, 4]);
  assert.deepEqual(await listed('standing', { descending: true }), [4, 3, 2, 1, 0]);
});

test('sorting by a figure puts what has none last, both ways', async () => {
  assert.deepEqual(await listed(0, { sort: 'value' }), [4, 0, 1, 2, 3]);
  assert.deepEqual(await listed(0, { sort: 'value', descending: true }), [2, 1, 0, 4, 3]);
  assert.deepEqual(await listed(0, { sort: 'margin' }), [4, 0, 1, 2, 3]);
});

test('sorting by standing and verdict puts the worst first', async () => {
  assert.deepEqual(await listed('standing', { sort: 'standing' }), [0, 4, 3, 1, 2]);
  assert.deepEqual(await listed(0, { sort: 'verdict' }), [0, 4, 3, 1, 2]);
});

test('labels sort naturally', async () => {
  assert.deepEqual(await listed('standing', { sort: 'label:hall' }), [1, 2, 0, 4, 3]);
});

test('the filter finds names and labels, whatever the case, and nothing else', async () => {
  assert.deepEqual(await listed('standing', { filter: 'r1' }), [0, 2]);
  assert.deepEqual(await listed('standing', { filter: ' h10 ' }), [0, 4]);
  assert.deepEqual(await listed('standing', { filter: '机柜' }), [3]);
  assert.deepEqual(await listed('standing', { filter: '.*' }), []);
  assert.deepEqual(await listed('standing', { onlyOpen: true }), [0, 3, 4]);
});

test('columns follow what is shown', async () => {
  const model = await FleetModel.load(fleet, columns());
  assert.deepEqual(columnNames(model, await model.figures('standing')), ['rack', 'standing', 'label:hall']);
  assert.deepEqual(columnNames(model, await model.figures('worst')), ['rack', 'standing', 'metric', 'value', 'margin', 'verdict', 'label:hall']);
});

test('the worst metric of each rack carries its value and verdict', async () => {
  const model = await FleetModel.load(fleet, columns());
  const figures = await model.figures('worst');
  assert.deepEqual([...figures.metric], [0, 1, 0, 0, 0]);
  assert.deepEqual([...figures.verdict], [1, 0, 0, 3, 1]);
  assert.equal(figures.value[1], 199);
  assert.ok(Number.isNaN(figures.value[3]));
});

test('places are counted by standing, the worst first', async () => {
  const model = await FleetModel.load(fleet, columns());
  const places = countPlaces(model.standing, model.label('hall'));
  assert.deepEqual(places.map((place) => [place.name, place.racks, place.of]),
    [['H10', 2, [0, 0, 2, 0, 0]], ['', 1, [0, 0, 0, 1, 0]], ['H2', 2, [2, 0, 0, 0, 0]]]);
});
