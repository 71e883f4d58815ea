// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Result } from '../api/client.ts';
import type { Shift } from '../api/watch.ts';
import { WeekReader } from './week.ts';

const shift = (from: string): Shift => ({ shift: 1, officers: ['smith'], from, to: from });
const monday = (day: number): string => `2026-11-${day}T00:00:00.000Z`;

/** A station that answers when it is told to. */
function station() {
  const waiting: (() => void)[] = [];
  const ask = (from: string): Promise<Result<{ shifts: Shift[] }>> =>
    new Promise((resolve) => waiting.push(() => resolve({ ok: true, status: 200, value: { shifts: [shift(from)] } })));
  return { ask, answer: (at: number) => waiting[at]!() };
}

test('of two weeks only the one asked for last is shown, in whatever order the answers come', async () => {
  for (const order of [[0, 1], [1, 0]]) {
    const { ask, answer } = station();
    const weeks = new WeekReader();
    const [first, second] = [weeks.read(monday(16), monday(23), ask), weeks.read(monday(23), monday(30), ask)];
    order.forEach(answer);
    assert.equal(await first, null);
    assert.deepEqual(await second, { ok: true, status: 200, value: { from: monday(23), to: monday(30), shifts: [shift(monday(23))] } });
  }
});

test('of the same week asked for twice the newer answer counts', async () => {
  const { ask, answer } = station();
  const weeks = new WeekReader();
  const [first, second] = [weeks.read(monday(16), monday(23), ask), weeks.read(monday(16), monday(23), ask)];
  answer(1);
  assert.equal((await second)?.ok, true);
  answer(0);
  assert.equal(await first, null);
});

test('a refusal is said, and brings no week', async () => {
  const problem = { status: 403, code: 'forbidden', message: '' };
  const found = await new WeekReader().read(monday(16), monday(23), () => Promise.resolve({ ok: false, problem }));
  assert.deepEqual(found, { ok: false, problem });
});
