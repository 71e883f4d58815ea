// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { plainFields } from '../record/kinds.ts';
import { wordsOf } from './labels.ts';

const folder = new URL('../../words/en/', import.meta.url);
const english = Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))) as Record<string, string>;

const courtesy = { language: 'zh', text: '好的' };
/** Every field of every act, as docs/api.md has them. */
const acts: [string, Record<string, unknown>][] = [
  ['amend', { toml: 'name = "defense"' }],
  ['contacts', { from_role: 'secretary', to_roles: ['minister', 'deputy'], subject: 'The balloon', language: 'en', proposed: '2023-02-04T20:00:00Z', repeats: '1f3a' }],
  ...['accepted', 'declined', 'deferred', 'countered'].map((answer): [string, Record<string, unknown>] => [
    'contacts/1f3a/answer', { answer, role: 'aide', at: '2023-02-04T20:00:00Z', reason: 'later', language: 'en', courtesy },
  ]),
  ...['withdrawn', 'rescheduled', 'time agreed'].map((change): [string, Record<string, unknown>] => ['contacts/1f3a/change', { change, role: 'aide', at: '2023-02-04T20:00:00Z', reason: 'later' }]),
  ['visits', { name: 'June', role: 'aide', place: 'Beijing', from: '2023-06-18', to: '2023-06-19', goals: ['talk', 'talk more'], language: 'en', delegations: [{ party: 'USA', level: 'secretary' }] }],
  ...['accepted', 'countered', 'postponed', 'cancelled', 'held'].map((act): [string, Record<string, unknown>] => [
    'visits/June/act', { act, role: 'aide', proposal: '1f3a', place: 'Beijing', from: '2023-06-18', to: '2023-06-19', reason: 'weather', courtesy, until: 'autumn' },
  ]),
  ['visits/June/outcome', { role: 'aide', outcomes: [{ goal: 1, outcome: 'agreed' }], language: 'en' }],
  ...['agreed', 'started'].map((stage): [string, Record<string, unknown>] => [
    'calls', { role: 'aide', stage, at: '2023-02-04T20:00:00Z', participants: [{ party: 'USA', role: 'secretary' }], subject: 'The balloon', request: '1f3a' },
  ]),
  ...['started', 'ended', 'signs', 'denies'].map((act): [string, Record<string, unknown>] => [
    'calls/1f3a/act', { act, role: 'aide', at: '2023-02-04T20:00:00Z', participants: [{ party: 'USA', role: 'secretary' }], statement: '1f3a', reason: 'so it was' },
  ]),
  ...['national', 'agreed'].map((mark): [string, Record<string, unknown>] => ['readouts', { of: '1f3a', mark, role: 'aide', language: 'en' }]),
  ...['signs', 'refuses'].map((answer): [string, Record<string, unknown>] => ['readouts/1f3a/answer', { answer, role: 'aide', reason: 'so it was' }]),
  ...['sight', 'rough', 'official'].map((stage): [string, Record<string, unknown>] => ['translations', { of: '1f3a', stage, role: 'aide', language: 'en', reviewer: 'li' }]),
  ['notices', { refers: '1f3a' }],
  ['suspend', { reason: 'maintenance' }],
];

test('every field of every act has a label that is in the lists, and every word out of a list is said in words', () => {
  const coded = ['answer', 'change', 'act', 'stage', 'mark'];
  for (const [act, body] of acts) {
    for (const { field, value } of plainFields(body, new Set())) {
      const words = wordsOf(act, body, field, value);
      assert.ok(words && words.label in english, `${act} ${field}`);
      if (coded.includes(field.slice(1))) assert.ok(words.value && words.value in english, `${act} ${field} ${value}`);
      else assert.equal(words.value, undefined, `${act} ${field}`);
    }
  }
});

test('what stands in a list has its place there, and of what it is a part', () => {
  assert.deepEqual(wordsOf('contacts', {}, '/to_roles/1', 'deputy'), { label: 'contact.delegate', n: 2 });
  assert.deepEqual(wordsOf('calls', {}, '/participants/0/role', 'secretary'), { label: 'call.role', n: 1, within: 'call.participants' });
});

test('what is not known has no words, and stays as it is', () => {
  assert.equal(wordsOf('contacts', {}, '/colour', 'white'), undefined);
  assert.equal(wordsOf('contacts/1f3a/answer', { answer: 'constructor' }, '/at', '2023-02-04T20:00:00Z'), undefined);
});
