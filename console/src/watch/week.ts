// SPDX-License-Identifier: Apache-2.0
// The roster of a week. Its shifts and the span that they are of are one thing: what is sent for a span takes the place of
// all shifts in it, so that those of another week would wipe it.
import type { Result } from '../api/client.ts';
import type { Time } from '../api/types.ts';
import type { Shift } from '../api/watch.ts';

export interface Week {
  from: Time;
  to: Time;
  shifts: Shift[];
}

/** Reads weeks. Answers may come in another order than they were asked for: only the last question's counts. */
export class WeekReader {
  #last = 0;

  /** Null if something else was asked for meanwhile. */
  async read(from: Time, to: Time, ask: (from: Time, to: Time) => Promise<Result<{ shifts: Shift[] }>>): Promise<Result<Week> | null> {
    const own = ++this.#last;
    const result = await ask(from, to);
    if (own !== this.#last) return null;
    return result.ok ? { ...result, value: { from, to, shifts: result.value.shifts } } : result;
  }
}
