// SPDX-License-Identifier: Apache-2.0
// The part of a record that is in memory: a run of serials without a hole, of which some kinds are left out. Pure.
import type { Entry, Kind } from '../api/types.ts';

/** What a conversation consists of. The rest is its book-keeping, seen with "everything on record". */
const bookkeeping: readonly Kind[] = ['shown', 'acknowledged', 'test', 'test answer', 'attendance', 'amendment signature'];

export function isBookkeeping(kind: Kind): boolean {
  return bookkeeping.includes(kind);
}

/** Two ascending runs in one, each serial once; where both have one, that of `fresh`. */
export function merge(held: readonly Entry[], fresh: readonly Entry[]): Entry[] {
  const bySerial = new Map<number, Entry>();
  for (const entry of held) if (entry.serial !== null) bySerial.set(entry.serial, entry);
  for (const entry of fresh) if (entry.serial !== null) bySerial.set(entry.serial, entry);
  return [...bySerial.values()].sort((a, b) => a.serial! - b.serial!);
}

export interface Trimmed {
  entries: Entry[];
  /** Whether something was let go at that end, which can be fetched again. */
  cutBefore: boolean;
  cutAfter: boolean;
}

/** At most `most` entries: what goes is at the other end from where the reader is. */
export function trim(entries: Entry[], most: number, reader: 'start' | 'end'): Trimmed {
  if (entries.length <= most) return { entries, cutBefore: false, cutAfter: false };
  if (reader === 'start') return { entries: entries.slice(0, most), cutBefore: false, cutAfter: true };
  return { entries: entries.slice(-most), cutBefore: true, cutAfter: false };
}

/** Runs of at most `longest` serials that cover the given ones: what one page of the record can answer. */
export function spans(serials: readonly number[], longest: number): { after: number; limit: number }[] {
  const result: { after: number; limit: number }[] = [];
  for (const serial of [...serials].sort((a, b) => a - b)) {
    const last = result.at(-1);
    if (last && serial - last.after <= longest) last.limit = serial - last.after;
    else result.push({ after: serial - 1, limit: 1 });
  }
  return result;
}
