// SPDX-License-Identifier: Apache-2.0
// Reads something again when it may have changed: never twice at once, never more often than its gap, once more when
// asked meanwhile, and until it succeeds.

import type { Problem } from '../api/client.ts';

/** What a read found, as what puts it where it is shown; null if it failed and is worth another try. */
export type Found = (() => void) | null;

/** Of a read that was refused: `show` says so on the screen. */
export function unread(problem: Problem, show: () => void = () => {}): Found {
  if (problem.status !== 0 && problem.status !== 429 && problem.status < 500) return show;
  show();
  return null;
}

export class Refresh {
  #read: () => Promise<Found>;
  #gapMs: number;
  #afterFailureMs: number;
  #busy = false;
  #again = false;
  #reading = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts stops: what was read before one is not shown after it. */
  #generation = 0;

  constructor(read: () => Promise<Found>, gapMs: number, afterFailureMs = 2000) {
    this.#read = read;
    this.#gapMs = gapMs;
    this.#afterFailureMs = afterFailureMs;
  }

  /** Resolves once what is being read is shown, or could not be read. */
  ask(): Promise<void> {
    if (this.#busy) this.#again = true;
    else this.#reading = this.#readNow();
    return this.#reading;
  }

  /** What is under way is not shown any more, and a failed read not tried again. */
  stop(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    this.#busy = this.#again = false;
  }

  async #readNow(): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    this.#again = false;
    const found = await this.#read();
    if (generation !== this.#generation) return;
    found?.();
    this.#timer = setTimeout(() => {
      this.#busy = false;
      if (this.#again || found === null) void this.ask();
    }, found === null ? this.#afterFailureMs : this.#gapMs);
  }
}
