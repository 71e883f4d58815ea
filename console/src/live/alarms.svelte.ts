// SPDX-License-Identifier: Apache-2.0
// What rings at the desk until a person answers. The station keeps it: after a reload it rings on.
import type { Problem } from '../api/client.ts';
import * as station from '../api/station.ts';
import type { Alarm, Entry } from '../api/types.ts';
import { here } from '../api/watch.ts';
import { Refresh } from './refresh.ts';

/** FLASH first; of equals the oldest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  const order = ['flash', 'immediate', 'priority', 'routine'];
  return Number(b.rings) - Number(a.rings) || order.indexOf(a.precedence) - order.indexOf(b.precedence) || a.number - b.number;
}

class Alarms {
  all = $state.raw<Alarm[]>([]);
  /** The entries that alarms are about, as far as they were fetched. */
  entries = $state<Record<string, Entry>>({});
  ringing = $derived(this.all.filter((alarm) => alarm.rings));
  #refresh = new Refresh(() => this.#ask(), 300);

  ask = (): void => this.#refresh.ask();

  /** From an event: at once, then what the station says of all of them. */
  apply(change: string, alarm: Alarm): void {
    const others = this.all.filter((other) => other.number !== alarm.number);
    this.all = change === 'ended' ? others : [...others, alarm].sort(byUrgency);
    this.#fetchEntries();
    this.ask();
  }

  /** Message and overdue are answered by acknowledging the message alone, an unmanned desk by manning it; the others by
   *  saying so. */
  async answer(alarm: Alarm): Promise<Problem | null> {
    if (alarm.kind === 'unmanned') {
      const taken = await here(alarm.desk);
      this.ask();
      return taken.ok ? null : taken.problem;
    }
    const isMessage = (alarm.kind === 'message' || alarm.kind === 'overdue') && alarm.entry;
    const result = isMessage ? await station.acknowledge(alarm.line, alarm.entry!) : await station.answerAlarm(alarm.number);
    this.ask();
    return result.ok ? null : result.problem;
  }

  clear(): void {
    this.all = [];
    this.entries = {};
  }

  async #ask(): Promise<void> {
    const result = await station.alarms();
    if (!result.ok) return;
    this.all = [...result.value.alarms].sort(byUrgency);
    this.#fetchEntries();
  }

  #fetchEntries(): void {
    for (const alarm of this.all.slice(0, 8)) {
      const id = alarm.entry;
      if (!id || this.entries[id]) continue;
      void station.entry(alarm.line, id).then((result) => {
        if (result.ok) this.entries[id] = result.value;
      });
    }
  }
}

export const alarms = new Alarms();
