// SPDX-License-Identifier: Apache-2.0
// Each line's last 24 hours, read again every five minutes: that is how often there is something new in it.
import * as station from '../api/station.ts';
import type { History } from '../api/types.ts';

const everyMs = 300_000;

class Histories {
  of = $state<Record<string, History>>({});
  #asked = new Map<string, number>();

  want(line: string): void {
    const now = Date.now();
    if (now - (this.#asked.get(line) ?? 0) < everyMs) return;
    this.#asked.set(line, now);
    void station.history(line, 24).then((result) => {
      if (result.ok) this.of[line] = result.value;
    });
  }
}

export const histories = new Histories();
