import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPageData } from '../src/data';
import { base64Bytes, decodeBytes } from '../src/decode';
import { blocks, columns, names, page } from './fleet_sample';

test('columns come out as they were packed', async () => {
  const given = columns();
  assert.deepEqual(await given.racks(), names);
  assert.deepEqual([...(await given.standing())], [2, 0, 0, 3, 2]);
  assert.deepEqual([...(await given.label(0))], [1, 0, 0, 0xffff, 1]);
  const value = await given.value(0);
  assert.equal(value[0], Math.fround(99.97));
  assert.ok(Number.isNaN(value[3]), 'NaN stays NaN');
  assert.deepEqual([...(await given.verdict(0))], [1, 0, 0, 3, 1]);
});

test('a column is decoded once, and only when it is asked for', async () => {
  const content = blocks();
  content.set('rp-value-1', 'not base64 of anything');
  const given = columns(content);
  const first = given.value(0);
  await first;
  content.delete('rp-value-0');
  await given.value(0);
  await assert.rejects(given.value(1));
});

test('missing, torn and short columns are errors that name the column', async () => {
  const content = blocks();
  content.delete('rp-value-0');
  content.set('rp-verdict-0', content.get('rp-value-1') ?? '');
  content.set('rp-racks', content.get('rp-racks')?.slice(0, 20) ?? '');
  const given = columns(content);
  await assert.rejects(given.value(0), /rp-value-0: missing/);
  await assert.rejects(given.verdict(0), /rp-verdict-0: wrong length/);
  await assert.rejects(given.racks(), /rp-racks: damaged/);
});

test('base64 with and without padding, and with bytes above 127', async () => {
  assert.deepEqual([...base64Bytes('AP+A')], [0, 255, 128]);
  assert.deepEqual([...base64Bytes('/w==')], [255]);
  await assert.rejects(decodeBytes(Buffer.from('no gzip').toString('base64')));
});

test('a page without data has none, one of another schema is refused', () => {
  assert.equal(readPageData(page(new Map())), null);
  assert.throws(() => readPageData(page(new Map([['rp-data', '{"schema": 2, "shape": "acceptance"}']]))), /schema 2/);
  assert.equal(readPageData(page(new Map([['rp-data', '{"schema": 1, "shape": "nightly"}']])))?.fleet, undefined);
});
