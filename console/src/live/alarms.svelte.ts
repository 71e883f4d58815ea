// SPDX-License-Identifier: Apache-2.0
// What rings at the desk until a person answers. The station keeps it: after a reload it rings on.
import type { Problem } from '../api/client.ts';
import * as station from '../api/station.ts';
import type { Alarm, Entry } from '../api/types.ts';
import { here } from '../api/watch.ts';
import { byUrgency, isMessage, joined } from './alarmList.ts';
import { Refresh, unread, type Found } from './refresh.ts';

class Alarms {
  all = $state.raw<Alarm[]>([]);
  /** The entries that alarms are about, as far as they were fetched; null: the station cannot show it. */
  entries = $state<Record<string, Entry | null>>({});
  #fetching = new Set<string>();
  ringing = $derived(this.all.filter((alarm) => alarm.rings));
  /** Those of which an event told since the list was asked for. */
  #heard = new Set<number>();
  #refresh = new Refresh(() => this.#ask(), 300);

  ask = (): void => void this.#refresh.ask();

  /** From an event: at once, then what the station says of all of them. */
  apply(change: string, alarm: Alarm): void {
    const others = this.all.filter((other) => other.number !== alarm.number);
    this.#heard.add(alarm.number);
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
    const result = isMessage(alarm) && alarm.entry ? await station.acknowledge(alarm.line, alarm.entry) : await station.answerAlarm(alarm.number);
    this.ask();
    return result.ok ? null : result.problem;
  }

  clear(): void {
    this.#refresh.stop();
    this.all = [];
    this.entries = {};
  }

  async #ask(): Promise<Found> {
    this.#heard.clear();
    const result = await station.alarms();
    if (!result.ok) return unread(result.problem);
    return () => {
      this.all = joined(result.value.alarms, this.all, this.#heard);
      this.#fetchEntries();
    };
  }

  #fetchEntries(): void {
    for (const alarm of this.all.slice(0, 8)) {
      const id = alarm.entry;
      if (!id || id in this.entries || this.#fetching.has(id)) continue;
      this.#fetching.add(id);
      void station.entry(alarm.line, id).then((result) => {
        this.#fetching.delete(id);
        if (result.ok) this.entries[id] = result.value;
        else if (unread(result.problem) !== null) this.entries[id] = null;
        else setTimeout(() => this.#fetchEntries(), 1000);
      });
    }
  }
}

export const alarms = new Alarms();
