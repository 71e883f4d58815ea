// SPDX-License-Identifier: Apache-2.0
// A time of day as it is typed: 22:06, 2206 or 9:05. Always of 24 hours: a browser's own field has "PM" where its language
// says so, and UTC has none.

export function parseClock(text: string): string | null {
  const found = /^\s*(\d{1,2}):?(\d{2})\s*[zZ]?\s*$/.exec(text);
  if (!found) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  if (hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
