// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../api/watch.ts';
import { byLamp, countOf, movesBetween } from './moved.ts';

const empty: Report = { open_items: [], drafts: [], alarms: [], lines: [], paths: [], keys: [] };
const item = (id: string, fields: object = {}): Report['open_items'][number] =>
  ({ id, serial: 1, author: 'CHN', precedence: 'flash', class: 'live', time: '2026-01-01T00:00:00Z', own: false, shown: false, acknowledged: false, stored: true, left_s: 60, line: 'aa', line_name: 'defense', ...fields });

test('nothing moved where only clocks ran', () => {
  assert.equal(countOf(movesBetween({ ...empty, open_items: [item('1')] }, { ...empty, open_items: [item('1', { left_s: -5 })] })), 0);
});

test('tells what came, what went and what changed', () => {
  const before = { ...empty, open_items: [item('1'), item('2')] };
  const after = { ...empty, open_items: [item('2', { shown: true }), item('3')] };
  assert.deepEqual([...movesBetween(before, after).open_items].sort(), [['1', 'went'], ['2', 'changed'], ['3', 'came']]);
});

test('a lamp that changed and another version of a draft are moves', () => {
  const line = { line: 'aa', line_name: 'defense', lamp: 'open-attended' as const, reason: 'x', conditions: [] };
  const draft = { draft: 7, version: 1, line: 'aa', state: 'waiting', author: 'smith', confirm: 'live flash' };
  const moves = movesBetween({ ...empty, lines: [line], drafts: [draft] }, { ...empty, lines: [{ ...line, lamp: 'silent' }], drafts: [{ ...draft, version: 2 }] });
  assert.equal(moves.lines.get('aa'), 'changed');
  assert.equal(moves.drafts.get('7'), 'changed');
  assert.equal(countOf(moves), 2);
});

test('lines that are silent stand first', () => {
  const lamps = (['open-attended', 'silent', 'degraded'] as const).map((lamp) => ({ lamp }));
  assert.deepEqual(lamps.sort(byLamp).map(({ lamp }) => lamp), ['silent', 'degraded', 'open-attended']);
});
