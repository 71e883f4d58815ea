// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallStatement } from '../../api/matters.ts';
import { differencesOf, participantsOf, thisMinute } from './said.ts';

const said = (at: string, ...participants: [string, string][]): CallStatement =>
  ({ stage: 'started', at, participants: participants.map(([party, role]) => ({ party, role })) }) as unknown as CallStatement;

test('two statements that say the same have no difference', () => {
  const one = said('2026-02-04T20:15:00Z', ['USA', 'Secretary'], ['CHN', 'Minister']);
  assert.deepEqual(differencesOf(one, said('2026-02-04T20:15:00Z', ['CHN', 'Minister'], ['USA', 'Secretary'])), []);
});

test('says by how much their time is later, and who is named by one side alone', () => {
  const ours = said('2026-02-04T20:15:00Z', ['USA', 'Secretary']);
  const theirs = said('2026-02-04T20:17:00Z', ['USA', 'Deputy Secretary']);
  assert.deepEqual(differencesOf(ours, theirs), [
    { is: 'time', by_s: 120 },
    { is: 'only', side: 'ours', participant: { party: 'USA', role: 'Secretary' } },
    { is: 'only', side: 'theirs', participant: { party: 'USA', role: 'Deputy Secretary' } },
  ]);
});

test('rows of a form that were left empty name nobody', () => {
  assert.deepEqual(participantsOf([['USA', ' Secretary '], ['', ''], ['CHN', '']]), [{ party: 'USA', role: 'Secretary' }]);
  assert.equal(thisMinute(Date.parse('2026-02-04T20:15:42.123Z')), '2026-02-04T20:15:00Z');
});
