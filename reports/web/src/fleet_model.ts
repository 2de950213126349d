// The racks of a page with what is known of each: name, standing, labels, and the figures of what is shown now.
import { type Columns, type Fleet, type Label, type Metric, noLabel, Verdict } from './data';
import type { RackParts } from './rack_parts';
import { margin, noCellStep, standingStep, stepOf, worstMetric } from './palette';
import type { Shown } from './state';

export interface LabelColumn extends Label {
  of: Uint16Array; // row of values for each rack, or noLabel
}

/// What is shown of every rack: the step of its colour, and, where a metric is shown, which one, its value and its verdict.
export interface ShownFigures {
  shown: Shown;
  steps: Uint8Array;
  metric: Int16Array; // row of the metric; -1: none
  value: Float32Array;
  verdict: Uint8Array;
}

export class FleetModel {
  private constructor(
    readonly racks: readonly string[], readonly standing: Uint8Array, readonly labels: readonly LabelColumn[],
    readonly metrics: readonly Metric[], private readonly columns: Columns) {}

  static async load(fleet: Fleet, columns: Columns): Promise<FleetModel> {
    const [racks, standing, ...of] = await Promise.all(
      [columns.racks(), columns.standing(), ...fleet.labels.map((_, row) => columns.label(row))] as const);
    const labels = fleet.labels.map((label, row) => ({ ...label, of: of[row] as Uint16Array }));
    return new FleetModel(racks, standing, labels, fleet.metrics, columns);
  }

  label(name: string): LabelColumn | null {
    return this.labels.find((label) => label.name === name) ?? null;
  }
  /// The value of a rack's label; empty: it has none.
  labelText(label: LabelColumn, rack: number): string {
    const row = label.of[rack] ?? noLabel;
    return row === noLabel ? '' : (label.values[row] ?? '');
  }

  /// Label and value as they are read, once where the value says both: "pdu 7", "hall01"; empty: the rack has none.
  labelPhrase(label: LabelColumn, rack: number): string {
    const text = this.labelText(label, rack);
    return text === '' || text.startsWith(label.name) ? text : `${label.name} ${text}`;
  }

  /// Decodes only the columns that are needed.
  async figures(shown: Shown): Promise<ShownFigures> {
    const count = this.racks.length;
    const figures: ShownFigures = {
      shown, steps: new Uint8Array(count), metric: new Int16Array(count).fill(-1), value: new Float32Array(count).fill(NaN),
      verdict: new Uint8Array(count).fill(Verdict.noCell),
    };
    if (shown === 'standing') {
      this.standing.forEach((standing, rack) => (figures.steps[rack] = standingStep(standing)));
    } else if (shown === 'worst') {
      await this.takeWorst(figures);
    } else {
      figures.metric.fill(shown);
      [figures.value, figures.verdict] = await Promise.all([this.columns.value(shown), this.columns.verdict(shown)]);
      this.takeSteps(figures);
    }
    return figures;
  }

  /// The value and verdict of one rack in every metric.
  async rackFigures(rack: number): Promise<{ value: number; verdict: number }[]> {
    const { value, verdict } = await this.everyColumn();
    return this.metrics.map((_, row) => ({ value: value[row]?.[rack] ?? NaN, verdict: verdict[row]?.[rack] ?? Verdict.noCell }));
  }

  /// The parts of one rack, launch by launch; null: the page has none.
  rackParts(rack: number): Promise<RackParts | null> {
    return this.columns.parts(rack);
  }

  marginOf(figures: ShownFigures, rack: number): number {
    const metric = this.metrics[figures.metric[rack] ?? -1];
    return metric ? margin(metric, figures.value[rack] ?? NaN) : NaN;
  }

  private async everyColumn(): Promise<{ value: Float32Array[]; verdict: Uint8Array[] }> {
    const rows = this.metrics.map((_, row) => row);
    const [value, verdict] = await Promise.all([
      Promise.all(rows.map((row) => this.columns.value(row))), Promise.all(rows.map((row) => this.columns.verdict(row)))]);
    return { value, verdict };
  }
  private async takeWorst(figures: ShownFigures): Promise<void> {
    const { value, verdict } = await this.everyColumn();
    for (let rack = 0; rack < this.racks.length; ++rack) {
      const worst = worstMetric(this.metrics, (row) => value[row]?.[rack] ?? NaN, (row) => verdict[row]?.[rack] ?? Verdict.noCell);
      figures.metric[rack] = worst;
      if (worst < 0) continue;
      figures.value[rack] = value[worst]?.[rack] ?? NaN;
      figures.verdict[rack] = verdict[worst]?.[rack] ?? Verdict.noCell;
    }
    this.takeSteps(figures);
  }
  private takeSteps({ steps, metric, value, verdict }: ShownFigures): void {
    for (let rack = 0; rack < steps.length; ++rack) {
      const row = this.metrics[metric[rack] ?? -1];
      steps[rack] = row ? stepOf(row, value[rack] ?? NaN, verdict[rack] ?? Verdict.noCell) : noCellStep;
    }
  }
}
