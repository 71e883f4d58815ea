// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockAhead, countdown, roughly, utcClock } from './clock.ts';

test('says a moment in UTC whatever the machine is set to', () => {
  assert.equal(utcClock(new Date('2026-11-27T05:09:03Z')), '05:09:03');
  assert.equal(utcClock(new Date('2026-11-27T05:09:03Z'), false), '05:09');
});

test('counts down, and goes on below zero when it is overdue', () => {
  assert.equal(countdown(319), '05:19');
  assert.equal(countdown(3723), '1:02:03');
  assert.equal(countdown(0), '00:00');
  assert.equal(countdown(-61), '−01:01');
});

test('names a span in the unit that an eye takes in', () => {
  assert.deepEqual(roughly(0.42), { value: 0.4, unit: 'second' });
  assert.deepEqual(roughly(119), { value: 119, unit: 'second' });
  assert.deepEqual(roughly(120), { value: 2, unit: 'minute' });
  assert.deepEqual(roughly(7200), { value: 2, unit: 'hour' });
  assert.deepEqual(roughly(172_800), { value: 2, unit: 'day' });
});

test('reckons the station\'s clock from the middle of question and answer', () => {
  assert.equal(clockAhead('1970-01-01T00:00:10.000Z', 1000, 3000), 8000);
});
