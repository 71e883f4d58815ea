// SPDX-License-Identifier: Apache-2.0
// Which line the main screen shows, and where in its record it begins.
import type { Line } from '../../api/types.ts';
import { foresee } from '../../live/record.svelte.ts';
import { session } from '../../live/session.svelte.ts';
import { lines } from '../../live/stores.svelte.ts';
import { pageOf } from '../rooms.ts';
import { route } from '../route.svelte.ts';

/** What the address asks for: a line (by id or name), a serial of its record; either or both may be absent. */
export function askedFor(): { line?: string | undefined; at?: number | undefined } {
  if (route.page !== 'line') return {};
  const [line, place] = route.rest.split('/');
  return { line, at: place && Number.isSafeInteger(Number(place)) ? Number(place) : undefined };
}

export const readsContent = (line: Line): boolean => session.may(['officer', 'releaser', 'supervisor', 'linguist', 'auditor'], line.own.desk);

/** Reads what will stand in the middle of the screen, so that all of it is drawn at once. */
export async function foreseeRecord(): Promise<void> {
  if (session.standing !== 'signed-in' || session.keyNeeded || pageOf(route.page)) return;
  const { line: asked, at } = askedFor();
  const line = (asked ? lines.find(asked) : undefined) ?? lines.all[0];
  if (line && at === undefined && readsContent(line)) await foresee(line.line);
}
