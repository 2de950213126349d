// Everything that can be worked is reached by Tab and shows that it is; the map has a cursor.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { choose_rack, launch, open } from './browser.mjs';
import { file_of, shapes } from './pages.mjs';

const browser = await launch();
after(() => browser.close());

/// Numbers the controls that are seen, and says how many there are.
function number_controls(page) {
  return page.evaluate(() => {
    const controls = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')].filter((control) =>
      !control.disabled && control.tabIndex >= 0 && control.checkVisibility({ checkVisibilityCSS: true }));
    controls.forEach((control, i) => { control.dataset.control = String(i); });
    return controls.length;
  });
}

for (const name of shapes) {
  test(`${name}: Tab reaches every control`, async () => {
    const { page, close } = await open(browser, file_of(name));
    const controls = await number_controls(page);
    const reached = new Set();
    const unseen = [];
    for (let i = 0; i < controls + 5; ++i) {
      await page.keyboard.press('Tab');
      const [control, outline, html] = await page.evaluate(() => {
        const active = document.activeElement;
        const style = getComputedStyle(active);
        return [active.dataset.control, style.outlineStyle !== 'none' || style.boxShadow !== 'none', active.outerHTML.slice(0, 120)];
      });
      if (control === undefined) continue;
      reached.add(control);
      if (!outline) unseen.push(html);
    }
    assert.equal(reached.size, controls);
    assert.deepEqual(unseen, [], 'focus that is not seen');
    await close();
  });

  test(`${name}: the map's cursor follows the arrows and opens a rack`, async (context) => {
    const { page, close } = await open(browser, file_of(name));
    if (!(await choose_rack(page))) {
      await close();
      return context.skip('the page has no map');
    }
    assert.notEqual((await page.locator('#rp-rack').textContent()).trim(), '');
    const readout = page.locator('#rp-map [aria-live]').first();
    const first = await readout.textContent();
    assert.notEqual(first.trim(), '');
    await page.locator('#rp-map [tabindex="0"]').first().focus();
    await page.keyboard.press('ArrowRight');
    const racks = await page.evaluate(() => JSON.parse(document.getElementById('rp-data').textContent).fleet.racks);
    assert.equal((await readout.textContent()) === first, racks === 1, `${racks} racks`);
    await close();
  });
}
