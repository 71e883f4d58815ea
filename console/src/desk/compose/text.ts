// SPDX-License-Identifier: Apache-2.0
// What the composer sends, and why it cannot be sent yet. Pure.
import type { NewText } from '../../api/station.ts';
import type { Attachment, EntryClass, Precedence } from '../../api/types.ts';

export interface Writing {
  text: string;
  precedence: Precedence;
  /** None is chosen until the officer chooses one: nothing is live, or an exercise, by default. */
  entryClass: EntryClass | null;
  exercise: string;
  /** Of a text that was written in another than the desk's. */
  language?: string;
  attachments: Attachment[];
  /** The draft that this changes. */
  draft: number | null;
}

/** The station's limit of a text, in bytes of UTF-8. */
export const longestText = 60_000;

export const nothing = (): Writing => ({ text: '', precedence: 'routine', entryClass: null, exercise: '', attachments: [], draft: null });

const encoder = new TextEncoder();
export const bytesOf = (text: string): number => encoder.encode(text).length;

/** The first thing that is missing or wrong, as the key of the words for it; null if it can go. */
export function lacks(writing: Writing): 'compose.needText' | 'compose.needClass' | 'compose.needExercise' | 'compose.tooLong' | null {
  if (writing.text.trim() === '' && writing.attachments.length === 0) return 'compose.needText';
  if (bytesOf(writing.text) > longestText) return 'compose.tooLong';
  if (writing.entryClass === null) return 'compose.needClass';
  if (writing.entryClass === 'exercise' && writing.exercise.trim() === '') return 'compose.needExercise';
  return null;
}

/** The body of `entries`. Only for what lacks nothing. */
export function bodyOf(writing: Writing): NewText {
  return {
    text: writing.text,
    class: writing.entryClass!,
    precedence: writing.precedence,
    ...(writing.entryClass === 'exercise' ? { exercise: writing.exercise.trim() } : {}),
    ...(writing.language ? { language: writing.language } : {}),
    ...(writing.attachments.length > 0 ? { attachments: writing.attachments.map(({ hash, name, size }) => ({ hash, name, size })) } : {}),
  };
}
