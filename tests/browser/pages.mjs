// The pages under test, as make_pages wrote them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { folder } from './browser.mjs';

const kPages = path.join(folder, 'pages');

function names_in(where) {
  return readdirSync(where).filter((name) => name.endsWith('.html')).map((name) => name.slice(0, -'.html'.length)).sort();
}

/// Names of the pages that a person would be given: "rejected", and "rejected.en" in one language.
export const pages = names_in(kPages);
if (pages.length === 0) throw new Error(`no pages in ${kPages}: the test browser_pages makes them`);

/// One page of each shape, in English, whose words are the longest ("site.en" of "site.en" and "site.zh"); all of them where
/// RACKPROOF_EVERY_PAGE is set. For tests that take seconds a page.
const shape_of = (name) => name.split('.')[0];
export const shapes = process.env.RACKPROOF_EVERY_PAGE ? pages
  : pages.filter((name, i) => i === 0 || shape_of(pages[i - 1]) !== shape_of(name));

const kHostileShapes = ['waived', 'rack', 'sheet', 'site', 'nightly', 'comparison'];

/// Those of hostile texts: "hostile/script-end" of a campaign, "hostile/script-end.nightly" of another shape, with what of the text is to
/// be read on the page.
export const hostile = JSON.parse(readFileSync(path.join(folder, 'campaigns', 'hostile.json'), 'utf8'))
  .flatMap(({ name, shown, in_all_shapes }) => [
    { name: `hostile/${name}`, shape: 'campaign', shown },
    ...(in_all_shapes ? kHostileShapes : []).map((shape) => ({ name: `hostile/${name}.${shape}`, shape, shown })),
  ]);

export function file_of(name) {
  return path.join(kPages, `${name}.html`);
}

function judged_as(name) {
  return path.join(kPages, `${name.split('.')[0]}.json`);
}

/// Those that show verdicts of a campaign.
export const judged_pages = pages.filter((name) => existsSync(judged_as(name)));

/// What `rackproof judge --json` says of the same results and limits.
export function verdicts_of(name) {
  return JSON.parse(readFileSync(judged_as(name), 'utf8'));
}
