// SPDX-License-Identifier: Apache-2.0
// Sends an act, or hands it in as a draft where others must release it. All forms send by this.
import type { Problem } from './client.ts';
import { act, newDraft } from './station.ts';
import type { Draft, Made } from './types.ts';

export type Sent = { how: 'sent'; entries: Made[] } | { how: 'draft'; draft: Draft } | { how: 'refused'; problem: Problem };

/** `address` is what follows the line's own, such as `contacts` or `visits/June/act`. */
export async function sendOrDraft(line: string, address: string, body: Record<string, unknown>): Promise<Sent> {
  const sent = await act(line, address, body);
  if (sent.ok) return { how: 'sent', entries: sent.value.entries };
  // How many must stand behind it is the station's to know: it is asked, not guessed.
  if (sent.problem.code !== 'release_needed') return { how: 'refused', problem: sent.problem };
  const drafted = await newDraft(line, address, body, true);
  return drafted.ok ? { how: 'draft', draft: drafted.value } : { how: 'refused', problem: drafted.problem };
}
