// SPDX-License-Identifier: Apache-2.0
// Cuts a text where the station says that something in it may deceive who reads it (ENTRY's `flags`). Pure.
import type { Flag } from '../../api/types.ts';

export interface Piece {
  text: string;
  flag?: Flag['flag'];
}

/** The text in pieces, in order; those that a flag is about have it. */
export function piecesOf(text: string, flags: readonly Flag[] | null | undefined, field: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const own = (flags ?? []).filter((flag) => flag.field === field).sort((a, b) => a.at - b.at);
  for (const flag of own) {
    const begin = Math.max(at, flag.at);
    const end = Math.min(text.length, flag.at + flag.length);
    if (end <= begin) continue;
    if (begin > at) pieces.push({ text: text.slice(at, begin) });
    pieces.push({ text: text.slice(begin, end), flag: flag.flag });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** What shows nothing, by its number, so that it is seen: U+202E. */
export function codes(text: string): string {
  return [...text].map((one) => `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');
}
