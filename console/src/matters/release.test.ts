// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseOf } from './release.ts';

const planned = { release: { people: { flash: 2, immediate: 1 }, releaser_for: ['immediate' as const], emergency: false } };
const agreed = { release: { flash: 3, priority: 2 } };

test("the desk's plan goes before the agreement, which speaks where the plan says nothing", () => {
  assert.deepEqual(releaseOf(planned, agreed, 'flash', ['officer']), { people: 2, releaser: false, handedIn: true });
  assert.deepEqual(releaseOf(planned, agreed, 'priority', ['officer']), { people: 2, releaser: false, handedIn: true });
  assert.equal(releaseOf({ release: null }, agreed, 'flash', ['officer']).people, 3);
  assert.deepEqual(releaseOf({}, undefined, 'flash', ['officer']), { people: 1, releaser: false, handedIn: false });
});

test('one person who must be a releaser hands it in, unless they are one', () => {
  assert.deepEqual(releaseOf(planned, agreed, 'immediate', ['officer']), { people: 1, releaser: true, handedIn: true });
  assert.equal(releaseOf(planned, agreed, 'immediate', ['officer', 'releaser']).handedIn, false);
  assert.equal(releaseOf(planned, agreed, 'routine', ['officer']).handedIn, false);
});
