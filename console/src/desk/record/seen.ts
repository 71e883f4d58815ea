// SPDX-License-Identifier: Apache-2.0
// Tells the station which entries were before the officer's eyes: those that stayed in view for a while on a page that
// had the keyboard. Told once each, in batches.
import * as station from '../../api/station.ts';
import { isOpen } from '../../api/acts.ts';

/** As long as an eye needs to notice that there is something. */
const dwellMs = 1000;
const mostAtOnce = 64;

export class Seen {
  #line: string;
  #since = new Map<string, number>();
  #told = new Set<string>();
  #busy = false;

  constructor(line: string) {
    this.#line = line;
  }

  /** The ids that are in view at `now` (milliseconds). To be called about twice a second. */
  look(inView: readonly string[], now: number): void {
    for (const id of [...this.#since.keys()]) if (!inView.includes(id)) this.#since.delete(id);
    for (const id of inView) if (!this.#told.has(id) && !this.#since.has(id)) this.#since.set(id, now);
    const ready = [...this.#since].filter(([, since]) => now - since >= dwellMs).map(([id]) => id).slice(0, mostAtOnce);
    if (ready.length > 0 && !this.#busy) void this.#tell(ready);
  }

  async #tell(ids: string[]): Promise<void> {
    this.#busy = true;
    const result = await station.shown(this.#line, ids);
    this.#busy = false;
    // A refusal is final (a role that may not tell, a line that is stopped): asking again would only be refused again.
    if (!result.ok && isOpen(result.problem)) return;
    for (const id of ids) {
      this.#told.add(id);
      this.#since.delete(id);
    }
  }
}
