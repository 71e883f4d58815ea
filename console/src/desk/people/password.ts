// SPDX-License-Identifier: Apache-2.0
// The station's rule for passwords (docs/api.md, "People"), so that a wrong one is told before it is sent.
const least = 12;
const most = 256;

/** What is wrong with a new password, as the key of the words for it; null if nothing. */
export function passwordError(password: string, again: string): 'password.length' | 'password.differ' | null {
  const bytes = new TextEncoder().encode(password).length;
  if (bytes < least || bytes > most) return 'password.length';
  return password === again ? null : 'password.differ';
}
