// axe-core finds nothing, in light and dark, on a narrow and a wide screen; a narrow screen scrolls one way only.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { axe_violations, choose_rack, has_front_end, launch, open, settled, unfold } from './browser.mjs';
import { file_of, shapes } from './pages.mjs';

// All rules on a narrow dark screen and on a wide light one; contrast on the other two: of the rules only it depends on colours.
const kNarrow = 320;
const kWidths = [kNarrow, 1280];
// What the switches of the front end write behind the address.
const kViews = ['lang=en&theme=dark', 'lang=zh&theme=light'];

const browser = await launch();
after(() => browser.close());

/// Marks whose word has the colour of what is behind it.
function unseen_marks(page) {
  return page.evaluate(() => [...document.querySelectorAll('.mark, .headline')].filter((mark) => {
    const style = getComputedStyle(mark);
    return style.color === style.backgroundColor;
  }).length);
}

for (const name of shapes) {
  test(name, async (context) => {
    const { page, close } = await open(browser, file_of(name));
    await unfold(page);
    for (const width of kWidths) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark']) {
        await context.test(`${width} px, ${colorScheme}`, async () => {
          await page.emulateMedia({ colorScheme });
          await settled(page);
          assert.deepEqual(await axe_violations(page, (width === kNarrow) === (colorScheme === 'dark') ? null : ['color-contrast']), []);
        });
      }
      await context.test(`${width} px: sideways nothing`, async () => {
        const reach = await page.evaluate(() => document.scrollingElement.scrollWidth);
        assert.ok(reach <= width, `${reach} px wide on a screen of ${width} px`);
      });
    }
    if (await has_front_end(page)) {
      for (const view of kViews) {
        await context.test(`#${view}`, async () => {
          await page.evaluate((hash) => { location.hash = hash; }, view);
          await settled(page);
          assert.deepEqual(await axe_violations(page), []);
        });
      }
      await context.test('a rack opened', async () => {
        await choose_rack(page);
        assert.deepEqual(await axe_violations(page), []);
      });
    }
    await context.test('forced colours: words are seen', async () => {
      await page.emulateMedia({ forcedColors: 'active' });
      assert.equal(await unseen_marks(page), 0);
    });
    await close();
  });
}
