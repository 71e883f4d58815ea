// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseClock } from './hours.ts';

test('reads a time of day as watch officers type it', () => {
  for (const text of ['22:06', '2206', ' 22:06 ', '2206Z']) assert.equal(parseClock(text), '22:06', text);
  assert.equal(parseClock('9:05'), '09:05');
  assert.equal(parseClock('905'), '09:05');
  assert.equal(parseClock('0000'), '00:00');
});

test('refuses what is no time of a day', () => {
  for (const text of ['', '24:00', '22:60', '22', '10:06 PM', '22:6', 'noon']) assert.equal(parseClock(text), null, text);
});
