// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, degreesMinutes, moved, parseDegrees, positionIn } from './position.ts';

test('reads degrees however a navigator writes them', () => {
  assert.equal(parseDegrees('33.68', 'latitude'), 33.68);
  assert.equal(parseDegrees('-78.88', 'longitude'), -78.88);
  assert.equal(parseDegrees('33,68', 'latitude'), 33.68);
  assert.equal(parseDegrees('33° 40.8′ N', 'latitude'), 33.68);
  assert.equal(parseDegrees('33 40 48 N', 'latitude'), 33.68);
  assert.equal(parseDegrees('W 78 52.8', 'longitude'), -78.88);
  assert.equal(parseDegrees('78°52\'48"O', 'longitude'), -78.88);
});

test('refuses what is no position of its axis', () => {
  for (const wrong of ['', 'north', '91', '33 60', '33.5 20', '33 40 48 12', '-33 N', '33 E', '33 N S', '3e1']) {
    assert.equal(parseDegrees(wrong, 'latitude'), null, wrong);
  }
  assert.equal(parseDegrees('180.00001', 'longitude'), null);
  assert.equal(parseDegrees('180', 'longitude'), 180);
});

test('reads what the station writes in each of the six languages', () => {
  const at = { latitude: 33.68, longitude: -78.88 };
  assert.deepEqual(positionIn('33.68000° N, 78.88000° W'), at);
  assert.deepEqual(positionIn('北纬 33.68000°，西经 78.88000°'), at);
  assert.deepEqual(positionIn('33,68000° с. ш., 78,88000° з. д.'), at);
  assert.deepEqual(positionIn('33,68000° N, 78,88000° O'), at);
  assert.deepEqual(positionIn('٣٣٫٦٨٠٠٠° شمالًا، ٧٨٫٨٨٠٠٠° غربًا'), at);
  assert.deepEqual(positionIn('9,40000° с. ш., 167,47000° в. д.'), { latitude: 9.4, longitude: 167.47 });
});

test('a value of another kind is no position', () => {
  assert.equal(positionIn('1,200 m'), null);
  assert.equal(positionIn('February 4, 2023 at 19:39 UTC'), null);
});

test('degrees and minutes carry over at sixty', () => {
  assert.deepEqual(degreesMinutes(33.68, 'latitude'), { degrees: 33, minutes: '40.80', side: 'n' });
  assert.deepEqual(degreesMinutes(-78.99999, 'longitude'), { degrees: 79, minutes: '00.00', side: 'w' });
  assert.deepEqual(degreesMinutes(0, 'longitude'), { degrees: 0, minutes: '00.00', side: 'e' });
});

test('a step ends at the pole and goes round the date line', () => {
  assert.deepEqual(moved({ latitude: 89, longitude: 0 }, 5, 0), { latitude: 90, longitude: 0 });
  assert.deepEqual(moved({ latitude: 0, longitude: 179 }, 0, 2), { latitude: 0, longitude: -179 });
  assert.deepEqual(moved({ latitude: 0, longitude: -179 }, 0, -2), { latitude: 0, longitude: 179 });
});

test('what is sent has five decimals and no exponent', () => {
  assert.equal(decimal(0.00001), '0.00001');
  assert.equal(decimal(33.680004), '33.68');
});
