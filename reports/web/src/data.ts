// What a page holds for its scripts, as reports/fleet_data.hpp writes it. Nothing here is judged: verdicts and standings
// come with the data.
import { decodeBytes } from './decode';
import { type PackedParts, type RackParts, rackParts } from './rack_parts';

export type Direction = 'higher' | 'lower' | 'neither';

export interface Metric {
  metric: string;
  title: string; // what the case measures; may be empty
  title_zh: string;
  scope: string;
  unit: string;
  direction: Direction;
  limit: string; // "≥ 1 GB/s"; empty: information
  model: string; // the only one that the limit holds for; empty: every model
  score: boolean; // the limit does not decide
  lower: number | null; // bounds in `unit`
  upper: number | null;
  p1: number | null; // over all targets
  p50: number | null;
  p99: number | null;
  failing: number;
}

export interface Label {
  name: string;
  values: string[];
}

export interface Fleet {
  racks: number;
  labels: Label[];
  metrics: Metric[];
}

export interface PageData {
  schema: number;
  shape: string;
  fleet?: Fleet | null;
}

/// Numbers of a verdict column.
export const Verdict = { pass: 0, fail: 1, inconclusive: 2, notJudged: 3, notApplicable: 4, noCell: 5 } as const;
/// Numbers of the standing column.
export const Standing = { accepted: 0, withReservations: 1, rejected: 2, undecided: 3, notStarted: 4 } as const;
/// A rack without the label, in a label column.
export const noLabel = 0xffff;

const knownSchema = 1;

/// The page's data, or null: the page has none. Throws for a schema that these scripts do not know.
export function readPageData(root: Document): PageData | null {
  const block = root.getElementById('rp-data');
  if (!block) return null;
  const data = JSON.parse(block.textContent ?? '') as PageData;
  if (data.schema !== knownSchema) throw new Error(`schema ${String(data.schema)}`);
  return data;
}

/// The columns of a fleet, each decoded when it is first asked for.
export class Columns {
  private readonly decoded = new Map<string, Promise<Uint8Array>>();

  constructor(private readonly root: Document, private readonly fleet: Fleet) {}

  async racks(): Promise<string[]> {
    const names = (await this.json('rp-racks')) as string[];
    if (names.length !== this.fleet.racks) throw new Error('rp-racks: wrong length');
    return names;
  }
  standing(): Promise<Uint8Array> {
    return this.bytes('rp-standing', 1);
  }
  async label(index: number): Promise<Uint16Array> {
    return new Uint16Array((await this.bytes(`rp-label-${index}`, 2)).buffer);
  }
  /// The worst value of each rack; NaN: not measured.
  async value(index: number): Promise<Float32Array> {
    return new Float32Array((await this.bytes(`rp-value-${index}`, 4)).buffer);
  }
  verdict(index: number): Promise<Uint8Array> {
    return this.bytes(`rp-verdict-${index}`, 1);
  }

  /// The parts of one rack, launch by launch; null: the page has none.
  async parts(rack: number): Promise<RackParts | null> {
    if (!this.root.getElementById(`rp-parts-${rack}`)) return null;
    const [packed, figures] = await Promise.all([this.json(`rp-parts-${rack}`), this.unpacked(`rp-launches-${rack}`)]);
    return rackParts(packed as PackedParts, new Float32Array(figures.buffer));
  }

  private async json(id: string): Promise<unknown> {
    return JSON.parse(new TextDecoder().decode(await this.unpacked(id)));
  }
  private async unpacked(id: string): Promise<Uint8Array> {
    const block = this.root.getElementById(id);
    if (!block) throw new Error(`${id}: missing`);
    return decodeBytes(block.textContent ?? '').catch(() => {
      throw new Error(`${id}: damaged`);
    });
  }
  private bytes(id: string, width: number): Promise<Uint8Array> {
    let column = this.decoded.get(id);
    if (!column) {
      column = this.unpacked(id).then((bytes) => {
        if (bytes.length !== this.fleet.racks * width) throw new Error(`${id}: wrong length`);
        return bytes;
      });
      this.decoded.set(id, column);
    }
    return column;
  }
}
