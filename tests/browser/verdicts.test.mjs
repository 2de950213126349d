// What the certificate shows of each row is what `rackproof judge` says of its cells.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { launch, open } from './browser.mjs';
import { file_of, judged_pages, verdicts_of } from './pages.mjs';

/// Verdicts, the worst first, and the class of their mark.
const kMarks = [['fail', 'fail'], ['inconclusive', 'open'], ['not_judged', 'none'], ['pass', 'pass'], ['not_applicable', 'exempt']];
const kDispositions = { accepted: 'pass', rejected: 'fail', undecided: 'open' };

const browser = await launch();
after(() => browser.close());

function worst_mark(cells) {
  return kMarks.find(([verdict]) => cells.some((cell) => cell.verdict === verdict))[1];
}

/// Cells by metric; those of completion by placement, as the target's name tells it.
function rows_of(cells) {
  const rows = new Map();
  for (const cell of cells) {
    const placement = cell.target.includes('+') ? 'pair' : ['group', 'node', 'device'][cell.target.split('/').length - 1];
    const row = cell.metric || `completion ${placement}`;
    rows.set(row, [...(rows.get(row) ?? []), cell]);
  }
  return rows;
}

for (const name of judged_pages) {
  test(name, async () => {
    const judged = verdicts_of(name);
    const { page, close } = await open(browser, file_of(name));
    const shown = await page.evaluate(() => [...document.querySelectorAll('table.cert tbody tr')].map((row) => ({
      text: row.textContent.replace(/\s+/gu, ' '),
      mark: row.querySelector('.mark').classList[1],
    })));
    const strip = await page.evaluate(() => document.querySelector('.strip').classList[1]);
    await close();

    assert.equal(strip, kDispositions[judged.disposition]);
    const rows = rows_of(judged.cells);
    assert.equal(shown.length, rows.size);
    const completion = [];
    for (const [row, cells] of rows) {
      if (row.startsWith('completion')) {
        completion.push(worst_mark(cells));
        continue;
      }
      const found = shown.filter(({ text }) => text.includes(row));
      assert.equal(found.length, 1, row);
      assert.equal(found[0].mark, worst_mark(cells), row);
      found[0].metric = row;
    }
    assert.deepEqual(shown.filter((row) => !row.metric).map((row) => row.mark).sort(), completion.sort());
  });
}
