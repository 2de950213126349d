// Without scripts the page says the same: verdict, certificate and punch list.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { launch, open } from './browser.mjs';
import { file_of, pages } from './pages.mjs';

const browser = await launch();
after(() => browser.close());

/// Text and height of what decides; null where a page has no such part.
function decisive_parts(page) {
  return page.evaluate(() => {
    const parts = { verdict: '.strip', certificate: 'table.cert', 'punch list': 'section:has(> #punch)' };
    return Object.fromEntries(Object.entries(parts).map(([part, selector]) => {
      const element = document.querySelector(selector);
      return [part, element && { text: element.textContent, height: Math.round(element.getBoundingClientRect().height) }];
    }));
  });
}

const plain = await open(browser, file_of(pages[0]), { javaScriptEnabled: false });
const scripted = await open(browser, file_of(pages[0]));

for (const name of pages) {
  test(name, async () => {
    await plain.show(file_of(name));
    await scripted.show(file_of(name));
    const without = await decisive_parts(plain.page);
    const with_scripts = await decisive_parts(scripted.page);
    for (const [part, found] of Object.entries(without)) {
      assert.equal(found?.text, with_scripts[part]?.text, part);
      if (found) assert.ok(found.height > 10, `${part} is ${found.height} px high`);
    }
    assert.ok(without.verdict, 'no verdict');
    assert.match(without.verdict.text, /[✓✕!–]/u);
  });
}
