// SPDX-License-Identifier: Apache-2.0
// The matters of each line as the station sets them out. Read again when the line's record has grown.
import type { Problem, Result } from '../api/client.ts';
import * as api from '../api/matters.ts';
import type { Call, Contact, Opening, Readout, Visit } from '../api/matters.ts';
import type { Entry, Kind, Line } from '../api/types.ts';
import { Refresh, unread, type Found } from '../live/refresh.ts';
import { session } from '../live/session.svelte.ts';
import { lines } from '../live/stores.svelte.ts';
import { now } from '../words/times.svelte.ts';

class LineMatters {
  contacts = $state.raw<Contact[]>([]);
  visits = $state.raw<Visit[]>([]);
  calls = $state.raw<Call[]>([]);
  readouts = $state.raw<Readout[]>([]);
  read = $state(false);
  problem = $state.raw<Problem | null>(null);
  #line: string;
  #refresh = new Refresh(() => this.#ask(), 500);

  constructor(line: string) {
    this.#line = line;
  }

  ask = (): void => void this.#refresh.ask();

  async #ask(): Promise<Found> {
    const [contacts, visits, calls, readouts] = await Promise.all([
      api.contacts(this.#line), api.visits(this.#line), api.calls(this.#line), api.readouts(this.#line),
    ]);
    const failed = [contacts, visits, calls, readouts].find((result): result is Result<never> & { ok: false } => !result.ok);
    const show = (): void => {
      this.problem = failed ? failed.problem : null;
      if (contacts.ok) this.contacts = contacts.value.contacts;
      if (visits.ok) this.visits = visits.value.visits;
      if (calls.ok) this.calls = calls.value.calls;
      if (readouts.ok) this.readouts = readouts.value.readouts;
      this.read = this.read || !failed;
    };
    return failed ? unread(failed.problem, show) : show;
  }
}

const held = new Map<string, LineMatters>();
session.whenNewcomer(() => held.clear());
export function mattersOf(line: string): LineMatters {
  let found = held.get(line);
  if (!found) held.set(line, (found = new LineMatters(line)));
  return found;
}

export type MatterKind = 'contact' | 'visit' | 'call' | 'readout';

/** The matter that an entry opens or follows, and its opening's id. */
export function matterOf(entry: Entry): { kind: MatterKind; id: string } | null {
  const about = (kind: MatterKind, field: string): { kind: MatterKind; id: string } | null =>
    typeof entry[field] === 'string' ? { kind, id: entry[field] } : null;
  const kinds: Partial<Record<Kind, () => { kind: MatterKind; id: string } | null>> = {
    'contact request': () => ({ kind: 'contact', id: entry.id }),
    'contact answer': () => about('contact', 'request'),
    'contact change': () => about('contact', 'request'),
    'contact unanswered': () => about('contact', 'request'),
    visit: () => ({ kind: 'visit', id: entry.id }),
    'visit act': () => about('visit', 'visit'),
    'visit outcome': () => about('visit', 'visit'),
    call: () => ({ kind: 'call', id: entry.id }),
    'call act': () => about('call', 'call'),
    readout: () => ({ kind: 'readout', id: entry.id }),
    'readout answer': () => about('readout', 'readout'),
  };
  return kinds[entry.kind]?.() ?? null;
}

export function findMatter(matters: LineMatters, kind: MatterKind, id: string): Opening | undefined {
  const lists: Record<MatterKind, Opening[]> = { contact: matters.contacts, visit: matters.visits, call: matters.calls, readout: matters.readouts };
  return lists[kind].find((matter) => matter.id === id);
}

/** Seconds until an open question is overdue (negative: since when), by the station's clock; null if it waits for nobody. */
export function secondsLeft(line: Line, id: string): number | null {
  const item = line.open_items.find((open) => open.id === id);
  const read = lines.status ? Date.parse(lines.status.time) : now.ms;
  return item ? item.left_s - (now.ms - read) / 1000 : null;
}
