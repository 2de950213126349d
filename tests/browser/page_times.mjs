// node page_times.mjs PAGE [RUNS]: when the verdict and the map of a page are on the screen, in ms after navigation, from a file, and what
// the page costs. A bench: it asserts nothing.
import { statSync } from 'node:fs';
import path from 'node:path';
import { has_front_end, heap_bytes, launch, open } from './browser.mjs';

const kLongestWait = 20_000;

/// Runs in the page before its scripts. A part counts from the end of the first frame in which it stands; of the map, in which its canvas
/// has a pixel.
function watch() {
  const times = (globalThis.rackproofTimes = {});
  const small = new OffscreenCanvas(16, 16).getContext('2d', { willReadFrequently: true });
  function is_drawn(canvas) {
    if (!canvas || canvas.width === 0 || canvas.height === 0) return false;
    small.drawImage(canvas, 0, 0, 16, 16);
    return small.getImageData(0, 0, 16, 16).data.some((byte) => byte !== 0);
  }
  const parts = {
    verdict: () => document.querySelector('.strip'),
    certificate: () => document.querySelector('table.cert tbody tr'),
    map: () => is_drawn(document.querySelector('#rp-map canvas')),
  };
  function look() {
    for (const [part, is_there] of Object.entries(parts)) {
      if (times[part] === undefined && is_there()) {
        times[part] = null;
        const channel = new MessageChannel();  // its message comes after the frame
        channel.port1.onmessage = () => { times[part] = performance.now(); };
        channel.port2.postMessage(0);
      }
    }
    requestAnimationFrame(look);
  }
  requestAnimationFrame(look);
}

async function run_once(browser, file) {
  const { page, seen, violations, close } = await open(browser, file, { viewport: { width: 1280, height: 900 } }, watch);
  const map_comes = await has_front_end(page);
  await page
    .waitForFunction((parts) => Object.keys(globalThis.rackproofTimes).length === parts, map_comes ? 3 : 2, { timeout: kLongestWait })
    .catch(() => {});  // what has not come is printed as such
  const times = await page.evaluate(() => globalThis.rackproofTimes);
  const costs = {
    heap: await heap_bytes(page), nodes: await page.evaluate(() => document.querySelectorAll('*').length),
    requests: seen.requests.length, violations: (await violations()).length, errors: seen.errors.length,
  };
  await close();
  return { ...times, ...costs };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const [file, runs = '5'] = process.argv.slice(2);
if (!file) {
  console.error('usage: RACKPROOF_BROWSER_FOLDER=build/tests/browser node page_times.mjs PAGE [RUNS]');
  process.exit(3);
}
const browser = await launch();
const results = [];
for (let i = 0; i < Number(runs); ++i) results.push(await run_once(browser, path.resolve(file)));
await browser.close();
const last = results[results.length - 1];
console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(2)} MB, ${last.nodes} elements, ${(last.heap / 1e6).toFixed(1)} MB of heap, ` +
  `${last.requests} requests, ${last.violations} violations, ${last.errors} errors`);
for (const part of ['verdict', 'certificate', 'map']) {
  const times = results.map((result) => result[part]).filter(Number.isFinite);
  const [middle, least, most] = [median(times), Math.min(...times), Math.max(...times)].map((time) => time.toFixed(0));
  console.log(`${part}: ${times.length === results.length ? `median ${middle} ms of ${times.length}, ${least} to ${most}` : 'not on the page'}`);
}
