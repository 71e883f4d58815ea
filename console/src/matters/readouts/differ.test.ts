// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flag } from '../../api/types.ts';
import { piecesOf } from '../../desk/record/marks.ts';
import { compareTexts, flagged, type Piece } from './differ.ts';

const whole = (side: Piece[]): string => side.map((piece) => piece.text).join('');
const marked = (side: Piece[]): string[] => side.filter((piece) => piece.differs).map((piece) => piece.text);

test('the same text has no difference', () => {
  const { ours, theirs, differences } = compareTexts('Both sides agreed.', 'Both sides agreed.', 'en');
  assert.equal(differences, 0);
  assert.deepEqual(ours, [{ text: 'Both sides agreed.', differs: false }]);
  assert.deepEqual(theirs, ours);
});

test('marks the words that stand in one account alone, on each side', () => {
  const { ours, theirs, differences } = compareTexts('They agreed to meet in Geneva in May.', 'They agreed to talk again in May.', 'en');
  assert.deepEqual(marked(ours), ['meet in Geneva']);
  assert.deepEqual(marked(theirs), ['talk again']);
  assert.equal(differences, 1);
});

test('whatever is marked, each text stays whole', () => {
  const a = 'One two  three.\nFour, five!';
  const b = '';
  const { ours, theirs } = compareTexts(a, b, 'en');
  assert.equal(whole(ours), a);
  assert.equal(whole(theirs), b);
});

test('finds words in a language without spaces', () => {
  const { ours, theirs } = compareTexts('双方同意保持沟通', '双方同意停止沟通', 'zh');
  assert.deepEqual(marked(ours), ['保持']);
  assert.deepEqual(marked(theirs), ['停止']);
});

test('a language that no machine knows breaks nothing', () => {
  assert.equal(compareTexts('a b', 'a c', 'not a language!').differences, 1);
});

test('two long texts without a common end are compared in time', () => {
  const long = (word: string): string => Array.from({ length: 4000 }, (_, at) => `${word}${at}`).join(' ');
  const { ours } = compareTexts(`a ${long('x')} b`, `c ${long('y')} d`, 'en');
  assert.equal(ours[0]?.differs, true);
});

test('a mark stays where it stands when the text is cut into pieces', () => {
  const text = 'They hold\u202E fire and pоrt';
  const flags: Flag[] = [{ field: '/text', flag: 'turns text', at: 9, length: 1 }, { field: '/text', flag: 'mixed letters', at: 20, length: 4 }];
  const marks = (pieces: Piece[]): string[] => flagged(pieces, flags).flatMap((piece) => piecesOf(piece.text, piece.flags, '/text').filter((one) => one.flag).map((one) => one.text));
  for (let at = 1; at < text.length; at++) {
    const cut = [{ text: text.slice(0, at), differs: false }, { text: text.slice(at), differs: true }];
    assert.equal(marks(cut).join(''), '\u202Epоrt', String(at));
  }
});
