// SPDX-License-Identifier: Apache-2.0
// The one WebSocket, GET /v1/socket, as a state machine. Pure: sockets, time and chance come in from outside, so that a
// test plays a bad night in a moment. Nothing is sent over it; the connection itself is the attendance.

export interface Wire {
  close(): void;
}

export interface World {
  /** Opens a socket. `opened`, `text` and `closed` are called as it goes. */
  open(address: string, heard: { opened(): void; text(text: string): void; closed(): void }): Wire;
  /** Calls back once; returns what takes it back. */
  later(ms: number, call: () => void): () => void;
  /** 0 to 1. */
  random(): number;
}

/** live: what is shown is so. stale: nothing came for long, or the connection broke; what is shown may be old. */
export type LiveState = 'connecting' | 'live' | 'stale' | 'ended';

export interface LiveEvent {
  event: string;
  id?: number;
  data: unknown;
}

export interface Listener {
  event(event: LiveEvent): void;
  state(state: LiveState): void;
  /** A connection could not be opened: is there a session still? */
  failed(): void;
}

/** The station says `alive` each 15 s: more than two of them missed. */
export const staleAfterMs = 40_000;
const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** How long to wait before the n-th attempt in a row (from 0): doubled each time, spread by chance over its upper half. */
export function waitMs(attempt: number, random: number): number {
  const wait = Math.min(firstWaitMs * 2 ** Math.min(attempt, 10), longestWaitMs);
  return wait / 2 + (random * wait) / 2;
}

export function socketAddress(after: number | null, attend: readonly string[]): string {
  const query = [after === null ? '' : `after=${after}`, attend.length === 0 ? '' : `attend=${attend.join(',')}`];
  const text = query.filter((piece) => piece !== '').join('&');
  return text === '' ? '/v1/socket' : `/v1/socket?${text}`;
}

export class LiveSocket {
  #world: World;
  #listener: Listener;
  #wire: Wire | null = null;
  /** Counts connections: what an older one still says is not heard. */
  #generation = 0;
  #attempt = 0;
  #after: number | null = null;
  #attend: readonly string[] = [];
  #state: LiveState = 'ended';
  #cancelStale = (): void => {};
  #cancelRetry = (): void => {};

  constructor(world: World, listener: Listener) {
    this.#world = world;
    this.#listener = listener;
  }

  get after(): number | null {
    return this.#after;
  }

  start(attend: readonly string[]): void {
    this.#attend = attend;
    this.#attempt = 0;
    this.#say('connecting');
    this.#connect();
  }

  /** Other lines are attended from now on: that takes another connection. */
  attend(lines: readonly string[]): void {
    const same = lines.length === this.#attend.length && lines.every((line) => this.#attend.includes(line));
    if (same || this.#state === 'ended') return;
    this.#attend = lines;
    this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#say('ended');
  }

  /** The machine slept, or is on another network: what was open is dead, whatever it says. */
  reconnect(): void {
    if (this.#state === 'ended') return;
    this.#say('stale');
    this.#connect();
  }

  #say(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.state(state);
  }

  #drop(): void {
    this.#generation++;
    this.#cancelStale();
    this.#cancelRetry();
    this.#wire?.close();
    this.#wire = null;
  }

  #connect(): void {
    this.#drop();
    const generation = this.#generation;
    const mine = (): boolean => generation === this.#generation;
    let opened = false;
    this.#watch();
    this.#wire = this.#world.open(socketAddress(this.#after, this.#attend), {
      opened: () => {
        if (!mine()) return;
        opened = true;
        this.#watch();
      },
      text: (text) => {
        if (mine()) this.#hear(text);
      },
      closed: () => {
        if (!mine()) return;
        if (!opened) this.#listener.failed();
        if (mine()) this.#retry();
      },
    });
  }

  #retry(): void {
    this.#drop();
    if (this.#state === 'ended') return;
    this.#say('stale');
    this.#cancelRetry = this.#world.later(waitMs(this.#attempt++, this.#world.random()), () => this.#connect());
  }

  #watch(): void {
    this.#cancelStale();
    this.#cancelStale = this.#world.later(staleAfterMs, () => this.#retry());
  }

  #hear(text: string): void {
    this.#watch();
    let event: LiveEvent;
    try {
      event = JSON.parse(text) as LiveEvent;
    } catch {
      return this.#retry();
    }
    if (typeof event.id === 'number') this.#after = Math.max(this.#after ?? 0, event.id);
    if (event.event === 'ready') {
      const serial = (event.data as { serial?: number } | null)?.serial;
      if (typeof serial === 'number') this.#after = Math.max(this.#after ?? 0, serial);
      this.#attempt = 0;
      this.#say('live');
    }
    this.#listener.event(event);
    if (event.event === 'signed-out') this.stop();
    else if (event.event === 'overflow') this.#connect();
    else if (event.event === 'stopping') this.#retry();
  }
}
