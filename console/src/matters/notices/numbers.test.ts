// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeNumberIn } from './numbers.ts';

test('reads a whole number with the group marks of each language', () => {
  for (const words of ['1,200 km', '1.200 km', '1 200 км', '1 200 km', '1200 公里', '١٬٢٠٠ كم']) assert.equal(wholeNumberIn(words), 1200, words);
  assert.equal(wholeNumberIn('120 km'), 120);
});

test('words without a number have none', () => {
  assert.equal(wholeNumberIn('none'), null);
  assert.equal(wholeNumberIn(undefined), null);
});
