// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refresh } from './refresh.ts';

test('many questions while one is under way are one more', async () => {
  let reads = 0;
  let atOnce = 0;
  const refresh = new Refresh(async () => {
    reads++;
    atOnce++;
    assert.equal(atOnce, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce--;
  }, 5);
  for (let i = 0; i < 50; i++) refresh.ask();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(reads, 2);
});

test('a question after the gap is read at once', async () => {
  let reads = 0;
  const refresh = new Refresh(async () => { reads++; }, 0);
  refresh.ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
  refresh.ask();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(reads, 2);
});
