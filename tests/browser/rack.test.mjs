// One rack in its page: its launches as dots and as data, and the pairs of its nodes as a matrix, a list, and a table on paper.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { choose_rack, folder, launch, open, settled } from './browser.mjs';
import { file_of, pages } from './pages.mjs';

const kNodes = 8;
const kPairs = kNodes * (kNodes - 1) / 2;
// Fills of the palette: more than 5 % behind the median, and a fail far beyond the limit.
const kBehind = ['165,141,201', '117,88,159'];
const kFailsFar = '127,39,4';

const browser = await launch();
after(() => browser.close());

/// Names of what has a planted fault of this kind.
function planted(kind) {
  const { faults } = JSON.parse(readFileSync(path.join(folder, 'campaigns', 'pairs', 'truth.json'), 'utf8'));
  return faults.find((fault) => fault.kind === kind).subjects.map((subject) => subject.name);
}

/// The colour of each cell of the matrix, near its corner, where no glyph is.
function matrix_of(page) {
  return page.evaluate(() => {
    const canvas = document.querySelector('#rp-pairs canvas');
    const pen = canvas.getContext('2d');
    const space = 96, cell = 24, size = (canvas.width - space) / cell;
    const colour = (row, column) => [...pen.getImageData(space + column * cell + 3, space + row * cell + 3, 1, 1).data.slice(0, 3)].join();
    return Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => colour(row, column)));
  });
}

/// Rows of the pairs' data, "pair: what is said of it".
function pair_rows(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('#rp-pairs tbody tr')].map((row) => `${row.children[0].textContent}: ${row.children[1].textContent}`));
}

const { page } = await open(browser, file_of('pairs'), { viewport: { width: 1280, height: 900 } });
await choose_rack(page);

test('each metric has a dot for each launch, and its data', async () => {
  const folds = await page.evaluate(() => [...document.querySelectorAll('#rp-rack > details')].map((fold) => ({
    dots: fold.querySelectorAll('.rp-plot path').length,
    launches: [...fold.querySelectorAll('.rp-plot path')].reduce((sum, dots) => sum + dots.getAttribute('d').split('M').length - 1, 0),
    limits: fold.querySelectorAll('.rp-plot .rp-limit').length,
    rows: [...fold.querySelectorAll('tbody tr')].map((row) => row.children[2].textContent.split(' · ').length),
    summary: fold.querySelector('summary').textContent,
  })));
  assert.equal(folds.length, 3);
  assert.deepEqual(folds.map(({ dots }) => dots).sort((a, b) => a - b), [2 * kNodes, 2 * kNodes, kPairs]);
  for (const { dots, launches, limits, rows, summary } of folds) {
    assert.equal(launches, 2 * dots, summary);
    assert.equal(limits, 1, summary);
    assert.deepEqual(rows, Array.from({ length: dots }, () => 2), summary);
    assert.ok(summary.includes(`${dots} parts, ${launches} launches`), summary);
  }
});

test('a bad node is a row and a column of the matrix, a bad link its two cells, which fail', async () => {
  const places = (name) => [...name.matchAll(/\/n(\d+)/g)].map((found) => Number(found[1]) - 1);
  const [bad] = places(planted('bad_node')[0]);
  const link = places(planted('bad_link')[0]);
  const cells = await matrix_of(page);
  assert.equal(cells.length, kNodes);
  cells.forEach((row, from) => row.forEach((colour, to) => {
    if (from === to) return;
    assert.equal(colour, cells[to][from], 'a pair measured one way stands in both cells');
    const is_link = link.includes(from) && link.includes(to);
    assert.equal(colour === kFailsFar, is_link, `${from} → ${to}: ${colour}`);
    if (!is_link) assert.equal(kBehind.includes(colour), from === bad || to === bad, `${from} → ${to}: ${colour}`);
  }));
});

test('the list of pairs is the worst first', async () => {
  const rows = await pair_rows(page);
  assert.equal(rows.length, kPairs);
  const shares = rows.map((row) => Number(/([+-]?[0-9.]+)%/.exec(row)[1]));
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  const bad = planted('bad_node')[0].split('/')[1];
  const worst = rows.slice(0, kNodes).filter((row) => row.split(': ')[0].split(' + ').includes(bad));
  assert.equal(worst.length, kNodes - 1, 'the bad node with each other one; beside them the bad link');
});

test('the cursor of the matrix says what the list says', async () => {
  const field = page.locator('#rp-pairs .rp-field');
  const readout = page.locator('#rp-pairs [aria-live]');
  await field.focus();
  await page.keyboard.press('ArrowRight');
  const first = await readout.textContent();
  assert.match(first, /n1 → n2: /);
  const rows = await pair_rows(page);
  const of_pair = rows.find((row) => /^(n1 \+ n2|n2 \+ n1): /.test(row));
  assert.ok(first.includes(/: ([0-9.]+)/.exec(of_pair)[1]), `${first}, ${of_pair}`);
  await page.keyboard.press('ArrowDown');
  assert.match(await readout.textContent(), /n2 → n2: –/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await readout.textContent(), /n2 → n1: /);
  assert.ok(await page.locator('#rp-pairs .rp-cursor').isVisible());
});

test('the metric of the matrix can be chosen, and its words follow the language', async () => {
  assert.equal(await page.locator('#rp-pair-metric option').count(), 1);
  await page.evaluate(() => { location.hash += '&lang=zh'; });
  await settled(page);
  assert.equal(await page.locator('#rp-pairs h3').textContent(), '节点对');
  assert.equal((await matrix_of(page)).length, kNodes);
});

test('the worst pairs stand in the page without scripts, and on paper', async () => {
  const plain = await open(browser, file_of('pairs'), { javaScriptEnabled: false });
  await plain.page.emulateMedia({ media: 'print' });
  const rows = plain.page.locator('section:has(> #pairs) tbody tr');
  assert.equal(await rows.count(), 10);
  assert.ok(await rows.first().isVisible());
  const [names] = planted('bad_link');
  assert.equal((await rows.first().locator('th').textContent()).replace(/可疑|suspected/gu, '').trim(), names);
  await plain.close();
});

test('where there are no launches or no pairs there is nothing of them', async () => {
  for (const name of pages.filter((one) => /^(site|racks)(\.|$)/.test(one))) {
    const other = await open(browser, file_of(name));
    await choose_rack(other.page);
    assert.notEqual((await other.page.locator('#rp-rack').textContent()).trim(), '');
    assert.equal(await other.page.locator('#rp-pairs *').count(), 0, name);
    assert.equal(await other.page.locator('#pairs').count(), 0, name);
    assert.equal(await other.page.locator('#rp-rack > details').count() > 0, name === 'racks', name);
    await other.close();
  }
});
