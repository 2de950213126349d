// A small fleet for the tests: columns as a page holds them.
import { gzipSync } from 'node:zlib';
import { Columns, type Fleet, type Metric, Standing, Verdict } from '../src/data';

export const bandwidth: Metric = {
  metric: 'memory/device/triad:f64,cold#bandwidth', title: 'Triad', title_zh: '三元组', scope: 'device', unit: 'GB/s', direction: 'higher',
  limit: '≥ 100 GB/s', model: '', score: false, lower: 100, upper: null, p1: 95, p50: 110, p99: 120, failing: 2,
};
export const latency: Metric = {
  metric: 'memory/device/latency#time', title: 'Latency', title_zh: '时延', scope: 'device', unit: 'ns', direction: 'lower', limit: '≤ 200 ns', model: '',
  score: false, lower: null,
  upper: 200, p1: 150, p50: 160, p99: 190, failing: 0,
};
export const temperature: Metric = {
  metric: 'host/temperature#max', title: 'Temperature', title_zh: '温度', scope: 'node', unit: '°C', direction: 'neither', limit: '',
  model: '', score: false, lower: null, upper: null,
  p1: 20, p50: 40, p99: 60, failing: 0,
};

export const names = ['R1', 'R2', 'R10', '机柜-4', '</script><b>$&'];
export const fleet: Fleet = {
  racks: names.length, labels: [{ name: 'hall', values: ['H2', 'H10'] }], metrics: [bandwidth, latency, temperature],
};

/// The blocks of data as elements of a page.
export function blocks(): Map<string, string> {
  const packed = (bytes: Uint8Array | Buffer) => gzipSync(bytes).toString('base64');
  const raw = (column: Float32Array | Uint16Array | Uint8Array) => packed(new Uint8Array(column.buffer));
  const { pass, fail, notJudged, noCell } = Verdict;
  return new Map([
    ['rp-racks', packed(Buffer.from(JSON.stringify(names)))],
    ['rp-standing', raw(Uint8Array.of(Standing.rejected, Standing.accepted, Standing.accepted, Standing.undecided, Standing.rejected))],
    ['rp-label-0', raw(Uint16Array.of(1, 0, 0, 0xffff, 1))],
    ['rp-value-0', raw(Float32Array.of(99.97, 110, 120, NaN, 60))],
    ['rp-verdict-0', raw(Uint8Array.of(fail, pass, pass, notJudged, fail))],
    ['rp-value-1', raw(Float32Array.of(150, 199, 160, 170, NaN))],
    ['rp-verdict-1', raw(Uint8Array.of(pass, pass, pass, pass, noCell))],
    ['rp-value-2', raw(Float32Array.of(20, 30, 45, NaN, 80))],
    ['rp-verdict-2', raw(new Uint8Array(names.length).fill(noCell))],
  ]);
}

/// A document that only knows these elements.
export function page(content: Map<string, string>): Document {
  const byId = (id: string) => (content.has(id) ? { textContent: content.get(id) } : null);
  return { getElementById: byId } as unknown as Document;
}

export function columns(content = blocks()): Columns {
  return new Columns(page(content), fleet);
}
