// SPDX-License-Identifier: Apache-2.0
// Translations by the serial of their entry: receipts name them so.
import * as station from '../../api/station.ts';
import type { Entry } from '../../api/types.ts';

class BySerial {
  #held = $state.raw<Record<string, Entry>>({});
  #asked = new Set<string>();

  of(line: string, serial: number): Entry | undefined {
    return this.#held[`${line} ${serial}`];
  }

  ask(line: string, serial: number): void {
    const name = `${line} ${serial}`;
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    void station.record(line, { after: serial - 1, limit: 1 }).then((result) => {
      const entry = result.ok ? result.value.entries.find((one) => one.serial === serial) : undefined;
      if (entry) this.#held = { ...this.#held, [name]: entry };
      else this.#asked.delete(name);
    });
  }
}
export const bySerial = new BySerial();

const stages = ['official', 'rough', 'sight'];
/** The most certain first, and of those the newest. */
export const byStage = (a: Entry, b: Entry): number =>
  stages.indexOf(String(a.stage)) - stages.indexOf(String(b.stage)) || (b.serial ?? 0) - (a.serial ?? 0);
