// SPDX-License-Identifier: Apache-2.0
// What happens, as it happens: the socket's events go to the stores, and to whoever asked for one by name.
import type { Alarm, Emergency } from '../api/types.ts';
import { alarms } from './alarms.svelte.ts';
import { emergencies } from './emergencies.svelte.ts';
import { session } from './session.svelte.ts';
import { now } from '../words/times.svelte.ts';
import { LiveSocket, staleAfterMs, type LiveEvent, type LiveState, type World } from './socket.ts';
import { drafts, lines, waiting } from './stores.svelte.ts';

const browser: World = {
  open(address, heard) {
    const socket = new WebSocket(address);
    socket.onopen = () => heard.opened();
    socket.onmessage = (message) => heard.text(String(message.data));
    socket.onclose = () => heard.closed();
    return {
      close: () => {
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
      },
    };
  },
  later(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Roles whose presence makes a desk attended. */
export const attendingRoles = ['officer', 'releaser', 'supervisor'] as const;
const awayName = 'openline.away';
/** While the socket is down, alarms are asked for by themselves: the bell must not hang on one connection. */
const askWhileStaleMs = 15_000;
/** A timer that is so late means that the machine slept; those of hidden windows come once a minute. */
const sleptMs = 150_000;

class Live {
  state = $state<LiveState>('ended');
  /** When the last sign of the station came, by this machine. */
  heardAt = $state(Date.now());
  /** Nothing came for so long that this screen rings by itself: the far end may be calling, and nobody here would know. */
  silent = $derived(this.state === 'stale' && (void now.ms, Date.now() - this.heardAt > staleAfterMs));
  /** The officer knows, and turned that bell off until news comes again. */
  quiet = $state(false);
  /** The officer stepped away: signed in, but attending no line. */
  away = $state(sessionStorage.getItem(awayName) === 'yes');
  attended = $derived(this.away ? [] : lines.all.filter((line) => session.may(attendingRoles, line.own.desk)).map((line) => line.line));
  #hearers = new Map<string, Set<(data: never) => void>>();
  #socket = new LiveSocket(browser, {
    event: (event) => this.#hear(event),
    state: (state) => (this.state = state),
    failed: () => void session.ask(),
  });
  #stopAsking = (): void => {};

  constructor() {
    session.whenNewcomer(() => (this.away = false));
  }

  /** Calls back on each event of this name (docs/api.md, section 4); returns what takes it back. */
  on<T>(name: string, hear: (data: T) => void): () => void {
    const hearers = this.#hearers.get(name) ?? new Set();
    this.#hearers.set(name, hearers);
    hearers.add(hear as (data: never) => void);
    return () => void hearers.delete(hear as (data: never) => void);
  }

  start(): void {
    this.#askAll();
    let last = Date.now();
    const timer = setInterval(() => {
      if (Date.now() - last > sleptMs) this.#socket.reconnect();
      last = Date.now();
      if (this.state !== 'live') this.#askAll();
    }, askWhileStaleMs);
    const online = (): void => this.#socket.reconnect();
    addEventListener('online', online);
    this.#stopAsking = () => {
      clearInterval(timer);
      removeEventListener('online', online);
    };
  }

  /** Connects, with the lines that are attended. To be called once it is known which these are, or that the station is away. */
  connect(): void {
    if (this.state === 'ended') this.#socket.start(this.attended);
  }

  stop(): void {
    this.#stopAsking();
    this.#socket.stop();
    for (const store of [alarms, lines, drafts, waiting, emergencies]) store.clear();
  }

  /** To be called when `attended` changed. */
  attend(): void {
    this.#socket.attend(this.attended);
  }

  setAway(away: boolean): void {
    this.away = away;
    sessionStorage.setItem(awayName, away ? 'yes' : 'no');
  }

  #askAll(): void {
    lines.ask();
    alarms.ask();
    drafts.ask();
    waiting.ask();
  }

  #hear({ event, data }: LiveEvent): void {
    this.heardAt = Date.now();
    this.quiet = false;
    switch (event) {
      case 'ready':
        this.#askAll();
        break;
      case 'entry':
        waiting.ask();
        alarms.ask();
        break;
      case 'status':
        lines.ask();
        break;
      case 'draft':
        drafts.ask();
        break;
      case 'alarm': {
        const { change, alarm } = data as { change: string; alarm: Alarm };
        alarms.apply(change, alarm);
        waiting.ask();
        break;
      }
      case 'emergency':
        emergencies.tell(data as Emergency);
        break;
      case 'signed-out':
        session.lost();
        break;
      default:
        break;
    }
    for (const hear of this.#hearers.get(event) ?? []) hear(data as never);
  }
}

export const live = new Live();
