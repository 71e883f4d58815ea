// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bands, curve, losses } from './plot.ts';

const at = (time: string): number => Number(time);

test('a silence is a hole in the curve', () => {
  const paths = curve([{ time: '0', round_trip_ms: 10 }, { time: '1', round_trip_ms: null }, { time: '2', round_trip_ms: 20 }, { time: '3', round_trip_ms: 20 }], at, 50);
  assert.equal(paths.length, 2);
  assert.match(paths[1]!, /^M2\.0 .*L3\.0 /);
});

test('the slowest round trip stays inside the picture', () => {
  const y = Number(curve([{ time: '0', round_trip_ms: 1e9 }], at, 50)[0]!.split(' ')[1]);
  assert.ok(y >= 2);
});

test('loss stands where it was measured, and none where nothing was lost or known', () => {
  const result = losses([{ time: '0', loss: 0.25 }, { time: '1', loss: 0 }, { time: '2', loss: null }, { time: '3', loss: 1 }], at);
  assert.deepEqual(result, [{ from: 0, to: 1, share: 0.25 }, { from: 3, to: 3, share: 1 }]);
});

test('samples of one lamp are one band', () => {
  const result = bands([{ time: '0', lamp: 'silent' }, { time: '1', lamp: 'silent' }, { time: '2', lamp: 'degraded' }, { time: '3', lamp: null }], at);
  assert.deepEqual(result, [{ lamp: 'silent', from: 0, to: 2 }, { lamp: 'degraded', from: 2, to: 3 }]);
});
