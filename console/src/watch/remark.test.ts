// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterSending, isChanged, remarkOf } from './remark.ts';

test("a colleague's remark is followed, and sent along when the item is ticked here", () => {
  assert.equal(remarkOf(null, null), '');
  assert.equal(remarkOf(null, 'The key is at the gate.'), 'The key is at the gate.');
  assert.equal(isChanged(null, 'The key is at the gate.'), false);
});

test('what is typed stays under the hand, also when it is taken out', () => {
  assert.equal(remarkOf('Not yet', 'The key is at the gate.'), 'Not yet');
  assert.equal(remarkOf('', 'The key is at the gate.'), '');
  assert.ok(isChanged('', 'The key is at the gate.'));
  assert.equal(isChanged('Not yet ', 'Not yet'), false);
});

test('once it is on record the record is followed again, but not over what was typed since', () => {
  assert.equal(afterSending('Not yet ', 'Not yet'), null);
  assert.equal(afterSending('Not yet, ask', 'Not yet'), 'Not yet, ask');
  assert.equal(afterSending(null, 'The key is at the gate.'), null);
});
