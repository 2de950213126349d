// Where each rack stands on the map: one grid for each hall, in floor order where the labels say it.
import { noLabel } from './data';
import type { LabelColumn } from './fleet_model';

/// Racks of one hall; `grid` holds the rack of each slot (row × columns + column) or -1.
export interface HallGrid {
  name: string; // empty: racks without a hall
  columns: number;
  rows: number;
  rowNames: string[]; // empty: the rows are only wrapped
  grid: Int32Array;
}

export interface PlacedHall extends HallGrid {
  x: number; // of its first cell, in pixels
  y: number;
}

export interface MapLayout {
  cell: number; // side of a cell, in pixels
  width: number;
  height: number;
  halls: PlacedHall[];
}

export interface FloorLabels {
  hall: LabelColumn | null;
  row: LabelColumn | null;
  position: LabelColumn | null;
}

const natural = new Intl.Collator('en', { numeric: true });
const smallestCell = 3, captionHeight = 20, rowGutter = 36, gap = 16;
const highestMap = 1100; // pixels, where cells can be small enough
const longestSide = 2000; // cells; a canvas has a largest size

// Racks by the value of a label in natural order; those without it last.
function groups(racks: readonly number[], label: LabelColumn | null): { name: string; racks: number[] }[] {
  if (!label) return [{ name: '', racks: [...racks] }];
  const byRow = new Map<number, number[]>();
  for (const rack of racks) {
    const row = label.of[rack] ?? noLabel;
    const group = byRow.get(row);
    if (group) group.push(rack);
    else byRow.set(row, [rack]);
  }
  return [...byRow.entries()]
    .map(([row, members]) => ({ row, name: row === noLabel ? '' : (label.values[row] ?? ''), racks: members }))
    .sort((a, b) => Number(a.row === noLabel) - Number(b.row === noLabel) || natural.compare(a.name, b.name));
}

// Without rows, racks are wrapped to a field twice as wide as high.
function wrapped(name: string, racks: readonly number[]): HallGrid {
  const columns = Math.max(1, Math.ceil(Math.sqrt(2 * racks.length)));
  const rows = Math.max(1, Math.ceil(racks.length / columns));
  const grid = new Int32Array(rows * columns).fill(-1);
  grid.set(racks);
  return { name, columns, rows, rowNames: [], grid };
}

// The column of each position that occurs in a hall; null: positions do not make a floor (there are far more than racks in a row).
function positionColumns(
  rows: readonly { racks: number[] }[], longest: number, position: LabelColumn | null): Map<number, number> | null {
  if (!position) return null;
  const places = groups(rows.flatMap((row) => row.racks), position);
  if (places.length > Math.min(longestSide, 4 * longest + 4)) return null;
  return new Map(places.map((place, column) => [position.of[place.racks[0] ?? 0] ?? noLabel, column]));
}

function inRows(name: string, racks: readonly number[], labels: FloorLabels): HallGrid {
  const rows = groups(racks, labels.row);
  const longest = Math.max(...rows.map((row) => row.racks.length));
  if (rows.length > longestSide || longest > longestSide || rows.length > 20 * longest + 20) return wrapped(name, racks);
  const columnOf = positionColumns(rows, longest, labels.position);
  const placed = rows.map((row) => {
    const slots: number[] = [];
    const crowded: number[] = [];
    for (const rack of row.racks) {
      const column = columnOf?.get(labels.position?.of[rack] ?? noLabel);
      if (column === undefined || slots[column] !== undefined) crowded.push(rack);
      else slots[column] = rack;
    }
    // Racks without a place of their own take the next free ones, so that none is hidden.
    let free = 0;
    for (const rack of crowded) {
      while (slots[free] !== undefined) ++free;
      slots[free] = rack;
    }
    return slots;
  });
  const columns = Math.max(1, ...placed.map((slots) => slots.length));
  const grid = new Int32Array(rows.length * columns).fill(-1);
  placed.forEach((slots, row) => slots.forEach((rack, column) => (grid[row * columns + column] = rack)));
  return { name, columns, rows: rows.length, rowNames: rows.map((row) => row.name), grid };
}

/// The grids of a fleet; every rack stands in exactly one slot.
export function hallGrids(count: number, labels: FloorLabels): HallGrid[] {
  const racks = Array.from({ length: count }, (_, rack) => rack);
  return groups(racks, labels.hall).map(({ name, racks: members }) =>
    labels.row ? inRows(name, members, labels) : wrapped(name, members));
}

/// Grids side by side and below each other in `width` pixels. Cells are as large as the width and a height of a screen or so allow, and never
/// smaller than 3 pixels, even if the map is then wider or higher.
export function placeHalls(grids: readonly HallGrid[], width: number): MapLayout {
  const gutter = grids.some((grid) => grid.rowNames.length > 0) ? rowGutter : 0;
  const widest = Math.max(1, ...grids.map((grid) => grid.columns));
  const pitchOf = (cell: number) => gutter + widest * cell + gap;
  const acrossOf = (cell: number) => Math.max(1, Math.min(grids.length, Math.floor((width + gap) / pitchOf(cell))));
  const fits = (cell: number) => pitchOf(cell) - gap <= width && heightOf(grids, acrossOf(cell), cell) <= highestMap;
  const slots = grids.reduce((sum, grid) => sum + grid.columns * grid.rows, 0);
  let cell = slots <= 600 ? 28 : slots <= 5000 ? 14 : 8;
  while (cell > smallestCell && !fits(cell)) --cell;
  const across = acrossOf(cell);
  const halls: PlacedHall[] = [];
  let top = 0;
  for (const line of lines(grids, across)) {
    line.forEach((grid, column) => halls.push({ ...grid, x: column * pitchOf(cell) + gutter, y: top + captionHeight }));
    top += lineHeight(line, cell) + gap;
  }
  return { cell, width: across * pitchOf(cell) - gap, height: Math.max(captionHeight, top - gap), halls };
}

function lines(grids: readonly HallGrid[], across: number): HallGrid[][] {
  return Array.from({ length: Math.ceil(grids.length / across) }, (_, line) => grids.slice(line * across, (line + 1) * across));
}
function lineHeight(line: readonly HallGrid[], cell: number): number {
  return captionHeight + Math.max(...line.map((grid) => grid.rows)) * cell;
}
function heightOf(grids: readonly HallGrid[], across: number, cell: number): number {
  return lines(grids, across).reduce((sum, line) => sum + lineHeight(line, cell) + gap, 0);
}

/// The rack at a point, or -1.
export function rackAt(layout: MapLayout, x: number, y: number): number {
  for (const hall of layout.halls) {
    const column = Math.floor((x - hall.x) / layout.cell);
    const row = Math.floor((y - hall.y) / layout.cell);
    if (column >= 0 && row >= 0 && column < hall.columns && row < hall.rows) return hall.grid[row * hall.columns + column] ?? -1;
  }
  return -1;
}

/// Upper left corner of every rack's cell: x and y in turns.
export function corners(layout: MapLayout, count: number): Float32Array {
  const found = new Float32Array(2 * count);
  for (const hall of layout.halls) {
    hall.grid.forEach((rack, slot) => {
      if (rack < 0) return;
      found[2 * rack] = hall.x + (slot % hall.columns) * layout.cell;
      found[2 * rack + 1] = hall.y + Math.floor(slot / hall.columns) * layout.cell;
    });
  }
  return found;
}

/// The next rack from `rack` in a direction (-1, 0 or 1 each), or `rack` itself: straight on in its hall, else the nearest of
/// the next hall.
export function neighbour(layout: MapLayout, rack: number, right: number, down: number): number {
  const at = layout.halls.findIndex((hall) => hall.grid.includes(rack));
  const hall = layout.halls[at];
  if (!hall) return rack;
  const slot = hall.grid.indexOf(rack);
  let column = (slot % hall.columns) + right;
  let row = Math.floor(slot / hall.columns) + down;
  for (; column >= 0 && row >= 0 && column < hall.columns && row < hall.rows; column += right, row += down) {
    const next = hall.grid[row * hall.columns + column] ?? -1;
    if (next >= 0) return next;
  }
  const beyond = layout.halls[at + (right + down)];
  return beyond ? nearest(layout, beyond, hall.x + column * layout.cell, hall.y + row * layout.cell, rack) : rack;
}

function nearest(layout: MapLayout, hall: PlacedHall, x: number, y: number, otherwise: number): number {
  let best = otherwise, least = Infinity;
  hall.grid.forEach((rack, slot) => {
    if (rack < 0) return;
    const across = hall.x + (slot % hall.columns) * layout.cell - x;
    const along = hall.y + Math.floor(slot / hall.columns) * layout.cell - y;
    const distance = across * across + along * along;
    if (distance < least) [best, least] = [rack, distance];
  });
  return best;
}
