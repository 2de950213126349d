// The section of the map: what is shown is chosen here; a rack is pointed at with mouse, finger or keys and opened.
import { element, refill } from './elements';
import type { FleetModel, ShownFigures } from './fleet_model';
import { mapLegend } from './legend';
import { arrowSteps, cellField, placeCursor } from './cell_field';
import { paintMap } from './map_canvas';
import { corners, hallGrids, type MapLayout, neighbour, placeHalls, rackAt } from './map_layout';
import { mapSummary, whereTable } from './map_summary';
import { metricName } from './metric_names';
import { rackSentence } from './rack_sentence';
import type { Shown, ViewState } from './state';
import type { Words } from './words';

export class FleetMap {
  private readonly heading = element('h2');
  private readonly chooser = element('select', { id: 'rp-shown' });
  private readonly chooserLabel = element('label', { for: 'rp-shown' });
  private readonly legend = element('ul', { class: 'rp-legend' });
  private readonly canvas;
  private readonly cursor;
  private readonly field;
  private readonly readout;
  private readonly help = element('p', { id: 'rp-map-help', class: 'rp-hidden' });
  private readonly where = element('details');
  private readonly grids;
  private layout: MapLayout | null = null;
  private corner: Float32Array = new Float32Array(0);
  private at = -1; // the rack under the cursor
  private figures: ShownFigures | null = null;
  private words: Words;

  constructor(
    private readonly root: HTMLElement, private readonly model: FleetModel, words: Words,
    private readonly choose: (shown: Shown) => void, private readonly open: (rack: number) => void) {
    this.words = words;
    this.grids = hallGrids(model.racks.length, { hall: model.label('hall'), row: model.label('row'), position: model.label('position') });
    ({ canvas: this.canvas, cursor: this.cursor, field: this.field, readout: this.readout } = cellField('rp-map-help', (ink) => this.paint(ink)));
    refill(root, this.heading, element('div', { class: 'rp-bar' }, this.chooserLabel, this.chooser), this.legend, this.help, this.field,
      this.readout, this.where);
    this.chooser.addEventListener('change', () => this.choose(shownOf(this.chooser.value)));
    this.canvas.addEventListener('pointermove', (event) => this.point(event, 'off'));
    this.canvas.addEventListener('click', (event) => {
      this.point(event, 'off');
      if (this.at >= 0) this.open(this.at);
    });
    this.field.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.resized()).observe(root);
  }

  render(state: ViewState, figures: ShownFigures, words: Words): void {
    this.figures = figures;
    this.words = words;
    refill(this.heading, words.shown('fleetMap'));
    refill(this.chooserLabel, words.shown('show'));
    refill(this.help, words.shown('mapHelp'));
    this.fillChooser(state.shown);
    refill(this.legend, ...mapLegend(figures, words));
    this.legend.setAttribute('aria-label', words.plain('legend'));
    this.field.setAttribute('aria-label', words.plain('fleetMap'));
    this.canvas.setAttribute('aria-label', mapSummary(this.model, words));
    refill(this.where, ...whereTable(this.model, words));
    this.paint();
    this.tell();
  }

  private fillChooser(shown: Shown): void {
    const { words, model } = this;
    const options = [element('option', { value: 'standing' }, words.plain('standing'))];
    if (model.metrics.length > 1) options.push(element('option', { value: 'worst' }, words.plain('worst')));
    model.metrics.forEach((metric, row) => {
      const name = metricName(metric, words) + (metric.unit ? ` [${metric.unit}]` : '');
      const text = metric.failing > 0 ? words.plain('withFailing', name, words.count(metric.failing)) : name;
      options.push(element('option', { value: row }, text));
    });
    refill(this.chooser, ...options);
    this.chooser.value = String(shown);
  }

  private resized(): void {
    if (this.figures && this.layout && this.layout.width !== this.placed().width) this.paint();
  }
  private placed(): MapLayout {
    return placeHalls(this.grids, Math.max(200, this.root.clientWidth));
  }
  private paint(ink = getComputedStyle(this.canvas).color): void {
    if (!this.figures) return;
    this.layout = this.placed();
    this.corner = corners(this.layout, this.model.racks.length);
    paintMap(this.canvas, this.layout, this.model, this.figures, this.words, ink);
    this.moveCursor();
  }

  private point(event: MouseEvent, live: 'off' | 'polite'): void {
    if (!this.layout) return;
    this.moveTo(rackAt(this.layout, event.offsetX, event.offsetY), live);
  }
  private key(event: KeyboardEvent): void {
    if (!this.layout || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = arrowSteps[event.key];
    if (step) {
      event.preventDefault();
      const first = this.layout.halls[0]?.grid.find((rack) => rack >= 0) ?? -1;
      this.moveTo(this.at < 0 ? first : neighbour(this.layout, this.at, step[0], step[1]), 'polite');
      this.cursor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else if ((event.key === 'Enter' || event.key === ' ') && this.at >= 0) {
      event.preventDefault();
      this.open(this.at);
    }
  }
  private moveTo(rack: number, live: 'off' | 'polite'): void {
    if (rack < 0 || rack === this.at) return;
    this.at = rack;
    this.readout.setAttribute('aria-live', live);
    this.moveCursor();
    this.tell();
  }
  private moveCursor(): void {
    this.cursor.hidden = this.at < 0;
    if (this.at < 0 || !this.layout) return;
    placeCursor(this.cursor, this.corner, this.at, this.layout.cell);
  }
  private tell(): void {
    const { model, figures, words } = this;
    refill(this.readout, this.at < 0 || !figures ? words.shown('mapPrompt') : rackSentence(model, figures, this.at, words));
  }
}

function shownOf(value: string): Shown {
  return value === 'standing' || value === 'worst' ? value : Number(value);
}
