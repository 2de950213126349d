// A campaign that is drawn now: what its pages say of every rack and metric is what its verdicts file says, read by h5py. Each verdict
// changed in what was read must be seen. RACKPROOF_SEED=… draws the same again.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder, launch, open, settled } from './browser.mjs';
import {
  fleet_limits, of_certificate, of_punch_list, of_rack_details, of_rack_grid, of_standings, of_value_tables, rack_of,
} from './expected_cells.mjs';

const kCampaigns = 3;
const kVerdicts = ['pass', 'fail', 'inconclusive', 'not_judged', 'not_applicable'];
const kHere = path.dirname(fileURLToPath(import.meta.url));
const first_seed = Number(process.env.RACKPROOF_SEED ?? randomInt(1_000_000_000));
console.log(`RACKPROOF_SEED=${first_seed}`);

const browser = await launch();
after(() => browser.close());
const all_changes = { counted: 0, seen_in_grid: 0 };

function rackproof(allowed, ...args) {
  const run = spawnSync(process.env.RACKPROOF_PROGRAM, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.ok(allowed.includes(run.status), `rackproof ${args.join(' ')}: exit ${run.status}: ${run.stderr}`);
  return run.stdout;
}

/// About every other failing gate is waived.
function waivers_text(dump, seed) {
  const fails = dump.cells.filter((cell) => cell.severity === 'gate' && cell.verdict === 'fail').filter((_, i) => (i + seed) % 2 === 0);
  const rows = fails.map((cell) => `[[waiver]]\ntarget = "${cell.target}"\nmetric = "${cell.case}${cell.quantity && `#${cell.quantity}`}"\n` +
    'who = "A. Buyer"\nreason = "as agreed"\nuntil = 2999-12-31\n');
  return `schema = 1\n${rows.join('')}`;
}

/// The folder of a campaign with verdicts, and its pages; what was judged, from the file.
function make(seed) {
  const campaign = path.join(folder, 'random', String(seed));
  rmSync(campaign, { recursive: true, force: true });
  mkdirSync(campaign, { recursive: true });
  execFileSync(process.env.RACKPROOF_CAMPAIGNS, ['--random', String(seed), campaign]);
  const at = (name) => path.join(campaign, name);
  rackproof([0, 1, 2], 'judge', campaign, '--limits', at('limits.toml'), '-o', at('verdicts.h5'));
  const dump = JSON.parse(execFileSync('/usr/bin/python3', [path.join(kHere, 'dump_verdicts.py'), at('verdicts.h5')], { encoding: 'utf8' }));
  writeFileSync(at('waivers.toml'), waivers_text(dump, seed));
  const with_waivers = ['--waivers', at('waivers.toml')];
  const { waivers } = JSON.parse(rackproof([0, 1, 2], 'judge', campaign, '--limits', at('limits.toml'), ...with_waivers, '--json'));
  rackproof([0], 'report', campaign, ...with_waivers, '--lang', 'en', '-o', at('page.html'));
  rackproof([0], 'report', campaign, ...with_waivers, '--lang', 'en', '--as', 'acceptance', '-o', at('certificates'));
  return {
    dump, at, reserved: waivers.racks_with_reservations, waived: new Set(waivers.waived.map((cell) => `${cell.target} ${cell.metric}`)),
  };
}

/// What the static parts of a page say: certificate, punch list, values, standings.
function static_parts(page) {
  return page.evaluate(() => {
    const text = (element) => (element?.textContent ?? '').replace(/\s+/gu, ' ').trim();
    const without = (element, selector) => {
      const copy = element.cloneNode(true);
      copy.querySelectorAll(selector).forEach((part) => part.remove());
      return text(copy);
    };
    const glyph = (element) => text(element).split(' ')[0];
    const certificate = [...document.querySelectorAll('table.cert tbody tr')].map((row) => {
      const cells = [...row.children];
      const model = text(cells[2].querySelector('small')).replace(/^model /u, '');
      const severity = cells.at(-1).querySelector('small') ? 'score' : 'gate';
      return {
        name: `${without(cells[1], 'small')} ${without(cells[2], 'small')} ${model} ${severity}`,
        counts: text(cells.at(-2)), look: cells.at(-1).querySelector('.mark').classList[1],
      };
    });
    const place = (shown) => shown.replace(/ /gu, '');
    const punch = [...document.querySelectorAll('article.entry')].map((entry) => {
      const head = entry.querySelector('h3, h4');
      return {
        place: place(without(head, '.mark, code, .note').replace(/ ?–$/u, '')), metric: text(head.querySelector('code')),
        glyph: glyph(head.querySelector('.mark')), is_waived: text(entry.querySelector('dl')).includes('◐'),
      };
    });
    for (const row of document.querySelectorAll('table.punch tbody tr')) {
      const [head, metric] = row.children;
      punch.push({
        place: place(text(head).replace(/^\S+ /u, '')), metric: text(metric), glyph: glyph(head), is_waived: text(row).includes('◐'),
      });
    }
    const values = [];
    for (const table of document.querySelectorAll('table.values')) {
      if (table.classList.contains('dense')) throw new Error('this test knows no dense tables');
      const rack = text(table.closest('details').querySelector('summary b'));
      const columns = [...table.querySelectorAll('thead th')].slice(1).map(text);
      for (const row of table.querySelectorAll('tbody tr')) {
        [...row.querySelectorAll('td')].forEach((cell, i) => {
          const target = columns[i].includes('+') ? columns[i] : `${rack}/${columns[i]}`;
          const metric = text(row.querySelector('th')).replace(/ [↑↓]?$/u, '').trim();
          values.push({ target, metric, look: cell.className, value: without(cell, 'small') });
        });
      }
    }
    const chips = {};
    for (const chip of document.querySelectorAll('.chips .mark')) {
      const [, mark, rack] = text(chip).match(/^(\S+) (.*): /u);
      chips[rack] = { glyph: mark };
    }
    const sheet = {};
    for (const row of document.querySelectorAll('table.wave tbody tr')) {
      const [rack, mark, failed, undecided, passed] = [...row.children].map(text);
      sheet[rack] = { glyph: mark.split(' ')[0], counts: `${failed} ${undecided} ${passed}` };
    }
    return { certificate, punch, values, chips, sheet, strip: glyph(document.querySelector('.headline')) };
  });
}

function grid_rows(page) {
  return page.evaluate(() => {
    const text = (element) => (element?.textContent ?? '').replace(/\s+/gu, ' ').trim();
    const columns = [...document.querySelectorAll('#rp-grid [data-column]')].map((button) => button.dataset.column);
    const heads = [...document.querySelectorAll('#rp-grid [data-column]')].map(text);
    const rows = [...document.querySelectorAll('#rp-grid .rp-body [role="row"]')].map((row) => {
      const cells = Object.fromEntries([...row.children].map((cell, i) => [columns[i], text(cell)]));
      const mark = cells.verdict ?? cells.standing;
      return { rack: cells.rack, standing: cells.standing, metric: cells.metric, value: cells.value ?? '', glyph: mark.split(' ')[0] };
    });
    return { unit: heads[columns.indexOf('value')]?.match(/\[(.*)\]/u)?.[1] ?? '', rows };
  });
}

/// What the scripts show: each metric for all racks, each rack in all metrics.
async function drawn_parts(page, dump) {
  const chooser = page.locator('#rp-shown');
  const options = await chooser.locator('option').evaluateAll((all) => all.map(({ value, textContent }) => ({ value, text: textContent })));
  await chooser.selectOption('standing');
  await settled(page);
  const standings = await grid_rows(page);
  // Each column is decoded once. When all are, what is chosen is drawn in the next frame.
  await chooser.selectOption(options.some(({ value }) => value === 'worst') ? 'worst' : '0');
  await page.locator('#rp-grid [data-column="verdict"]').waitFor();
  const metrics = options.filter(({ value }) => /^\d+$/u.test(value));
  const grids = [];
  for (const { value, text } of metrics.slice(0, fleet_limits(dump).length)) {
    await chooser.selectOption(value);
    await settled(page);
    grids.push({ metric: text.split(' ')[0], ...(await grid_rows(page)) });
  }
  const details = {};
  for (const { rack } of standings.rows) {
    await page.locator('#rp-grid .rp-body [role="row"]', { has: page.getByText(rack, { exact: true }) }).click();
    await page.waitForFunction((name) => document.querySelector('#rp-rack h2')?.textContent.includes(name), rack);
    await settled(page);
    details[rack] = await page.evaluate(() => [...document.querySelectorAll('#rp-rack table tbody tr')].map((row) => {
      const text = (element) => (element?.textContent ?? '').replace(/\s+/gu, ' ').trim();
      return { metric: text(row.querySelector('th > bdi')), value: text(row.children[1]), glyph: text(row.children[5]).split(' ')[0] };
    }));
  }
  const table = Object.fromEntries(standings.rows.map(({ rack, glyph }) => [rack, { glyph }]));
  return { grids, details, table };
}

/// All that the pages of a campaign say.
async function read_pages({ at, dump }) {
  const { page, seen, show, close } = await open(browser, at('page.html'));
  const shown = { ...(await static_parts(page)), ...(await drawn_parts(page, dump)), certificates: {} };
  assert.deepEqual(seen.errors, []);
  await show(at('certificates/racks.html'));
  shown.sheet = (await static_parts(page)).sheet;
  for (const row of dump.roll_ups.filter(({ kind }) => kind === 'rack')) {
    await show(at(`certificates/rack-${row.subject}.html`));
    shown.certificates[row.subject] = await static_parts(page);
  }
  await close();
  return shown;
}

/// By part of the pages, what they say otherwise than a dump.
function differences(shown, dump, { waived, reserved }) {
  const headlines = Object.fromEntries(Object.entries(shown.certificates).map(([rack, page]) => [rack, { glyph: page.strip }]));
  const of = {
    values: of_value_tables(shown, dump),
    grid: of_rack_grid(shown, dump),
    details: of_rack_details(shown, dump),
    certificate: of_certificate(shown.certificate, dump, waived),
    punch: of_punch_list(shown.punch, dump, waived),
    standings: of_standings({ chips: shown.chips, table: shown.table, sheet: shown.sheet, headlines }, dump, reserved),
  };
  for (const [rack, page] of Object.entries(shown.certificates)) {
    of.certificate.push(...of_certificate(page.certificate, dump, waived, rack).map((line) => `${rack}: ${line}`));
    of.punch.push(...of_punch_list(page.punch, dump, waived, rack).map((line) => `${rack}: ${line}`));
  }
  return of;
}

for (let i = 0; i < kCampaigns; ++i) {
  const seed = first_seed + i;
  test(`seed ${seed}: pages say what the verdicts file says, and a changed verdict is seen`, async () => {
    const campaign = make(seed);
    const { dump } = campaign;
    const shown = await read_pages(campaign);
    const said = differences(shown, dump, campaign);
    for (const [part, lines] of Object.entries(said)) assert.deepEqual(lines, [], part);

    let changes = 0;
    let seen_in_grid = 0;
    dump.cells.forEach((cell, row) => {
      for (const verdict of kVerdicts.filter((other) => other !== cell.verdict)) {
        const changed = { ...dump, cells: dump.cells.map((one, j) => (j === row ? { ...cell, verdict } : one)) };
        const now = differences(shown, changed, campaign);
        const what = `${cell.target} ${cell.case} ${cell.quantity} limit ${cell.limit}: ${cell.verdict} → ${verdict}`;
        assert.notDeepEqual(now.certificate, [], `${what}, in the certificate`);
        if (cell.severity === 'gate' && cell.quantity !== '') assert.notDeepEqual(now.values, [], `${what}, in the tables of values`);
        const listed = (one) => ['fail', 'inconclusive', 'not_judged'].includes(one);
        if (cell.severity === 'gate' && (listed(verdict) || listed(cell.verdict))) assert.notDeepEqual(now.punch, [], `${what}, in the punch list`);
        // A rack shows its worst, so that a worse one is always seen there.
        const worse = ['fail', 'inconclusive', 'not_judged', 'pass', 'not_applicable'];
        const rack = dump.cells.filter((one) => one.limit === cell.limit && rack_of(one.target) === rack_of(cell.target));
        const numeric = cell.limit >= 0 && dump.limits[cell.limit].bound !== 'exact_texts' && rack_of(cell.target) !== '';
        if (numeric && rack.every((one) => worse.indexOf(verdict) < worse.indexOf(one.verdict))) {
          assert.notDeepEqual(now.grid, [], `${what}, in the table of racks`);
          assert.notDeepEqual(now.details, [], `${what}, in the rack's detail`);
          ++seen_in_grid;
        }
        ++changes;
      }
    });
    all_changes.counted += changes;
    all_changes.seen_in_grid += seen_in_grid;
    dump.roll_ups.forEach((row, j) => {
      if (row.kind !== 'rack') return;
      const disposition = row.disposition === 'accepted' ? 'rejected' : 'accepted';
      const changed = { ...dump, roll_ups: dump.roll_ups.map((one, k) => (k === j ? { ...row, disposition } : one)) };
      if (campaign.reserved.includes(row.subject)) return;  // these are shown whatever the disposition is
      assert.notDeepEqual(differences(shown, changed, campaign).standings, [], `${row.subject} ${disposition}`);
    });
  });
}

test('the campaigns had something to change', () => {
  assert.ok(all_changes.counted > 0 && all_changes.seen_in_grid > 0, JSON.stringify(all_changes));
});
