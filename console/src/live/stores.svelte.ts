// SPDX-License-Identifier: Apache-2.0
// What the station says of itself: lines, drafts, inbox. Each is read again when an event says that it may have changed.
import * as station from '../api/station.ts';
import type { Problem } from '../api/client.ts';
import type { Draft, Inbox, Line, Status } from '../api/types.ts';
import { now } from '../words/times.svelte.ts';
import { Refresh, unread, type Found } from './refresh.ts';

/** Lines by urgency of their lamp are for the eye to find; their order stays, so that a hand finds them too. */
class Lines {
  all = $state.raw<Line[]>([]);
  status = $state.raw<Status | null>(null);
  read = $state(false);
  problem = $state.raw<Problem | null>(null);
  #refresh = new Refresh(() => this.#ask(), 700);

  ask = (): Promise<void> => this.#refresh.ask();

  find(idOrName: string): Line | undefined {
    return this.all.find((line) => line.line === idOrName) ?? this.all.find((line) => line.name === idOrName);
  }

  clear(): void {
    this.#refresh.stop();
    this.all = [];
    this.status = this.problem = null;
    this.read = false;
  }

  async #ask(): Promise<Found> {
    const asked = Date.now();
    const result = await station.status();
    if (!result.ok) return unread(result.problem, () => (this.problem = result.problem));
    const answered = Date.now();
    return () => {
      now.learn(result.value.time, asked, answered);
      this.problem = null;
      this.status = result.value;
      this.all = result.value.lines;
      this.read = true;
    };
  }
}

class Drafts {
  all = $state.raw<Draft[]>([]);
  /** As they were when this screen was opened. */
  atFirst: Draft[] = [];
  read = $state(false);
  #refresh = new Refresh(() => this.#ask(), 300);

  ask = (): void => void this.#refresh.ask();

  /** What the officer can do something about now. */
  get mine(): Draft[] {
    return this.all.filter((draft) => draft.state === 'waiting' && draft.may.includes('release'));
  }

  /** An answer of the station has the newest view of one. */
  put(draft: Draft): void {
    const known = this.all.some((other) => other.draft === draft.draft);
    this.all = known ? this.all.map((other) => (other.draft === draft.draft ? draft : other)) : [draft, ...this.all];
    this.ask();
  }

  clear(): void {
    this.#refresh.stop();
    this.all = this.atFirst = [];
    this.read = false;
  }

  async #ask(): Promise<Found> {
    const result = await station.drafts();
    if (!result.ok) return unread(result.problem);
    return () => {
      if (!this.read) this.atFirst = result.value.drafts;
      this.all = result.value.drafts;
      this.read = true;
    };
  }
}

class Waiting {
  inbox = $state.raw<Inbox>({ for_us: [], for_them: [] });
  /** When it was read, by this machine: left_s counts from there. */
  readAt = $state(0);
  #refresh = new Refresh(() => this.#ask(), 700);

  ask = (): void => void this.#refresh.ask();

  clear(): void {
    this.#refresh.stop();
    this.inbox = { for_us: [], for_them: [] };
  }

  async #ask(): Promise<Found> {
    const result = await station.inbox();
    if (!result.ok) return unread(result.problem);
    return () => {
      this.readAt = Date.now();
      this.inbox = result.value;
    };
  }
}

export const lines = new Lines();
export const drafts = new Drafts();
export const waiting = new Waiting();
