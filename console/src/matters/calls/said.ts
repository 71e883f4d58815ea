// SPDX-License-Identifier: Apache-2.0
// What sides say of a call, and how two such statements differ.
import type { CallStatement, Participant } from '../../api/matters.ts';

export const participantsOf = (pairs: [string, string][]): Participant[] =>
  pairs.filter(([party, role]) => party.trim() !== '' && role.trim() !== '').map(([party, role]) => ({ party: party.trim(), role: role.trim() }));

/** The present minute, as a form begins with it. */
export const thisMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16)}:00Z`;

export type Difference = { is: 'time'; by_s: number } | { is: 'only'; side: 'ours' | 'theirs'; participant: Participant };

/** What differs between our statement of a stage and theirs. */
export function differencesOf(ours: CallStatement, theirs: CallStatement): Difference[] {
  const found: Difference[] = [];
  const by = (Date.parse(theirs.at) - Date.parse(ours.at)) / 1000;
  if (by !== 0) found.push({ is: 'time', by_s: by });
  const has = (list: Participant[], one: Participant): boolean => list.some((other) => other.party === one.party && other.role === one.role);
  for (const participant of ours.participants) if (!has(theirs.participants, participant)) found.push({ is: 'only', side: 'ours', participant });
  for (const participant of theirs.participants) if (!has(ours.participants, participant)) found.push({ is: 'only', side: 'theirs', participant });
  return found;
}
