import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, texts } from '../src/texts';

test('every text stands in both languages with the same placeholders', () => {
  const places = (text: string) => [...text.matchAll(/\{\d\}/g)].map((match) => match[0]).sort();
  for (const [key, { en, zh }] of Object.entries(texts)) {
    assert.ok(en.trim() !== '' && zh.trim() !== '', key);
    assert.deepEqual(places(en), places(zh), key);
    assert.ok(/[\u4e00-\u9fff]/.test(zh), `${key} is not Chinese`);
  }
});

test('what is filled in is taken as it is', () => {
  assert.equal(fill('{1} of {0}', ['$& {1}', 2]), '2 of $& {1}');
});
