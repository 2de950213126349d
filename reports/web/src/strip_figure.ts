// Figures on the axis of a rack: one strip a metric.
import { symbol, symbolCircle, symbolTimes } from 'd3-shape';
import { Verdict } from './data';
import { svg } from './elements';
import type { axisScale, Strip } from './rack_axis';
import type { Words } from './words';

export const stripWidth = 280, stripHeight = 22, edge = 24; // pixels
const markArea = 50;
export type Scale = ReturnType<typeof axisScale>;

// What the figure shows stands as numbers in the cells beside it, so it is hidden from screen readers.
function frame(...content: SVGElement[]): SVGElement {
  const viewBox = `0 0 ${stripWidth} ${stripHeight}`;
  return svg('svg', { width: stripWidth, height: stripHeight, viewBox, 'aria-hidden': 'true' }, ...content);
}

/// The ticks of an axis at the foot of a strip's height.
export function axisTicks(scale: Scale, words: Words): SVGElement[] {
  return scale.ticks(5).flatMap((tick) => [
    svg('line', { class: 'rp-tick', x1: scale(tick), x2: scale(tick), y1: 17, y2: stripHeight }),
    svg('text', { x: scale(tick), y: 13, 'text-anchor': 'middle' }, words.tick(tick)),
  ]);
}

export function axisFigure(scale: Scale, words: Words): SVGElement {
  return frame(...axisTicks(scale, words));
}

/// A metric of a rack: band of the fleet, median, limits and the rack.
export function stripFigure(strip: Strip, scale: Scale): SVGElement {
  const middle = stripHeight / 2;
  const content: SVGElement[] = [];
  const vertical = (look: string, at: number) =>
    content.push(svg('line', { class: look, x1: scale(at), x2: scale(at), y1: 2, y2: stripHeight - 2 }));
  if (strip.low !== null && strip.high !== null) {
    const from = Math.min(scale(strip.low), scale(strip.high)), to = Math.max(scale(strip.low), scale(strip.high));
    content.push(svg('rect', { class: 'rp-band', x: from, y: middle - 4, width: Math.max(1, to - from), height: 8 }));
    vertical('rp-median', 0);
  }
  for (const limit of strip.limits) vertical('rp-limit', limit);
  if (strip.at !== null) {
    const fails = strip.verdict === Verdict.fail;
    const outline = symbol(fails ? symbolTimes : symbolCircle, fails ? 2 * markArea : markArea)();
    content.push(svg('path', {
      class: fails ? 'rp-cross' : 'rp-dot', d: outline ?? '', transform: `translate(${scale(strip.at)},${middle})`,
    }));
  }
  return frame(...content);
}
