// SPDX-License-Identifier: Apache-2.0
// A live FLASH that one person may send alone is typed in words first: no single press sends one, but to take back what
// was wrong, which is a matter of seconds.
interface Question {
  /** The line's name. */
  line: string;
  end: (confirmed: boolean) => void;
}

class Confirming {
  asked = $state.raw<Question | null>(null);

  /** Whether the officer typed it. At once where nothing has to be typed. */
  liveFlash(line: string, entryClass: unknown, precedence: unknown): Promise<boolean> {
    if (entryClass !== 'live' || precedence !== 'flash') return Promise.resolve(true);
    this.asked?.end(false);
    return new Promise((resolve) => {
      const end = (confirmed: boolean): void => {
        this.asked = null;
        resolve(confirmed);
      };
      this.asked = { line, end };
    });
  }
}

export const confirming = new Confirming();
