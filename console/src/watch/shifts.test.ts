// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shift } from '../api/watch.ts';
import { daysLater, following, gapsOf, newShift, problemOf, rowOf, weekOf } from './shifts.ts';

const shift = (from: string, to: string): Shift => ({ shift: 1, officers: ['smith'], from, to, from_local: '2026-03-29T06:00:00+02:00', to_local: '2026-03-29T14:00:00+02:00' });

test('a shift goes into the form and back as it was, by either clock', () => {
  const one = shift('2026-03-29T04:00:00.000Z', '2026-03-29T12:00:00.000Z');
  assert.deepEqual(newShift(rowOf(one, 'utc'), 'utc'), { officers: ['smith'], from: '2026-03-29T04:00:00Z', to: '2026-03-29T12:00:00Z' });
  assert.deepEqual(newShift(rowOf(one, 'local'), 'local'), { officers: ['smith'], from_local: '2026-03-29T06:00', to_local: '2026-03-29T14:00' });
});

test('says what is wrong with a row before it is sent', () => {
  const row = { officers: ['smith'], from: '2026-03-29T04:00', to: '2026-03-29T12:00' };
  assert.equal(problemOf(row), null);
  assert.equal(problemOf({ ...row, officers: [] }), 'officers');
  assert.equal(problemOf({ ...row, from: '' }), 'from');
  assert.equal(problemOf({ ...row, to: row.from }), 'order');
  assert.equal(problemOf({ ...row, to: '2026-04-01T12:00' }), 'long');
});

test('the same shift on other days keeps its hours, across the end of a month', () => {
  const row = { officers: ['smith'], from: '2026-03-31T22:00', to: '2026-04-01T06:00' };
  assert.deepEqual(daysLater(row, 7), { officers: ['smith'], from: '2026-04-07T22:00', to: '2026-04-08T06:00' });
  assert.deepEqual(following(row), { officers: [], from: '2026-04-01T06:00', to: '2026-04-01T14:00' });
});

test('finds the hours for which nobody is planned, at both ends too', () => {
  const from = '2026-03-29T00:00:00.000Z';
  const to = '2026-03-30T00:00:00.000Z';
  assert.deepEqual(gapsOf([], from, to), [{ from, to }]);
  assert.deepEqual(gapsOf([shift(from, to)], from, to), []);
  const two = [shift('2026-03-29T12:00:00.000Z', '2026-03-29T20:00:00.000Z'), shift('2026-03-28T20:00:00.000Z', '2026-03-29T10:00:00.000Z')];
  assert.deepEqual(gapsOf(two, from, to), [
    { from: '2026-03-29T10:00:00.000Z', to: '2026-03-29T12:00:00.000Z' },
    { from: '2026-03-29T20:00:00.000Z', to: '2026-03-30T00:00:00.000Z' },
  ]);
});

test('a week begins on its Monday, also on a Sunday', () => {
  assert.equal(new Date(weekOf(Date.parse('2026-11-29T23:59:00Z'))).toISOString(), '2026-11-23T00:00:00.000Z');
  assert.equal(new Date(weekOf(Date.parse('2026-11-23T00:00:00Z'))).toISOString(), '2026-11-23T00:00:00.000Z');
});
