// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyHindrance } from './securityKey.ts';

test('a key needs a name, a secure page and a browser that knows keys, and the first that lacks is told', () => {
  assert.equal(keyHindrance('desk.example', true, true), null);
  assert.equal(keyHindrance('localhost', true, true), null);
  assert.equal(keyHindrance('127.0.0.1', true, true), 'host_name_needed');
  assert.equal(keyHindrance('[::1]', true, true), 'host_name_needed');
  assert.equal(keyHindrance('desk.example', false, false), 'key_insecure');
  assert.equal(keyHindrance('desk.example', true, false), 'key_missing');
});
