// SPDX-License-Identifier: Apache-2.0
// The words of an entry that a translation is about, with their languages.
import type { Entry } from '../../api/types.ts';

export interface Piece {
  text: string;
  language: string | null;
}

interface SomeWords {
  text?: unknown;
  language?: unknown;
}

function words(value: unknown): Piece[] {
  const some = value as SomeWords | null | undefined;
  if (typeof some?.text !== 'string' || some.text === '') return [];
  return [{ text: some.text, language: typeof some.language === 'string' ? some.language : null }];
}

/** All that somebody wrote in this entry, in the order in which it is shown. Courtesies are translations themselves. */
export function originalOf(entry: Entry): Piece[] {
  const own = entry.language ?? null;
  const list = (value: unknown): Piece[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string').map((text) => ({ text, language: own })) : []);
  const outcomes = Array.isArray(entry.outcomes) ? entry.outcomes.map((one: { outcome?: string }) => one.outcome) : [];
  const rows = Array.isArray(entry.rows) ? entry.rows.filter((row: { name?: string }) => row.name === 'remarks').map((row: { value?: string }) => row.value) : [];
  return [
    ...(typeof entry.text === 'string' ? [{ text: entry.text, language: own }] : []),
    ...words(entry.subject), ...list(entry.goals), ...list(outcomes), ...words(entry.until), ...words(entry.reason), ...list(rows),
  ];
}
