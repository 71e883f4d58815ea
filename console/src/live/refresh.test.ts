// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refresh } from './refresh.ts';

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const nothing = (): void => {};

test('many questions while one is under way are one more', async () => {
  let reads = 0;
  let atOnce = 0;
  const refresh = new Refresh(async () => {
    reads++;
    atOnce++;
    assert.equal(atOnce, 1);
    await after(5);
    atOnce--;
    return nothing;
  }, 5);
  for (let i = 0; i < 50; i++) refresh.ask();
  await after(100);
  assert.equal(reads, 2);
});

test('a question after the gap is read at once', async () => {
  let reads = 0;
  const refresh = new Refresh(async () => (reads++, nothing), 0);
  refresh.ask();
  await after(20);
  refresh.ask();
  await after(20);
  assert.equal(reads, 2);
});

test('who waits for it goes on once it is shown, and before the gap is over', async () => {
  const said: string[] = [];
  const refresh = new Refresh(async () => {
    await after(5);
    return () => said.push('shown');
  }, 60_000);
  await Promise.all([refresh.ask().then(() => said.push('first')), refresh.ask().then(() => said.push('second'))]);
  assert.deepEqual(said, ['shown', 'first', 'second']);
  refresh.stop();
  const failing = new Refresh(async () => null, 0, 60_000);
  await failing.ask(); // could not be read: that is known too
  failing.stop();
});

test('a read that failed is tried again by itself, and once more is enough', async () => {
  let reads = 0;
  let shown = 0;
  const refresh = new Refresh(async () => (++reads < 3 ? null : () => void shown++), 0, 1);
  refresh.ask();
  await after(100);
  assert.deepEqual([reads, shown], [3, 1]);
});

test('what was under way when it was stopped is not shown, and a failure not tried again', async () => {
  let reads = 0;
  let shown = 0;
  for (const found of [() => void shown++, null]) {
    const refresh = new Refresh(async () => {
      reads++;
      await after(5);
      return found;
    }, 0, 1);
    refresh.ask();
    refresh.stop();
    await after(50);
  }
  assert.deepEqual([reads, shown], [2, 0]);
});

test('after a stop it reads again when asked, whatever is still under way', async () => {
  const shown: number[] = [];
  let reads = 0;
  const refresh = new Refresh(async () => {
    const number = ++reads;
    await after(number === 1 ? 20 : 1);
    return () => void shown.push(number);
  }, 0);
  refresh.ask();
  refresh.stop();
  refresh.ask();
  await after(60);
  assert.deepEqual(shown, [2]);
});
