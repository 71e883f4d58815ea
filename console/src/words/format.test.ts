// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentsOf, compile } from '../../words/compile.ts';
import { compare, type Catalogue } from '../../words/catalogues.ts';
import { say } from './format.ts';

test('says plurals as each language forms them', () => {
  const russian = compile('{n, plural, one {# черновик} few {# черновика} many {# черновиков} other {# черновика}}');
  assert.equal(say(russian, { n: 1 }, 'ru'), '1 черновик');
  assert.equal(say(russian, { n: 3 }, 'ru'), '3 черновика');
  assert.equal(say(russian, { n: 11 }, 'ru'), '11 черновиков');
});

test('an exact number goes before its plural form', () => {
  const message = compile('{n, plural, =0 {none} one {one} other {# of them}}');
  assert.equal(say(message, { n: 0 }, 'en'), 'none');
  assert.equal(say(message, { n: 2 }, 'en'), '2 of them');
});

test('an argument that is missing shows its name and breaks nothing', () => {
  assert.equal(say(compile('from {party}'), {}, 'en'), 'from {party}');
});

test('a choice by word takes "other" where it knows none', () => {
  const message = compile('{who, select, us {ours} other {theirs, {n, plural, one {#} other {#}}}}');
  assert.equal(say(message, { who: 'them', n: 4 }, 'en'), 'theirs, 4');
  assert.deepEqual([...argumentsOf(message)].sort(), ['n', 'who']);
});

test('a translation that lacks a key, an argument or a plural form is found out', () => {
  const english: Catalogue = new Map([['a', compile('{n, plural, one {# x} other {# xs}}')], ['b', compile('hello {name}')], ['c', 'word']]);
  const russian: Catalogue = new Map([['a', compile('{n, plural, one {# x} other {# xs}}')], ['b', 'hello']]);
  const problems: string[] = [];
  compare(english, russian, 'ru', problems);
  assert.equal(problems.length, 4, problems.join('\n'));
});

