import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLabel } from '../src/data';
import type { LabelColumn } from '../src/fleet_model';
import { sharedPrefix } from '../src/map_canvas';
import { corners, hallGrids, neighbour, placeHalls, rackAt } from '../src/map_layout';

const none = { hall: null, row: null, position: null };
function label(name: string, values: string[], of: number[]): LabelColumn {
  return { name, values, of: Uint16Array.from(of) };
}
/// 2 halls of 2 rows of 3 places; the last rack has no labels.
function floor() {
  const racks = 13;
  const of = (value: (rack: number) => number) => Array.from({ length: racks }, (_, rack) => (rack === 12 ? noLabel : value(rack)));
  return {
    racks,
    labels: {
      hall: label('hall', ['H10', 'H2'], of((rack) => (rack < 6 ? 0 : 1))), row: label('row', ['B', 'A'], of((rack) => (rack % 6 < 3 ? 0 : 1))),
      position: label('position', ['1', '2', '10'], of((rack) => rack % 3)),
    },
  };
}

test('every rack stands in exactly one slot', () => {
  const { racks, labels } = floor();
  const cases = [labels, { ...labels, position: null }, { ...labels, hall: null }, none, { ...none, hall: labels.hall }];
  for (const given of cases) {
    const placed = hallGrids(racks, given).flatMap((hall) => [...hall.grid]).filter((rack) => rack >= 0).sort((a, b) => a - b);
    assert.deepEqual(placed, Array.from({ length: racks }, (_, rack) => rack));
  }
});

test('halls, rows and positions in natural order, what has no label last', () => {
  const { racks, labels } = floor();
  const halls = hallGrids(racks, labels);
  assert.deepEqual(halls.map((hall) => hall.name), ['H2', 'H10', '']);
  assert.deepEqual(halls[0]?.rowNames, ['A', 'B']);
  assert.deepEqual([...(halls[0]?.grid ?? [])], [9, 10, 11, 6, 7, 8]);
});

test('two racks at one place both stand on the map', () => {
  const halls = hallGrids(3, { hall: null, row: label('row', ['1'], [0, 0, 0]), position: label('position', ['1', '2'], [0, 0, 1]) });
  assert.deepEqual([...(halls[0]?.grid ?? [])], [0, 2, 1]);
});

test('labels that make no floor are not taken for one', () => {
  const many = 30000;
  const alone = label('row', Array.from({ length: many }, (_, row) => String(row)), Array.from({ length: many }, (_, row) => row));
  const [hall] = hallGrids(many, { ...none, row: alone });
  assert.ok(hall && hall.columns < 2000 && hall.rows < 2000);
});

test('40,000 racks in four halls have cells of at least 3 pixels at every width, and as large as the width allows', () => {
  const racks = 40000;
  const labels = {
    hall: label('hall', ['1', '2', '3', '4'], Array.from({ length: racks }, (_, rack) => Math.floor(rack / 10000))),
    row: label('row', Array.from({ length: 100 }, (_, row) => String(row)), Array.from({ length: racks }, (_, rack) => Math.floor(rack / 100) % 100)),
    position: null,
  };
  const grids = hallGrids(racks, labels);
  for (const width of [320, 700, 1140, 2400]) {
    const layout = placeHalls(grids, width);
    assert.ok(layout.cell >= 3, `${width}`);
    if (layout.cell > 3) assert.ok(layout.width <= width, `${width}: ${layout.width}`);
  }
  assert.ok(placeHalls(grids, 1140).cell >= 5);
});

test('a point finds the rack whose cell is there', () => {
  const { racks, labels } = floor();
  const layout = placeHalls(hallGrids(racks, labels), 600);
  const corner = corners(layout, racks);
  for (let rack = 0; rack < racks; ++rack) {
    assert.equal(rackAt(layout, (corner[2 * rack] ?? 0) + 1, (corner[2 * rack + 1] ?? 0) + 1), rack);
  }
  assert.equal(rackAt(layout, -5, -5), -1);
});

test('arrows reach every rack and never leave the map', () => {
  const { racks, labels } = floor();
  const layout = placeHalls(hallGrids(racks, labels), 600);
  const reached = new Set([0]);
  for (const rack of reached) {
    for (const [right, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) reached.add(neighbour(layout, rack, right, down));
  }
  assert.equal(reached.size, racks);
  assert.equal(neighbour(layout, 9, 1, 0), 10);
  assert.equal(neighbour(layout, 9, 0, 1), 6);
});

test('a map of many narrow halls is not much higher than a screen', () => {
  const racks = 40000;
  const of = (value: (rack: number) => number) => Array.from({ length: racks }, (_, rack) => value(rack));
  const names = (count: number) => Array.from({ length: count }, (_, row) => String(row));
  const labels = {
    hall: label('hall', names(20), of((rack) => Math.floor(rack / 2000))), row: label('row', names(100), of((rack) => Math.floor(rack / 20) % 100)),
    position: null,
  };
  const layout = placeHalls(hallGrids(racks, labels), 1140);
  assert.ok(layout.height <= 1100 && layout.width <= 1140, `${layout.width} x ${layout.height}`);
  assert.equal(new Set(layout.halls.map((hall) => `${hall.x} ${hall.y}`)).size, 20);
});

test('row names lose what all of them begin with, but never everything', () => {
  assert.equal(sharedPrefix(['row0012', 'row0013']), 'row');
  assert.equal(sharedPrefix(['A1', 'B1']), '');
  assert.equal(sharedPrefix(['row', 'row']), '');
  assert.equal(sharedPrefix(['row1', '']), '');
  assert.equal(sharedPrefix([]), '');
});
