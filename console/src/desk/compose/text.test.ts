// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, bytesOf, lacks, longestText, nothing } from './text.ts';

test('nothing goes before the officer chose a class', () => {
  const writing = { ...nothing(), text: 'We ask that an officer attend this line.' };
  assert.equal(lacks(nothing()), 'compose.needText');
  assert.equal(lacks(writing), 'compose.needClass');
  assert.equal(lacks({ ...writing, entryClass: 'live' }), null);
});

test('an exercise needs its name, and nothing else carries one', () => {
  const writing = { ...nothing(), text: 'x', exercise: ' JUNE ' };
  assert.equal(lacks({ ...writing, entryClass: 'exercise', exercise: ' ' }), 'compose.needExercise');
  assert.equal(bodyOf({ ...writing, entryClass: 'exercise' }).exercise, 'JUNE');
  assert.equal('exercise' in bodyOf({ ...writing, entryClass: 'live' }), false);
});

test('lengths are bytes, as the line counts them', () => {
  assert.equal(bytesOf('飞艇'), 6);
  assert.equal(lacks({ ...nothing(), entryClass: 'live', text: '飞'.repeat(longestText / 3) }), null);
  assert.equal(lacks({ ...nothing(), entryClass: 'live', text: '飞'.repeat(longestText / 3 + 1) }), 'compose.tooLong');
});
