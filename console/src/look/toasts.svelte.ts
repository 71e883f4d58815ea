// SPDX-License-Identifier: Apache-2.0
// Short news of what an act did. Good news goes by itself; a problem stays until it is put away.
import type { Problem } from '../api/client.ts';

export interface Toast {
  id: number;
  words: string;
  problem?: Problem;
}

/** More are not shown at once: the oldest goes. */
const most = 4;
const goodNewsMs = 8000;

class Toasts {
  all = $state<Toast[]>([]);
  #next = 1;

  say(words: string): void {
    const toast = { id: this.#next++, words };
    this.all = this.all.filter((other) => other.problem || other.words !== words);
    this.#add(toast);
    setTimeout(() => this.remove(toast.id), goodNewsMs);
  }

  problem(words: string, problem: Problem): void {
    this.#add({ id: this.#next++, words, problem });
  }

  remove(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }

  #add(toast: Toast): void {
    this.all = [...this.all, toast].slice(-most);
  }
}

export const toasts = new Toasts();
