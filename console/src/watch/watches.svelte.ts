// SPDX-License-Identifier: Apache-2.0
// Who is on watch at the desks of this officer, and whether they are asked if they are still there.
import * as api from '../api/watch.ts';
import type { DeskOfMine, StillThere, Watch } from '../api/watch.ts';
import type { Problem } from '../api/client.ts';
import { live } from '../live/live.svelte.ts';
import { Refresh } from '../live/refresh.ts';

class Watches {
  desks = $state.raw<DeskOfMine[]>([]);
  of = $state<Record<string, Watch>>({});
  read = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** By desk: what the officer is asked, or that they were not there. */
  questions = $state<Record<string, StillThere>>({});
  #refresh = new Refresh(() => this.#ask(), 500);

  constructor() {
    live.on<StillThere>('still-there', (question) => {
      this.questions[question.desk] = question;
    });
    live.on('watch', () => this.ask());
    live.on('ready', () => this.ask());
  }

  ask = (): void => this.#refresh.ask();

  /** Says that the officer is here: at all desks that ask, or (with one) takes the watch there. */
  async here(desk?: string): Promise<Problem | null> {
    const result = await api.here(desk);
    if (!result.ok) return result.problem;
    this.questions = {};
    this.ask();
    return null;
  }

  clear(): void {
    this.desks = [];
    this.of = {};
    this.questions = {};
    this.read = false;
  }

  async #ask(): Promise<void> {
    const desks = await api.desks();
    if (!desks.ok) {
      this.problem = desks.problem;
      return;
    }
    this.desks = desks.value.desks;
    const watches = await Promise.all(this.desks.map((one) => api.watch(one.desk)));
    this.problem = null;
    for (const watch of watches) {
      if (!watch.ok) {
        this.problem = watch.problem;
        continue;
      }
      this.of[watch.value.desk] = watch.value;
      // Any act of the officer answers the question, at another screen too: what the station says now is what counts.
      const question = this.questions[watch.value.desk];
      const open = question?.lapsed ? watch.value.mine === 'lapsed' : watch.value.on_watch.some((one) => one.asked);
      if (question && !open) delete this.questions[watch.value.desk];
    }
    this.read = true;
  }
}

export const watches = new Watches();
