// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../api/types.ts';
import { byUrgency, joined } from './alarmList.ts';

const alarm = (number: number, rings = true, precedence = 'flash', more: Partial<Alarm> = {}): Alarm =>
  ({ number, rings, precedence, kind: 'message', class: 'live', ...more }) as Alarm;
const numbers = (all: Alarm[]) => all.map((one) => one.number);

test('what rings comes first, then the higher precedence, then the older', () => {
  assert.deepEqual(numbers([alarm(1, false), alarm(4, true, 'priority'), alarm(3), alarm(2)].sort(byUrgency)), [2, 3, 4, 1]);
});

test('a live one never stands behind a drill, nor theirs behind one of ours', () => {
  const drill = alarm(1, true, 'flash', { class: 'exercise' });
  const ours = alarm(2, true, 'flash', { kind: 'no-answer' });
  const silent = alarm(3, true, 'routine', { kind: 'silent', class: 'exercise' });
  assert.deepEqual(numbers([drill, ours, silent, alarm(4), alarm(5, true, 'immediate')].sort(byUrgency)), [4, 2, 5, 3, 1]);
});

test('an alarm that ended while the list was read does not ring again', () => {
  assert.deepEqual(numbers(joined([alarm(1), alarm(2)], [alarm(2)], new Set([1]))), [2]);
});

test('one that was answered meanwhile stays answered, one that was raised stays', () => {
  const all = joined([alarm(1)], [alarm(1, false), alarm(5)], new Set([1, 5]));
  assert.deepEqual(all.map(({ number, rings }) => [number, rings]), [[5, true], [1, false]]);
});

test('without an event the list that was read stands alone', () => {
  assert.deepEqual(numbers(joined([alarm(3)], [alarm(1)], new Set())), [3]);
});
