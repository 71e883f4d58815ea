// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actsUnderWay, forget, isOpen, keyFor, type Keeper } from './acts.ts';

function keeper(): Keeper & { held: Map<string, string> } {
  const held = new Map<string, string>();
  return { held, getItem: (name) => held.get(name) ?? null, setItem: (name, value) => void held.set(name, value) };
}

test('the same act under way keeps its key, also over a reload', () => {
  const session = keeper();
  assert.equal(keyFor(session, '/v1/lines/a/entries', '{"text":"x"}', 'first', 1), 'first');
  const reloaded = { ...session };
  assert.equal(keyFor(reloaded, '/v1/lines/a/entries', '{"text":"x"}', 'second', 2), 'first');
  assert.equal(keyFor(reloaded, '/v1/lines/a/entries', '{"text":"y"}', 'third', 3), 'third');
});

test('once it is answered, the same words again are another act', () => {
  const session = keeper();
  keyFor(session, '/p', '{}', 'first', 1);
  forget(session, 'first');
  assert.equal(keyFor(session, '/p', '{}', 'second', 2), 'second');
});

test('a broken note in the store is no act, and stops nothing', () => {
  const session = keeper();
  session.setItem('openline.acts', '{broken');
  assert.deepEqual(actsUnderWay(session), []);
  assert.equal(keyFor(session, '/p', '{}', 'k', 1), 'k');
});

test('no more than 32 are kept', () => {
  const session = keeper();
  for (let i = 0; i < 40; i++) keyFor(session, '/p', String(i), `k${i}`, i);
  assert.equal(actsUnderWay(session).length, 32);
  assert.equal(actsUnderWay(session)[0]!.key, 'k8');
});

test('only what may still have been done stays open', () => {
  assert.ok(isOpen({ status: 0, code: 'no_answer', message: '' }));
  assert.ok(isOpen({ status: 503, code: 'busy', message: '' }));
  assert.ok(!isOpen({ status: 422, code: 'refused', message: '' }));
});
