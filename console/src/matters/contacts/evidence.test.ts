// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact } from '../../api/matters.ts';
import type { Entry, Line, Receipts } from '../../api/types.ts';
import { evidenceOf, reached } from './evidence.ts';

const line = {
  line: 'aa', name: 'defense', own: { code: 'USA', desk: 'defense', state: 'attended' },
  members: [
    { code: 'USA', desk: 'defense', reachable: true, desk_state: 'attended', not_stored: 0 },
    { code: 'CHN', desk: 'defense', reachable: true, last_heard: '2026-02-04T20:19:00Z', desk_state: 'unattended', desk_since: '2026-02-03T22:10:00Z', not_stored: 0 },
  ],
} as unknown as Line;
const request = {
  id: '01', author: 'USA', own: true, time: '2026-02-04T20:15:00Z', kind: 'contact request', from_role: 'Secretary', to_roles: ['Minister'],
  subject: { language: 'en', text: 'balloon' }, state: 'waiting', answers: [], changes: [], unanswered: [], serial: 7, precedence: 'flash', class: 'live',
} as unknown as Contact;
const receipts: Receipts = { stored: ['CHN'], shown: [], acknowledged: [] };
const none: Receipts = { stored: [], shown: [], acknowledged: [] };
const kinds = (all: ReturnType<typeof evidenceOf>): string[] => all.map((one) => `${one.proof} ${one.by} ${one.said.is}`);

test('a request that waits: what is signed stands before what this station sees', () => {
  const all = evidenceOf({ contact: request, receipts, line, there: {} });
  assert.deepEqual(kinds(all), ['signed USA asked', 'signed CHN stored', 'observed USA desk', 'observed USA heard']);
});

test('once it is answered, what is seen now says nothing of it any more', () => {
  const answered = {
    ...request, state: 'declined',
    answers: [{ id: '02', author: 'CHN', time: '2026-02-04T20:20:00Z', kind: 'contact answer', request: '01', answer: 'declined', standing: 'in time', superseded: false, role: 'watch' }],
  } as unknown as Contact;
  assert.deepEqual(kinds(evidenceOf({ contact: answered, receipts: none, line, there: {} })), ['signed USA asked', 'signed CHN answered']);
});

test('a claim is its author\'s word, its observations are nobody\'s proof, and what the other side signed is theirs', () => {
  const claim = {
    id: '03', author: 'USA', time: '2026-02-04T20:25:00Z', kind: 'contact unanswered', request: '01', reach: 'reached an empty desk',
    since: '2026-02-04T20:15:00Z', until: '2026-02-04T20:25:00Z', observed: { path_up_s: 600, path_down_s: 0, unobserved_s: 0, times_silent: 0 }, signed_there: ['09'],
  };
  const there = { '09': { id: '09', author: 'CHN', own: false, kind: 'attendance', attended: false, time: '2026-02-04T20:16:00Z' } as unknown as Entry };
  const unanswered = { ...request, state: 'unanswered', unanswered: [claim, claim] } as unknown as Contact;
  const all = evidenceOf({ contact: unanswered, receipts: none, line, there });
  assert.deepEqual(kinds(all), ['signed USA asked', 'signed CHN there', 'claim USA unanswered', 'claim USA unanswered', 'observed USA paths', 'observed USA paths']);
});

test('their claim about a request of theirs is theirs, not ours', () => {
  const theirs = {
    ...request, own: false, author: 'CHN', state: 'unanswered',
    unanswered: [{ id: '04', author: 'CHN', time: '2026-02-04T20:25:00Z', reach: 'never reached them', since: request.time, until: request.time, observed: { path_up_s: 0, path_down_s: 600, unobserved_s: 0, times_silent: 1 }, signed_there: [] }],
  } as unknown as Contact;
  const claim = evidenceOf({ contact: theirs, receipts: none, line, there: {} }).find((one) => one.proof === 'claim');
  assert.equal(claim?.by, 'CHN');
  assert.equal(claim?.own, false);
});

test('how far it came is the strongest that they themselves signed', () => {
  assert.equal(reached(request, null), 'nothing');
  assert.equal(reached(request, none), 'nothing');
  assert.equal(reached(request, receipts), 'station');
  assert.equal(reached(request, { ...receipts, shown: [{ by: 'CHN', role: 'watch', time: request.time }] }), 'officer');
  assert.equal(reached(request, { ...none, shown: [{ by: 'USA', role: 'watch', time: request.time }] }), 'nothing');
});
