// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Visit } from '../../api/matters.ts';
import type { Entry, Flag } from '../../api/types.ts';
import { placeFlags, proposalOf } from './proposal.ts';

const flag: Flag = { field: '/place', flag: 'invisible', at: 1, length: 1 };
const terms = { place: 'Geneva', from: '2026-05-01', to: '2026-05-02' };
const counter = (id: string, author: string, place: string, flags?: Flag[]) => ({ id, author, act: 'countered', ...terms, place, flags });
const visit = (own: boolean, ...steps: object[]): Visit => ({ id: 'v', own, ...terms, steps }) as unknown as Visit;
const opening = { id: 'v', ...terms, flags: [flag] } as unknown as Entry;

test('what they proposed last can be accepted, and nothing of ours', () => {
  assert.equal(proposalOf(visit(false), 'USA', opening)?.id, 'v');
  assert.equal(proposalOf(visit(true), 'USA', opening), null);
  assert.equal(proposalOf(visit(false, counter('a', 'CHN', 'Vienna'), counter('b', 'USA', 'Oslo')), 'USA', opening)?.id, 'a');
  assert.equal(proposalOf(visit(true, counter('a', 'CHN', 'Vienna'), counter('c', 'CHN', 'Bern')), 'USA', null)?.place, 'Bern');
});

test('the opening is none before it is read: the visit itself shows other terms', () => {
  assert.equal(proposalOf(visit(false), 'USA', null), null);
  assert.equal(proposalOf(visit(false), 'USA', { ...opening, id: 'other' }), null);
});

test('marks of a place are those of the act that it comes from', () => {
  assert.deepEqual(proposalOf(visit(false), 'USA', opening)?.flags, [flag]);
  assert.deepEqual(placeFlags({ ...visit(false, counter('a', 'CHN', 'Geneva', [flag])), flags: null }), [flag]);
  assert.equal(placeFlags({ ...visit(false, counter('a', 'CHN', 'Vienna', [flag])), flags: null }), null);
});
