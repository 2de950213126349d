// The machine's Chromium, offline, and what it saw of one page.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/// Where the build put the npm packages and the pages.
export const folder = process.env.RACKPROOF_BROWSER_FOLDER;

const installed = createRequire(path.resolve(folder, 'package.json'));
const { chromium } = installed('playwright-core');
const axe = readFileSync(installed.resolve('axe-core/axe.min.js'), 'utf8');

// What keeps two pictures of one page equal, and Chromium from asking anybody anything.
const kArguments = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none',
];

/// Its executable: Debian's unless CHROMIUM names another.
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: kArguments });
}

/// A page shown in a context of its own. `seen` holds what must not be: requests but the first, errors, dialogs; violations of its policy
/// come from `violations()`. `show` puts another file into its place and forgets what was seen. `options` are those of a context: viewport,
/// colorScheme, javaScriptEnabled, …; `before` runs in the page before its scripts.
export async function open(browser, file, options = {}, before = () => {}) {
  const context = await browser.newContext({ offline: true, deviceScaleFactor: 1, ...options });
  const page = await context.newPage();
  const seen = { requests: [], errors: [], dialogs: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') seen.errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  await page.addInitScript(() => {
    globalThis.rackproofViolations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      globalThis.rackproofViolations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`));
  });
  await page.addInitScript(before);
  async function show(next) {
    for (const list of Object.values(seen)) list.length = 0;
    await page.goto(pathToFileURL(next).href, { waitUntil: 'load' });
    if (options.javaScriptEnabled !== false) await settled(page);  // else no frame is ever told
  }
  await show(file);
  return { page, seen, show, violations: () => page.evaluate(() => globalThis.rackproofViolations), close: () => context.close() };
}

/// Waits until the page's scripts have drawn what they draw after loading: two frames, and no work left between them.
export async function settled(page) {
  if (!(await has_front_end(page))) return;
  await page.evaluate(() => new Promise((done) =>
    requestAnimationFrame(() => requestIdleCallback(() => requestAnimationFrame(() => done()), { timeout: 2000 }))));
}

/// Whether the page carries scripts that run; data blocks are none.
export function has_front_end(page) {
  return page.evaluate(() =>
    [...document.scripts].some((script) => script.type === '' || script.type === 'module' || script.type === 'text/javascript'));
}

/// What axe-core finds, one line each: rule, how many places, the first of them. `rules`: only these.
export async function axe_violations(page, rules = null) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const found = await page.evaluate(
    (only) => globalThis.axe.run(document, { resultTypes: ['violations'], ...(only && { runOnly: { type: 'rule', values: only } }) }), rules);
  return found.violations.map((rule) =>
    `${rule.id} (${rule.impact}), ${rule.nodes.length} places: ${rule.help}; ${rule.nodes[0].html.slice(0, 300)}; ` +
    rule.nodes[0].failureSummary.replaceAll('\n', ' '));
}

/// Opens everything that is folded, also what comes out of another fold.
export async function unfold(page) {
  for (let opened = 1; opened > 0;) {
    opened = await page.evaluate(() => {
      const folded = document.querySelectorAll('details:not([open])');
      folded.forEach((part) => { part.open = true; });
      return folded.length;
    });
    if (opened > 0) await settled(page);
  }
}

/// Moves the map's cursor to a rack and opens it with all that is folded in it, as a keyboard does; false where the page has no map.
export async function choose_rack(page) {
  const map = page.locator('#rp-map [tabindex="0"]').first();
  if ((await map.count()) === 0) return false;
  await map.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await settled(page);
  await unfold(page);
  return true;
}

/// Bytes that are alive: JavaScript's objects, what of the page hangs on them, and the stores of typed arrays.
export async function heap_bytes(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize + embedderHeapUsedSize + backingStorageSize;
}
