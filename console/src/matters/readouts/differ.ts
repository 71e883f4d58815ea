// SPDX-License-Identifier: Apache-2.0
// What differs between two accounts of the same call or visit, word by word.
import type { Flag, Nothing } from '../../api/types.ts';

export interface Piece {
  text: string;
  /** Only in this account. */
  differs: boolean;
}
export interface Compared {
  ours: Piece[];
  theirs: Piece[];
  /** Runs of words that stand in one account and not at that place in the other. */
  differences: number;
}

/** Beyond this many comparisons (two texts of 3,000 words) what lies between the common ends is taken as different whole. */
const most = 12_000_000;

function wordsOf(text: string, language: string): string[] {
  let segmenter: Intl.Segmenter;
  try {
    segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  } catch {
    segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  }
  return [...segmenter.segment(text)].map((piece) => piece.segment);
}

/** Which words of each belong to a longest common run of both. */
function common(a: string[], b: string[]): { a: boolean[]; b: boolean[] } {
  const inA = a.map(() => false);
  const inB = b.map(() => false);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  for (let i = 0; i < start; i++) inA[i] = inB[i] = true;
  for (let i = 1; i <= end; i++) inA[a.length - i] = inB[b.length - i] = true;
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  if (rows === 0 || columns === 0 || rows * columns > most) return { a: inA, b: inB };
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] = a[start + i] === b[start + j]
        ? lengths[(i + 1) * width + j + 1]! + 1
        : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (a[start + i] === b[start + j]) {
      inA[start + i++] = inB[start + j++] = true;
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) {
      i++;
    } else {
      j++;
    }
  }
  return { a: inA, b: inB };
}

/** Words of one kind that follow each other become one piece; a space between two that differ belongs to them. */
function pieces(words: string[], same: boolean[]): Piece[] {
  const differs = words.map((word, at) => {
    const between = /^\s+$/.test(word) && at > 0 && at < words.length - 1;
    return between ? !same[at - 1]! && !same[at + 1]! : !same[at]!;
  });
  const found: Piece[] = [];
  words.forEach((word, at) => {
    const last = found.at(-1);
    if (last && last.differs === differs[at]) last.text += word;
    else found.push({ text: word, differs: differs[at]! });
  });
  return found;
}

/** Pieces with the flags of their whole text, told from where each begins. */
export function flagged(pieces: Piece[], flags: readonly Flag[] | Nothing): (Piece & { flags: Flag[] })[] {
  let begin = 0;
  return pieces.map((piece) => {
    const own = (flags ?? []).map((flag) => ({ ...flag, at: flag.at - begin }));
    begin += piece.text.length;
    return { ...piece, flags: own };
  });
}

export function compareTexts(ours: string, theirs: string, language: string): Compared {
  const a = wordsOf(ours, language);
  const b = wordsOf(theirs, language);
  const same = common(a, b);
  const left = pieces(a, same.a);
  const right = pieces(b, same.b);
  const count = (side: Piece[]): number => side.filter((piece) => piece.differs && piece.text.trim() !== '').length;
  return { ours: left, theirs: right, differences: Math.max(count(left), count(right)) };
}
