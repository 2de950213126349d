// What pages must say of cells, counted naively from a dump of the verdicts file. Each function lists what a page says otherwise: an
// empty list is a page that agrees.

const kWorst = ['fail', 'inconclusive', 'not_judged', 'pass', 'not_applicable'];
const kLook = { fail: 'fail', inconclusive: 'open', not_judged: 'none', pass: 'pass', not_applicable: 'exempt' };
const kGlyph = { fail: '✕', inconclusive: '!', not_judged: '–', pass: '✓', not_applicable: '○', none: '·' };
const kStanding = { accepted: '✓', reserved: '◐', rejected: '✕', undecided: '!' };
const kPrefix = { p: 1e-12, n: 1e-9, u: 1e-6, µ: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const kUnits = ['B/s', 'FLOP/s', 'flop/s', 's'];

const metric_of = (cell) => (cell.quantity === '' ? cell.case : `${cell.case}#${cell.quantity}`);
const is_gate = (cell) => cell.severity === 'gate';

/// The rack that all of a target lies in; empty: several.
export function rack_of(target) {
  const racks = new Set(target.split('+').map((part) => part.split('/')[0]));
  return racks.size === 1 ? [...racks][0] : '';
}

function scope_of(target) {
  if (target.includes('+')) return 'pair';
  return target.split('/').length === 2 ? 'node' : 'device';
}

function worst_of(cells) {
  return kWorst.find((verdict) => cells.some((cell) => cell.verdict === verdict)) ?? 'none';
}

/// "2.01 GB/s" in SI; null: it begins with no number.
export function si_of(text, unit = '') {
  const [number, word = unit] = text.trim().split(' ');
  const shown = word.startsWith('(') ? '' : word;  // "2 (launches differ)"
  if (!/^-?[\d.,]+(e[-+]?\d+)?$/u.test(number)) return null;
  const base = kUnits.find((known) => shown.endsWith(known));
  const prefix = base ? shown.slice(0, shown.length - base.length) : '';
  if (!(prefix in kPrefix)) throw new Error(`unit ${shown}`);
  return Number(number.replaceAll(',', '')) * kPrefix[prefix];
}

/// As shown with four digits. NaN, and what is null on one side only, differs.
function same_number(shown, stored) {
  if (shown === null || stored === null) return shown === stored;
  return Math.abs(shown - stored) <= 1e-3 * Math.abs(stored);
}

/// A list that says what it compares: `expect` notes a difference.
function listing() {
  const differences = [];
  const expect = (where, shown, wanted) => {
    if (shown !== wanted) differences.push(`${where}: shown ${shown}, stored ${wanted}`);
  };
  return { differences, expect };
}

/// Tables of values of the report: every metric on every target.
export function of_value_tables(shown, dump) {
  const { differences, expect } = listing();
  const found = new Map();
  for (const cell of shown.values) found.set(`${cell.target} ${cell.metric}`, cell);
  const gates = new Map();
  for (const cell of dump.cells) {
    if (!is_gate(cell) || cell.quantity === '') continue;
    const key = `${cell.target} ${metric_of(cell)}`;
    gates.set(key, [...(gates.get(key) ?? []), cell]);
  }
  for (const [key, cells] of gates) {
    const cell = found.get(key);
    expect(key, cell?.look ?? 'nothing', kLook[worst_of(cells)]);
    const stored = cells[0].value;
    if (cell && stored !== null && !same_number(si_of(cell.value), stored)) differences.push(`${key}: ${cell.value}, stored ${stored}`);
  }
  const exempt = new Set(dump.cells.filter((cell) => cell.quantity === '' && cell.verdict === 'not_applicable')
    .map((cell) => `${cell.target} ${cell.case}`));
  const planned = new Set(dump.coverage.map((row) => `${row.target} ${row.case}`));
  for (const [key, cell] of found) {
    if (gates.has(key)) continue;
    const of_case = key.split('#')[0];
    expect(key, cell.look, !planned.has(of_case) ? '' : exempt.has(of_case) ? 'exempt' : 'info');
  }
  return differences;
}

/// The metrics of the front end: limits with a number, gates first.
export function fleet_limits(dump) {
  const rows = dump.limits.map((limit, row) => ({ ...limit, row })).filter((limit) => limit.bound !== 'exact_texts');
  return [...rows.filter((limit) => limit.severity === 'gate'), ...rows.filter((limit) => limit.severity === 'score')];
}

function miss(limit, value) {
  if (limit.bound === 'lower') return limit.lower - value;
  if (limit.bound === 'upper') return value - limit.upper;
  if (limit.bound === 'band') return Math.max(limit.lower - value, value - limit.upper);
  return Math.abs(value - limit.number);
}

/// The worst of a rack under one limit.
function of_rack(dump, limit, rack) {
  const cells = dump.cells.filter((cell) => cell.limit === limit.row && rack_of(cell.target) === rack);
  let value = null;
  for (const cell of cells) {
    if (cell.value !== null && (value === null || miss(limit, cell.value) > miss(limit, value))) value = cell.value;
  }
  return { verdict: worst_of(cells), value };
}

function racks_of(dump) {
  return dump.roll_ups.filter((row) => row.kind === 'rack');
}

function expect_figures({ differences, expect }, where, shown, wanted, unit) {
  expect(where, shown.glyph, kGlyph[wanted.verdict]);
  if (!same_number(si_of(shown.value, unit), wanted.value))
    differences.push(`${where}: value shown ${shown.value} ${unit}, stored ${wanted.value}`);
}

/// The table of all racks, with each metric chosen in turn.
export function of_rack_grid(shown, dump) {
  const list = listing();
  const limits = fleet_limits(dump);
  limits.forEach((limit, i) => {
    const grid = shown.grids[i];
    list.expect(`metric ${i}`, grid?.metric ?? 'nothing', limit.metric);
    for (const { subject } of racks_of(dump)) {
      const row = grid?.rows.find(({ rack }) => rack === subject);
      const where = `${subject} under limit ${limit.row} on ${limit.metric}`;
      if (row === undefined) list.differences.push(`${where}: no row`);
      else expect_figures(list, where, row, of_rack(dump, limit, subject), grid.unit);
    }
  });
  return list.differences;
}

function name_of(limit) {
  const apart = [limit.model, limit.severity === 'score' ? 'score' : ''].filter((part) => part);
  return apart.length > 0 ? `${limit.metric} (${apart.join(', ')})` : limit.metric;
}

/// One rack against the fleet, each rack in turn.
export function of_rack_details(shown, dump) {
  const list = listing();
  for (const { subject } of racks_of(dump)) {
    const rows = shown.details[subject] ?? [];
    let wanted = 0;
    for (const limit of fleet_limits(dump)) {
      const figures = of_rack(dump, limit, subject);
      if (figures.verdict === 'none' && figures.value === null) continue;
      ++wanted;
      const found = rows.filter((row) => row.metric === name_of(limit));
      const where = `${subject}, ${name_of(limit)} in its detail`;
      list.expect(where, found.length, 1);
      if (found.length === 1) expect_figures(list, where, found[0], figures, '');
    }
    list.expect(`limits in the detail of ${subject}`, rows.filter((row) => row.glyph !== kGlyph.none).length, wanted);
  }
  return list.differences;
}

/// Rows of a certificate: of a rack, or (`rack` null) of all.
export function of_certificate(rows, dump, waived, rack = null) {
  const { differences, expect } = listing();
  const here = (cell) => rack === null || rack_of(cell.target) === rack;
  const wanted = [];
  dump.limits.forEach((limit, row) => {
    const everywhere = dump.cells.filter((cell) => cell.limit === row);
    const cells = everywhere.filter(here);
    if (cells.length === 0 && everywhere.length > 0) return;  // it judges other racks only
    wanted.push({ name: `${limit.metric} ${limit.scope} ${limit.model} ${limit.severity}`, cells });
  });
  for (const scope of ['node', 'device', 'pair']) {
    const cells = dump.cells.filter((cell) => cell.quantity === '' && here(cell) && scope_of(cell.target) === scope);
    if (cells.length > 0) wanted.push({ name: `completion ${scope}  gate`, cells });
  }
  expect('rows of the certificate', rows.length, wanted.length);
  for (const { name, cells } of wanted) {
    const found = rows.filter((row) => row.name === name);
    expect(`rows ${name}`, found.length, 1);
    if (found.length !== 1) continue;
    const count = (verdict) => cells.filter((cell) => cell.verdict === verdict).length;
    const is_waived = (cell) => cell.verdict === 'fail' && is_gate(cell) && waived.has(`${cell.target} ${metric_of(cell)}`);
    const parts = [`${count('fail')} / ${cells.length}`];
    const more = [[cells.filter(is_waived).length, 'waived'], [count('inconclusive'), 'inconclusive'], [count('not_judged'), 'not judged'],
      [count('not_applicable'), 'not applicable']];
    for (const [number, word] of more) if (number > 0) parts.push(`${number} ${word}`);
    expect(name, found[0].counts, parts.join(''));
    expect(name, found[0].look, cells.length === 0 ? 'none' : kLook[worst_of(cells)]);
  }
  return differences;
}

/// Every gate that fails or is open is one entry of the punch list, and nothing else is.
export function of_punch_list(entries, dump, waived, rack = null) {
  const { differences } = listing();
  const left = new Map();
  for (const entry of entries) {
    const key = `${entry.place} ${entry.metric} ${entry.glyph}${entry.is_waived ? ' waived' : ''}`;
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  for (const cell of dump.cells) {
    if (!is_gate(cell) || !['fail', 'inconclusive', 'not_judged'].includes(cell.verdict)) continue;
    if (rack !== null && rack_of(cell.target) !== rack) continue;
    const mark = cell.verdict === 'fail' && waived.has(`${cell.target} ${metric_of(cell)}`) ? ' waived' : '';
    const key = `${cell.target} ${metric_of(cell)} ${kGlyph[cell.verdict]}${mark}`;
    if (!left.has(key)) differences.push(`no entry ${key}`);
    else if (left.get(key) === 1) left.delete(key);
    else left.set(key, left.get(key) - 1);
  }
  return [...differences, ...[...left.keys()].map((key) => `an entry ${key}`)];
}

/// How racks stand: chips, table of racks, sheet and certificates. An undecided rack may not have been started. `reserved`: names of
/// racks that are accepted with reservations.
export function of_standings(shown, dump, reserved) {
  const { differences, expect } = listing();
  for (const row of racks_of(dump)) {
    const wanted = reserved.includes(row.subject) ? kStanding.reserved : kStanding[row.disposition];
    const open = row.inconclusive + row.not_judged;
    for (const [where, standings] of Object.entries(shown)) {
      const standing = standings[row.subject];
      const is_not_started = row.disposition === 'undecided' && standing?.glyph === kGlyph.not_judged;
      expect(`${row.subject} in ${where}`, standing?.glyph ?? 'nothing', is_not_started ? kGlyph.not_judged : wanted);
      if (standing?.counts) expect(`gates of ${row.subject} in ${where}`, standing.counts, `${row.failed} ${open} ${row.passed}`);
    }
  }
  return differences;
}
