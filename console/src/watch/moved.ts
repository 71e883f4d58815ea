// SPDX-License-Identifier: Apache-2.0
// What moved at the desk between two reports of a hand-over: from its beginning to now. Who takes the watch signs for the
// newest, so that what came since must be seen without comparing two pages.
import type { Report } from '../api/watch.ts';
import type { Lamp } from '../api/types.ts';

export type Section = 'open_items' | 'drafts' | 'alarms' | 'lines' | 'paths' | 'keys';
export type Moved = 'came' | 'went' | 'changed';
/** By section, then by the name that keyOf gives. */
export type Moves = Record<Section, Map<string, Moved>>;

export const sections: readonly Section[] = ['alarms', 'open_items', 'drafts', 'lines', 'paths', 'keys'];

export function keyOf(section: Section, row: Report[Section][number]): string {
  const any = row as unknown as Record<string, unknown>;
  const names: Record<Section, string> = { open_items: 'id', drafts: 'draft', alarms: 'number', lines: 'line', paths: 'path', keys: 'party' };
  return String(any[names[section]]);
}

/** What of a row matters: clocks run and counts grow without anything having moved. */
function essence(section: Section, row: Report[Section][number]): string {
  const any = row as unknown as Record<string, unknown>;
  const fields: Record<Section, string[]> = {
    open_items: ['shown', 'stored'], drafts: ['version', 'state'], alarms: ['rings', 'answered_by'], lines: ['lamp', 'conditions'],
    paths: ['usable', 'problem', 'up', 'down'], keys: ['card_edition', 'courier_key', 'suspect_courier_key'],
  };
  return JSON.stringify(fields[section].map((field) => any[field] ?? null));
}

export function movesBetween(before: Report, after: Report): Moves {
  const moves = Object.fromEntries(sections.map((section) => [section, new Map<string, Moved>()])) as Moves;
  for (const section of sections) {
    const old = new Map(before[section].map((row) => [keyOf(section, row), essence(section, row)]));
    for (const row of after[section]) {
      const key = keyOf(section, row);
      const was = old.get(key);
      if (was === undefined) moves[section].set(key, 'came');
      else if (was !== essence(section, row)) moves[section].set(key, 'changed');
      old.delete(key);
    }
    for (const key of old.keys()) moves[section].set(key, 'went');
  }
  return moves;
}

export const countOf = (moves: Moves): number => sections.reduce((sum, section) => sum + moves[section].size, 0);

const severity: readonly Lamp[] = ['open-attended', 'open-unattended', 'degraded', 'silent'];
/** Lines that need an eye first. */
export const byLamp = (a: { lamp: Lamp }, b: { lamp: Lamp }): number => severity.indexOf(b.lamp) - severity.indexOf(a.lamp);
