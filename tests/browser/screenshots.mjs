// RACKPROOF_BROWSER_FOLDER=build/tests/browser node screenshots.mjs PAGES OUT: the pictures of README.md, PNG files in OUT, from HTML files
// in PAGES. The same pages, fonts and Chromium give the same bytes.
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { launch, open } from './browser.mjs';

/// Page, picture, and what is seen of it: the top, as high as said, light unless said.
const kPictures = [
  { page: 'accepted.en', picture: 'acceptance-accepted-en', height: 860 },
  { page: 'accepted.zh', picture: 'acceptance-accepted-zh', height: 860 },
  { page: 'rejected.en', picture: 'acceptance-rejected-en', height: 1100 },
  { page: 'rejected.zh', picture: 'acceptance-rejected-zh', height: 1100 },
  { page: 'site.en', picture: 'site-en', height: 1100 },
  { page: 'site.zh', picture: 'site-zh', height: 1100, colorScheme: 'dark' },
  { page: 'nightly.en', picture: 'nightly-en', height: 1000 },
  { page: 'nightly.zh', picture: 'nightly-zh', height: 1000 },
  { page: 'comparison.en', picture: 'comparison-en', height: 1000 },
  { page: 'comparison.zh', picture: 'comparison-zh', height: 1000 },
];
const kWidth = 1280;

const [pages, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: RACKPROOF_BROWSER_FOLDER=build/tests/browser node screenshots.mjs PAGES OUT');
  process.exit(3);
}
const missing = kPictures.map(({ page }) => path.join(pages, `${page}.html`)).filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`screenshots: not there: ${missing.join(', ')}`);
  process.exit(3);
}
mkdirSync(out, { recursive: true });
const browser = await launch();
for (const { page: name, picture, height, colorScheme = 'light' } of kPictures) {
  const { page, close } = await open(browser, path.resolve(pages, `${name}.html`),
    { viewport: { width: kWidth, height }, colorScheme, reducedMotion: 'reduce' });
  await page.screenshot({ path: path.join(out, `${picture}.png`), animations: 'disabled', caret: 'hide' });
  await close();
}
await browser.close();
console.log(`${kPictures.length} pictures in ${out}`);
