// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64url, toBase64url } from './base64url.ts';

test('bytes are written as the station writes them, and read again', () => {
  assert.equal(toBase64url(new Uint8Array([0xff, 0xef, 0xfe]).buffer), '_-_-');
  assert.equal(toBase64url(new Uint8Array([0x61]).buffer), 'YQ');
  assert.deepEqual([...fromBase64url('_-_-')], [0xff, 0xef, 0xfe]);
  for (let size = 0; size < 40; size += 1) {
    const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 37) % 256);
    assert.deepEqual(fromBase64url(toBase64url(bytes.buffer)), bytes);
  }
});
