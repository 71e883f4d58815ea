// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anchorAt, isSeen, placeOf, rowAt, shownRows, tops } from './heights.ts';

const keys = [10, 11, 12, 13];
const measured = new Map([[10, 50], [12, 200]]);

test('rows stand below one another, measured or guessed', () => {
  assert.deepEqual([...tops(keys, measured, 100)], [0, 50, 150, 350, 450]);
  assert.deepEqual([...tops([], measured, 100)], [0]);
});

test('finds the row at a height, at both ends too', () => {
  const begins = tops(keys, measured, 100);
  assert.equal(rowAt(begins, -5), 0);
  assert.equal(rowAt(begins, 149), 1);
  assert.equal(rowAt(begins, 150), 2);
  assert.equal(rowAt(begins, 9999), 3);
  assert.equal(rowAt(tops([], measured, 100), 0), 0);
});

test('shows what the view covers and a few spare rows, never beyond the list', () => {
  const begins = tops(keys, measured, 100);
  assert.deepEqual(shownRows(begins, 160, 100, 0), [2, 3]);
  assert.deepEqual(shownRows(begins, 160, 100, 5), [0, 4]);
  assert.deepEqual(shownRows(tops([], measured, 1), 0, 100, 5), [0, 0]);
});

test('what was read stays where it was when older rows come above it', () => {
  const before = tops(keys, measured, 100);
  const anchor = anchorAt(keys, before, 170)!;
  assert.deepEqual(anchor, { key: 12, offset: 20 });
  const more = [7, 8, 9, ...keys];
  assert.equal(placeOf(anchor, more, tops(more, measured, 100)), 300 + 170);
});

test('a row that is gone is stood for by the next newer one, or the last', () => {
  const begins = tops([10, 13], measured, 100);
  assert.equal(placeOf({ key: 12, offset: 30 }, [10, 13], begins), 50);
  assert.equal(placeOf({ key: 99, offset: 0 }, [10, 13], begins), 50);
  assert.equal(placeOf({ key: 1, offset: 0 }, [], tops([], measured, 100)), 0);
});

test('a hundred thousand rows are reckoned in a moment', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => i);
  const began = performance.now();
  const begins = tops(many, new Map(), 90);
  assert.deepEqual(shownRows(begins, begins.at(-1)! - 900, 900, 2), [99_988, 100_000]);
  assert.ok(performance.now() - began < 500);
});

test('a row is seen when most of it is, and a high one when it fills the view', () => {
  assert.ok(isSeen(0, 100, 5, 500));
  assert.ok(!isSeen(0, 100, 60, 500));
  assert.ok(isSeen(0, 3000, 1000, 500));
  assert.ok(!isSeen(600, 700, 0, 500));
});
