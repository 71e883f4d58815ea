// SPDX-License-Identifier: Apache-2.0
// Reads something again when it may have changed: never twice at once, never more often than its gap, and once more when
// asked meanwhile.

export class Refresh {
  #read: () => Promise<void>;
  #gapMs: number;
  #busy = false;
  #again = false;

  constructor(read: () => Promise<void>, gapMs: number) {
    this.#read = read;
    this.#gapMs = gapMs;
  }

  ask(): void {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    void this.#read()
      .then(() => new Promise((resolve) => setTimeout(resolve, this.#gapMs)))
      .finally(() => {
        this.#busy = false;
        if (this.#again) {
          this.#again = false;
          this.ask();
        }
      });
  }
}
