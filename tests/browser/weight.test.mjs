// What a page costs: one request, no violation, no error, few nodes, little memory.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import test, { after } from 'node:test';
import { heap_bytes, launch, open, unfold } from './browser.mjs';
import { file_of, pages } from './pages.mjs';

const kMostBytes = 6e6;
const kMostNodes = 30_000;
const kMostHeap = 150e6;

const browser = await launch();
after(() => browser.close());

for (const name of pages) {
  test(name, async (context) => {
    const { page, seen, violations, close } = await open(browser, file_of(name));
    await unfold(page);
    assert.equal(seen.requests.length, 1);
    assert.deepEqual(await violations(), []);
    assert.deepEqual(seen.errors, []);
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const heap = await heap_bytes(page);
    const bytes = statSync(file_of(name)).size;
    context.diagnostic(`${bytes} bytes, ${nodes} elements, ${(heap / 1e6).toFixed(1)} MB of heap`);
    assert.ok(bytes <= kMostBytes);
    assert.ok(nodes <= kMostNodes);
    assert.ok(heap <= kMostHeap);
    await close();
  });
}
