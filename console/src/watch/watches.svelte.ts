// SPDX-License-Identifier: Apache-2.0
// Who is on watch at the desks of this officer, and whether they are asked if they are still there.
import * as api from '../api/watch.ts';
import type { DeskOfMine, StillThere, Watch } from '../api/watch.ts';
import type { Problem, Result } from '../api/client.ts';
import { live } from '../live/live.svelte.ts';
import { Refresh, unread, type Found } from '../live/refresh.ts';
import { session } from '../live/session.svelte.ts';

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
    session.whenNewcomer(() => this.clear());
  }

  ask = (): void => void this.#refresh.ask();

  /** Says that the officer is here: at all desks that ask, or (with one) takes the watch there. */
  async here(desk?: string): Promise<Problem | null> {
    if (desk !== undefined) live.setAway(false);
    const result = await api.here(desk);
    if (!result.ok) return result.problem;
    this.#refresh.stop(); // what is under way was asked before
    this.questions = {};
    this.ask();
    return null;
  }

  clear(): void {
    this.#refresh.stop();
    this.desks = [];
    this.of = {};
    this.questions = {};
    this.read = false;
  }

  async #ask(): Promise<Found> {
    const desks = await api.desks();
    if (!desks.ok) return unread(desks.problem, () => (this.problem = desks.problem));
    const watches = await Promise.all(desks.value.desks.map((one) => api.watch(one.desk)));
    const failed = watches.find((watch): watch is Result<never> & { ok: false } => !watch.ok);
    const show = (): void => {
      this.desks = desks.value.desks;
      this.problem = failed ? failed.problem : null;
      for (const watch of watches) if (watch.ok) this.#show(watch.value);
      this.read = true;
    };
    return failed ? unread(failed.problem, show) : show;
  }

  #show(watch: Watch): void {
    this.of[watch.desk] = watch;
    // Any act of the officer answers the question, at another screen too: what the station says now is what counts.
    const question = this.questions[watch.desk];
    const me = watch.on_watch.find((one) => one.officer === session.officer?.name);
    if (watch.mine === 'lapsed') this.questions[watch.desk] ??= { desk: watch.desk, lapsed: true };
    else if (me?.asked) this.questions[watch.desk] ??= { desk: watch.desk, by: me.confirm_by, lapsed: false };
    const open = question?.lapsed ? watch.mine === 'lapsed' : me?.asked;
    if (question && !open) delete this.questions[watch.desk];
  }
}

export const watches = new Watches();
