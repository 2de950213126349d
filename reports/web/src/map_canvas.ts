// The cells of the map on a canvas.
import type { FleetModel, ShownFigures } from './fleet_model';
import { corners, type MapLayout } from './map_layout';
import { shades } from './palette';
import type { Words } from './words';

const glyphCell = 11; // from this size on a cell shows its glyph, and rows their names

/// Paints all racks in the colour of what is shown, with the names of halls and rows in `ink`.
export function paintMap(
  canvas: HTMLCanvasElement, layout: MapLayout, model: FleetModel, figures: ShownFigures, words: Words, ink: string): void {
  const pen = penFor(canvas, layout.width, layout.height);
  if (!pen) return;
  paintNames(pen, layout, model, words, ink);
  paintCells(pen, layout.cell, corners(layout, model.racks.length), figures.steps);
}

/// An empty canvas of so many pixels of the page, as sharp as the screen; null: there is none.
export function penFor(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  pen?.scale(scale, scale);
  return pen;
}

/// Cells of one size with their left upper corners, x before y. One colour after the other: changing it is what costs time.
export function paintCells(pen: CanvasRenderingContext2D, cell: number, corner: Float32Array, steps: Uint8Array): void {
  const line = cell >= 5 ? 1 : 0;
  const side = cell - line;
  const byStep: number[][] = shades.map(() => []);
  steps.forEach((step, rack) => byStep[step]?.push(rack));
  byStep.forEach((racks, step) => {
    const shade = shades[step];
    if (!shade || racks.length === 0) return;
    pen.fillStyle = shade.fill;
    for (const rack of racks) pen.fillRect(corner[2 * rack] ?? 0, corner[2 * rack + 1] ?? 0, side, side);
    pen.strokeStyle = pen.fillStyle = shade.ink;
    if (shade.hatch) hatch(pen, racks, corner, side);
    if (shade.glyph && cell >= glyphCell) writeGlyphs(pen, racks, corner, side, shade.glyph);
  });
}

function hatch(pen: CanvasRenderingContext2D, racks: readonly number[], corner: Float32Array, side: number): void {
  pen.lineWidth = 1;
  pen.beginPath();
  for (const rack of racks) {
    const x = corner[2 * rack] ?? 0, y = corner[2 * rack + 1] ?? 0;
    pen.moveTo(x, y + side);
    pen.lineTo(x + side, y);
  }
  pen.stroke();
}

function writeGlyphs(pen: CanvasRenderingContext2D, racks: readonly number[], corner: Float32Array, side: number, glyph: string): void {
  pen.font = `bold ${Math.round(side * 0.75)}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  for (const rack of racks) pen.fillText(glyph, (corner[2 * rack] ?? 0) + side / 2, (corner[2 * rack + 1] ?? 0) + side / 2 + 0.5);
}

function paintNames(pen: CanvasRenderingContext2D, layout: MapLayout, model: FleetModel, words: Words, ink: string): void {
  pen.fillStyle = ink;
  pen.textBaseline = 'alphabetic';
  const every = Math.max(1, Math.ceil(glyphCell / layout.cell));
  const prefix = sharedPrefix(layout.halls.flatMap((hall) => hall.rowNames));
  for (const hall of layout.halls) {
    const name = hall.name || (model.label('hall') ? words.plain('withoutLabel') : words.plain('allRacks'));
    pen.textAlign = 'left';
    pen.font = 'bold 12px sans-serif';
    pen.fillText(cut(name, 40), hall.x, hall.y - 6);
    pen.textAlign = 'right';
    pen.font = '10px sans-serif';
    for (let row = 0; row < hall.rowNames.length; row += every) {
      const rowName = (hall.rowNames[row] ?? '').slice(prefix.length);
      pen.fillText(cut(rowName, 6), hall.x - 4, hall.y + row * layout.cell + Math.min(9, layout.cell + 3), 30);
    }
  }
}

/// What stands before the number in every name: "row" of "row0012"; empty where a name is nothing else.
export function sharedPrefix(names: readonly string[]): string {
  let prefix = /^\D*/.exec(names[0] ?? '')?.[0] ?? '';
  for (const name of names) {
    while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
    if (name === prefix) return '';
  }
  return prefix;
}

/// A text of at most so many characters.
export function cut(text: string, most: number): string {
  const characters = [...text.slice(0, 2 * most)];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
