// What each launch gave on the parts of one rack: a dot plot for each metric, on the axis of the rack, and its data.
import { type Metric, Verdict } from './data';
import { element, fold, scrolling, svg } from './elements';
import { cut } from './map_canvas';
import { verdictMark } from './marks';
import { metricName } from './metric_names';
import { fromMedian } from './palette';
import type { Strip } from './rack_axis';
import type { Part, RackParts } from './rack_parts';
import { axisTicks, type Scale, stripHeight, stripWidth } from './strip_figure';
import type { Words } from './words';

const nameWidth = 150, rowHeight = 18, longestName = 24;
const mostParts = 150; // drawn of one metric

/// A fold for each metric that was measured launch by launch, in the order of the strips; the first is open where it fails.
export function launchFolds(
  rack: RackParts, strips: readonly Strip[], metrics: readonly Metric[], scale: Scale, words: Words): HTMLElement[] {
  const folds = strips.flatMap((strip, order): HTMLElement[] => {
    const found = rack.metrics.find(({ metric }) => metrics[metric] === strip.metric);
    if (!found) return [];
    const { parts } = found;
    const launches = parts.reduce((sum, part) => sum + part.launches.length + part.more, 0);
    const counts = words.shown('launchCount', words.count(parts.length), words.count(launches));
    const shown = parts.slice(0, mostParts);
    const name = metricName(strip.metric, words);
    const label = `${words.plain('launches')}: ${name}`;
    return [fold([element('bdi', {}, name), ' (', counts, ')'], () => [
      scrolling(label, dotPlot(strip, shown, label, scale, words)), ...moreParts(parts.length - shown.length, words),
      fold([words.shown('showData')], () => [scrolling(label, launchTable(strip.metric, shown, words))]),
    ], order === 0 && strip.verdict === Verdict.fail)];
  });
  if (rack.leftOut > 0) folds.push(...moreParts(rack.leftOut, words));
  if (folds.length === 0) return [];
  return [element('h3', {}, words.shown('launches')), element('p', { class: 'note' }, words.shown('launchHelp')), ...folds];
}

function moreParts(count: number, words: Words): HTMLElement[] {
  return count > 0 ? [element('p', { class: 'note' }, words.shown('moreRacks', words.count(count)))] : [];
}

function dotPlot(strip: Strip, parts: readonly Part[], label: string, scale: Scale, words: Words): SVGElement {
  const width = nameWidth + stripWidth, height = stripHeight + rowHeight * parts.length;
  const lines = [[0, 'rp-median'] as const, ...strip.limits.map((limit) => [limit, 'rp-limit'] as const)].map(([at, look]) =>
    svg('line', { class: look, x1: scale(at), x2: scale(at), y1: stripHeight, y2: height }));
  const rows = parts.flatMap((part, row) => {
    const y = stripHeight + rowHeight * (row + 0.5);
    const places = part.launches.map((launch) => fromMedian(strip.metric, launch)).filter((place): place is number => place !== null);
    const fails = part.verdict === Verdict.fail;
    const mark = fails ? 'm-4-4l8 8m0-8l-8 8' : 'm-4 0a4 4 0 108 0a4 4 0 10-8 0';
    const name = svg('text', { x: -nameWidth, y: y + 4 }, cut(part.name, longestName));
    return [name, svg('path', { class: fails ? 'rp-cross' : 'rp-dot', d: places.map((place) => `M${scale(place)} ${y}${mark}`).join('') })];
  });
  return svg('svg', {
    class: 'rp-plot', width, height, viewBox: `${-nameWidth} 0 ${width} ${height}`, role: 'img', 'aria-label': label,
  }, ...axisTicks(scale, words), ...lines, ...rows);
}

function launchTable(metric: Metric, parts: readonly Part[], words: Words): HTMLElement {
  const unit = metric.unit ? ` [${metric.unit}]` : '';
  const head = element('tr', {}, element('th', { scope: 'col' }, words.shown('part')),
    element('th', { scope: 'col', class: 'n' }, words.shown('value'), unit), element('th', { scope: 'col' }, words.shown('launches'), unit),
    element('th', { scope: 'col' }, words.shown('verdict')));
  const rows = parts.map((part) => {
    const launches = part.launches.map((launch) => words.number(launch)).join(' · ');
    const more = part.more > 0 ? [' ', words.shown('moreRacks', words.count(part.more))] : [];
    return element('tr', {}, element('th', { scope: 'row' }, element('bdi', {}, part.name)),
      element('td', { class: 'n' }, words.number(part.value)), element('td', {}, launches, ...more),
      element('td', {}, verdictMark(part.verdict, words)));
  });
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
}
