// What the colours of a map mean, in words, with how many cells have each.
import { element } from './elements';
import { type Shade, shades } from './palette';
import type { Words } from './words';

/// Only what occurs, in the order of the palette.
export function mapLegend(figures: { steps: Uint8Array }, words: Words): HTMLElement[] {
  const counts = shades.map(() => 0);
  for (const step of figures.steps) counts[step] = (counts[step] ?? 0) + 1;
  return shades.flatMap((shade, step) => {
    const count = counts[step] ?? 0;
    return count === 0 ? [] : [element('li', {}, swatch(shade), words.shown(shade.words), element('b', {}, words.count(count)))];
  });
}

function swatch(shade: Shade): HTMLElement {
  const made = element('span', { class: 'rp-swatch', 'aria-hidden': 'true' }, shade.glyph);
  made.style.color = shade.ink;
  made.style.background = shade.hatch
    ? `repeating-linear-gradient(135deg,${shade.ink} 0 1px,${shade.fill} 1px 5px)` : shade.fill;
  return made;
}
