// SPDX-License-Identifier: Apache-2.0
// Agreements by their hash: one does not change, so each is asked for once.
import * as station from '../api/station.ts';
import type { Agreement, Line } from '../api/types.ts';

class Agreements {
  of = $state<Record<string, Agreement>>({});
  #asked = new Set<string>();

  want(line: Line): void {
    const hash = line.agreement;
    if (this.#asked.has(hash)) return;
    this.#asked.add(hash);
    void station.agreement(hash).then((result) => {
      if (result.ok) this.of[hash] = result.value;
      else this.#asked.delete(hash);
    });
  }
}

export const agreements = new Agreements();
