// SPDX-License-Identifier: Apache-2.0
// The words of an entry that a translation is about, with their languages.
import type { Entry } from '../../api/types.ts';

export interface Piece {
  text: string;
  language: string | null;
  /** Where in the entry it stands, as its flags say it. */
  field: string;
}

interface SomeWords {
  text?: unknown;
  language?: unknown;
}

function words(value: unknown, field: string): Piece[] {
  const some = value as SomeWords | null | undefined;
  if (typeof some?.text !== 'string' || some.text === '') return [];
  return [{ text: some.text, language: typeof some.language === 'string' ? some.language : null, field: `${field}/text` }];
}

/** All that somebody wrote in this entry, in the order in which it is shown. Courtesies are translations themselves. */
export function originalOf(entry: Entry): Piece[] {
  const own = entry.language ?? null;
  const list = (value: unknown, text: (one: never) => unknown, field: (at: number) => string): Piece[] =>
    (Array.isArray(value) ? value : []).map((one, at) => ({ text: text(one as never), language: own, field: field(at) })).filter((piece): piece is Piece => typeof piece.text === 'string');
  return [
    ...(typeof entry.text === 'string' ? [{ text: entry.text, language: own, field: '/text' }] : []),
    ...words(entry.subject, '/subject'),
    ...list(entry.goals, (goal: string) => goal, (at) => `/goals/${at}`),
    ...list(entry.outcomes, (one: { outcome?: string }) => one.outcome, (at) => `/outcomes/${at}/outcome`),
    ...words(entry.until, '/until'),
    ...words(entry.reason, '/reason'),
    ...list(entry.rows, (row: { name?: string; value?: string }) => (row.name === 'remarks' ? row.value : undefined), (at) => `/rows/${at}/value`),
  ];
}
