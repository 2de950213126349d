// Hostile texts in every field of every shape of page: nothing executes, nothing is asked for, nothing becomes markup, and all of it
// can be read.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after } from 'node:test';
import { choose_rack, folder, launch, open, unfold } from './browser.mjs';
import { file_of, hostile } from './pages.mjs';

// In a page of each shape a text stands in more places than this.
const kFewestPlaces = { campaign: 20, waived: 20, rack: 10, sheet: 10, site: 10, nightly: 10, comparison: 5 };
const kScriptedShapes = ['campaign', 'waived', 'sheet', 'site'];
const kUnseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const browser = await launch();
after(() => browser.close());

/// A changed copy of a page.
function copy_of(name, suffix, change) {
  const copies = path.join(folder, 'copies');
  mkdirSync(copies, { recursive: true });
  const file = path.join(copies, `${path.basename(name)}-${suffix}.html`);
  const text = readFileSync(file_of(name), 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text, `${name} has nothing to change`);
  writeFileSync(file, changed);
  return file;
}

const without_policy = (text) => text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
const without_escaping = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
  .replaceAll('\\u003c', '<').replaceAll('\\u003e', '>');

/// What a page is made of: names of elements, and of attributes with their element; how many scripts and styles.
function markup_of(page) {
  return page.evaluate(() => {
    const names = new Set([`${document.scripts.length} scripts`, `${document.querySelectorAll('style').length} styles`]);
    for (const element of document.querySelectorAll('*')) {
      names.add(element.localName);
      for (const attribute of element.attributes) names.add(`${element.localName}[${attribute.name}]`);
    }
    return [...names].sort();
  });
}

async function assert_harmless({ page, seen, violations }, has_policy) {
  await unfold(page);
  await choose_rack(page);
  assert.equal(await page.evaluate(() => window.__xss), undefined);
  assert.deepEqual(seen.dialogs, []);
  assert.deepEqual(seen.requests.slice(1), []);
  if (!has_policy) return;
  assert.deepEqual(await violations(), []);
  assert.deepEqual(seen.errors, []);
}

/// Blocks of data: JSON parses, columns are base64 and nothing else. How many there are.
function data_blocks(page) {
  return page.evaluate(() => {
    const blocks = [...document.querySelectorAll('script[type="application/json"], script[type="text/plain"]')];
    for (const block of blocks) {
      if (block.type === 'application/json') JSON.parse(block.textContent);
      else if (!/^[A-Za-z0-9+/]*={0,2}$/.test(block.textContent)) throw new Error(`${block.id} is no base64`);
    }
    return blocks.length;
  });
}

const opened = await open(browser, file_of('hostile/harmless'));
const { page } = opened;

// What a page of each shape is made of with a text that harms nobody.
const expected = {};
for (const { name, shape } of hostile.filter((one) => /^hostile\/harmless(\.|$)/.test(one.name))) {
  await opened.show(file_of(name));
  await unfold(page);
  await choose_rack(page);
  expected[shape] = new Set(await markup_of(page));
}

for (const { name, shape, shown } of hostile) {
  test(name, async () => {
    await opened.show(file_of(name));
    await assert_harmless(opened, true);
    assert.equal((await data_blocks(page)) > 0, kScriptedShapes.includes(shape));
    assert.deepEqual((await markup_of(page)).filter((part) => !expected[shape].has(part)), [], 'markup out of a text');
    const links = await page.evaluate(() => [...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href')));
    assert.deepEqual(links.filter((link) => !link.startsWith('#')), []);
    const [title, text, attributes] = await page.evaluate(() => [document.title, document.body.textContent,
      [...document.querySelectorAll('*')].flatMap((element) => [...element.attributes].map((attribute) => attribute.value)).join(' ')]);
    const places = text.split(shown).length - 1;
    assert.ok(places > kFewestPlaces[shape], `${places} places show the text`);
    assert.equal((title + text + attributes).match(kUnseen), null, 'a character that is not seen');
  });
}

// That the escaping holds without the policy.
for (const { name } of hostile.filter(({ shape }) => shape === 'campaign')) {
  test(`${name}, no policy`, async () => {
    await opened.show(copy_of(name, 'no-policy', without_policy));
    await assert_harmless(opened, false);
  });
}

// That these tests can fail, and that the policy is a second wall: the same pages with the escaping undone.
const kUndone = [...['double-quote', 'single-quote', 'block-end'].map((name) => ({ name: `hostile/${name}`, shape: 'campaign' })),
  ...hostile.filter(({ name }) => /^hostile\/script-end(\.|$)/.test(name))];
for (const { name, shape } of kUndone) {
  test(`${name}, unescaped: the policy holds`, async () => {
    await opened.show(copy_of(name, 'unescaped', without_escaping));
    assert.equal(await page.evaluate(() => window.__xss), undefined);
    assert.ok((await opened.violations()).length > 0);
    assert.ok((await markup_of(page)).some((part) => !expected[shape].has(part)));
  });

  test(`${name}, unescaped, no policy: the text executes`, async () => {
    await opened.show(copy_of(name, 'open', (text) => without_policy(without_escaping(text))));
    assert.equal(await page.evaluate(() => window.__xss), 1);
  });
}
