// Cells on a canvas with a cursor over them that keys move, and what is said of the cell under it.
import { element } from './elements';

/// Columns and rows that an arrow key goes on.
export const arrowSteps: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

/// The elements, and when they are painted again: in black for paper, and in the ink of the page's colours.
export function cellField(help: string, paint: (ink?: string) => void) {
  const canvas = element('canvas', { role: 'img' });
  const cursor = element('div', { class: 'rp-cursor', hidden: true });
  const field = element('div', { class: 'rp-field', tabindex: 0, role: 'application', 'aria-describedby': help }, canvas, cursor);
  const readout = element('p', { class: 'rp-readout', role: 'status', 'aria-live': 'polite' });
  // The canvas keeps the colour of its names until it is painted again.
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => paint());
  window.addEventListener('beforeprint', () => paint('#000'));
  window.addEventListener('afterprint', () => paint());
  return { canvas, cursor, field, readout };
}

/// Over the cell whose left upper corner is given, x before y.
export function placeCursor({ style }: HTMLElement, corner: Float32Array, at: number, cell: number): void {
  style.width = style.height = `${cell}px`;
  style.left = `${corner[2 * at] ?? 0}px`;
  style.top = `${corner[2 * at + 1] ?? 0}px`;
}
