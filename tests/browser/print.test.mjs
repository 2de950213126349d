// On paper: A4, the verdict on the first page, the certificate, and the head of a table on every page that it goes over.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { folder, launch, open } from './browser.mjs';
import { file_of, pages, verdicts_of } from './pages.mjs';

const browser = await launch();
after(() => browser.close());

function text_of(pdf, order) {
  return execFileSync('pdftotext', [order, pdf, '-'], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

/// The sheets of an opened page as text, as they look, and all of them cell by cell.
async function printed(page, name) {
  const file = path.join(folder, 'print', `${name}.pdf`);
  mkdirSync(path.dirname(file), { recursive: true });
  await page.pdf({ path: file, preferCSSPageSize: true, printBackground: true });
  const size = execFileSync('pdfinfo', [file], { encoding: 'utf8' }).match(/Page size: *([0-9.]+) x ([0-9.]+)/);
  return { size: size.slice(1).map(Number), sheets: text_of(file, '-layout').split('\f').slice(0, -1), cells: text_of(file, '-raw') };
}

/// Without spaces, and with one code for characters that a font draws with one shape.
const without_space = (text) => text.normalize('NFKC').replace(/\s+/gu, '');

for (const name of pages) {
  test(name, async () => {
    const { page, close } = await open(browser, file_of(name));
    const { size, sheets } = await printed(page, name);
    assert.ok(Math.abs(size[0] - 595.3) < 1 && Math.abs(size[1] - 841.9) < 1, `${size} points`);
    // Characters of two fonts, and two languages, stand on lines of their own in what comes out of paper: word by word.
    const words = await page.evaluate(() => {
      const nodes = document.createTreeWalker(document.querySelector('.headline'), NodeFilter.SHOW_TEXT);
      const found = [];
      while (nodes.nextNode()) found.push(...nodes.currentNode.data.split(/[^\p{L}]+/u).filter(Boolean));
      return found;
    });
    await close();
    assert.ok(words.length > 0);
    const first = without_space(sheets[0]);
    for (const word of words) assert.ok(first.includes(without_space(word)), `no "${word}" of the headline on the first sheet`);
  });
}

test('the certificate is on paper, metric by metric', async () => {
  const { page, close } = await open(browser, file_of('rejected'));
  // What a heading begins with, and the heading after it.
  const [heading, next] = await page.evaluate(() => {
    const headings = [...document.querySelectorAll('h2')];
    const at = headings.indexOf(document.querySelector('table.cert').closest('section').querySelector('h2'));
    return headings.slice(at, at + 2).map((part) => document.createTreeWalker(part, NodeFilter.SHOW_TEXT).nextNode().data);
  });
  const { cells } = await printed(page, 'rejected');
  await close();
  const lines = cells.split('\n').map(without_space);
  const at = (text, from = 0) => lines.findIndex((line, i) => i >= from && line.startsWith(without_space(text)));
  const certificate = lines.slice(at(heading), at(next, at(heading) + 1)).join('');
  for (const metric of new Set(verdicts_of('rejected').cells.map((cell) => cell.metric).filter(Boolean)))
    assert.ok(certificate.includes(metric), metric);
});

test('the head of a table is on every sheet that it goes over', async () => {
  const { page, close } = await open(browser, file_of('racks'));
  const { sheets } = await printed(page, 'racks');
  const head = await page.evaluate(() => document.querySelector('table.wave th').innerText);
  const racks = await page.evaluate(() =>
    [...document.querySelectorAll('table.wave tbody tr > :first-child')].map((cell) => cell.innerText));
  await close();
  // A rack, how it stands, and three counts.
  const row = new RegExp(`^ *(${racks.join('|')}) +\\S+ \\S+( +\\d+){3} *$`, 'mu');
  const with_rows = sheets.filter((sheet) => row.test(sheet));
  assert.ok(with_rows.length >= 2, `${racks.length} racks on ${with_rows.length} sheets`);
  for (const sheet of with_rows) assert.match(sheet, new RegExp(`^ *${head} `, 'mu'));
});
