// What the colours of the map mean, in words, with how many racks have each.
import { element } from './elements';
import type { ShownFigures } from './fleet_model';
import { type Shade, shades } from './palette';
import type { Words } from './words';

/// Only what occurs, in the order of the palette.
export function mapLegend(figures: ShownFigures, words: Words): HTMLElement[] {
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
