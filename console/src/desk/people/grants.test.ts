// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolesAt } from '../../live/roles.ts';
import { tidy } from './grants.ts';
import { passwordError } from './password.ts';

test('a desk named twice is one grant, and one without a role is none', () => {
  assert.deepEqual(
    tidy([{ desk: 'defense', roles: ['officer'] }, { desk: '*', roles: [] }, { desk: 'defense', roles: ['officer', 'releaser'] }]),
    [{ desk: 'defense', roles: ['officer', 'releaser'] }],
  );
});

test('a grant for every desk holds at each, and another desk\'s does not', () => {
  const grants = [{ desk: '*', roles: ['auditor'] as const }, { desk: 'defense', roles: ['officer'] as const }].map((grant) => ({ ...grant, roles: [...grant.roles] }));
  assert.deepEqual(rolesAt(grants, 'defense'), ['auditor', 'officer']);
  assert.deepEqual(rolesAt(grants, 'coast'), ['auditor']);
});

test('passwords are measured in bytes, as the station measures them', () => {
  assert.equal(passwordError('short', 'short'), 'password.length');
  assert.equal(passwordError('пароль', 'пароль'), null);
  assert.equal(passwordError('long enough it is', 'long enough it was'), 'password.differ');
});
