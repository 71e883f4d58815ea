// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codes, piecesOf } from './marks.ts';

test('cuts a text where it turns, and loses no letter', () => {
  const text = 'fire \u202Eeugor';
  const pieces = piecesOf(text, [{ field: '/text', flag: 'turns text', at: 5, length: 1 }], '/text');
  assert.deepEqual(pieces, [{ text: 'fire ' }, { text: '\u202E', flag: 'turns text' }, { text: 'eugor' }]);
  assert.equal(pieces.map((piece) => piece.text).join(''), text);
});

test('flags of other fields, beyond the text or one upon another do no harm', () => {
  const flags = [
    { field: '/attachments/0/name', flag: 'invisible', at: 0, length: 1 },
    { field: '/text', flag: 'mixed letters', at: 0, length: 4 },
    { field: '/text', flag: 'invisible', at: 2, length: 4 },
    { field: '/text', flag: 'invisible', at: 90, length: 4 },
  ] as const;
  const pieces = piecesOf('abcdefgh', flags, '/text');
  assert.deepEqual(pieces.map((piece) => piece.text), ['abcd', 'ef', 'gh']);
  assert.deepEqual(piecesOf('', flags, '/text'), []);
});

test('names characters that show nothing', () => {
  assert.equal(codes('\u202E\u200B'), 'U+202E U+200B');
});
