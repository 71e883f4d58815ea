// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../api/types.ts';
import { originalOf } from './original.ts';

const of = (fields: object): ReturnType<typeof originalOf> => originalOf(fields as Entry);

test('a text is its own original', () => {
  assert.deepEqual(of({ text: '该飞艇属民用性质', language: 'zh' }), [{ text: '该飞艇属民用性质', language: 'zh', field: '/text' }]);
});

test('words of an act stand in the order in which they are shown', () => {
  const entry = { language: 'en', goals: ['one', 'two'], reason: { language: 'fr', text: 'raison' }, courtesy: { language: 'en', text: 'reason' } };
  assert.deepEqual(of(entry).map((piece) => `${piece.language} ${piece.text}`), ['en one', 'en two', 'fr raison']);
});

test('of a notice only its remarks are words: the rest is shown in every language', () => {
  assert.deepEqual(of({ rows: [{ name: 'object', value: 'balloon' }, { name: 'remarks', value: 'white' }] }).map((piece) => piece.text), ['white']);
});

test('each piece says where in the entry it stands, as its flags do', () => {
  const entry = { subject: { text: 's' }, goals: ['a', 'b'], outcomes: [{ goal: 2, outcome: 'c' }], until: { text: 'u' }, reason: { text: 'r' }, rows: [{ name: 'object', value: 'x' }, { name: 'remarks', value: 'y' }] };
  const fields = ['/subject/text', '/goals/0', '/goals/1', '/outcomes/0/outcome', '/until/text', '/reason/text', '/rows/1/value'];
  assert.deepEqual(of(entry).map((piece) => piece.field), fields);
});

test('an entry without words has nothing to translate', () => {
  assert.deepEqual(of({ reason: null, subject: { text: '' } }), []);
});
