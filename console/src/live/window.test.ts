// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../api/types.ts';
import { isBookkeeping, merge, spans, trim } from './window.ts';

const entry = (serial: number, text = ''): Entry => ({ serial, text, kind: 'text', labels: [] }) as unknown as Entry;
const serials = (entries: Entry[]): (number | null)[] => entries.map((one) => one.serial);

test('merges pages that overlap, and the fresh view of an entry stands', () => {
  const merged = merge([entry(1), entry(2, 'old')], [entry(2, 'new'), entry(5)]);
  assert.deepEqual(serials(merged), [1, 2, 5]);
  assert.equal(merged[1]!.text, 'new');
});

test('an event that comes late finds its place', () => {
  assert.deepEqual(serials(merge([entry(3), entry(9)], [entry(4)])), [3, 4, 9]);
});

test('lets go of what is farthest from the reader, and says at which end', () => {
  const five = [1, 2, 3, 4, 5].map((serial) => entry(serial));
  assert.deepEqual(serials(trim(five, 3, 'end').entries), [3, 4, 5]);
  assert.ok(trim(five, 3, 'end').cutBefore);
  assert.deepEqual(serials(trim(five, 3, 'start').entries), [1, 2, 3]);
  assert.ok(trim(five, 3, 'start').cutAfter);
  assert.deepEqual(trim(five, 5, 'end'), { entries: five, cutBefore: false, cutAfter: false });
});

test('reads again what is on the screen in few questions', () => {
  assert.deepEqual(spans([12, 10, 11], 100), [{ after: 9, limit: 3 }]);
  assert.deepEqual(spans([1, 500], 100), [{ after: 0, limit: 1 }, { after: 499, limit: 1 }]);
  assert.deepEqual(spans([], 100), []);
});

test('a text is never book-keeping', () => {
  assert.ok(!isBookkeeping('text'));
  assert.ok(isBookkeeping('test answer'));
});
