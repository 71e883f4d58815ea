// SPDX-License-Identifier: Apache-2.0
// Times in words of the chosen language. UTC is what is shown; this machine's own time stands beside it, marked as such.
import { clockAhead, roughly, utcClock } from './clock.ts';
import { language, t } from './words.svelte.ts';

const formats = new Map<string, Intl.DateTimeFormat>();
function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${language()} ${name}`;
  let found = formats.get(id);
  // Western digits in every language: figures are compared with those of other systems and of the far end.
  if (!found) formats.set(id, (found = new Intl.DateTimeFormat(`${language() === 'en' ? 'en-GB' : language()}-u-nu-latn`, options)));
  return found;
}

/** The station's time, once a second. Everything that runs reads it, so that all clocks on the screen agree. */
class Now {
  #ahead = 0;
  ms = $state(Date.now());

  constructor() {
    setInterval(() => this.#tick(), 1000);
  }

  /** What an answer of the station says of its clock. */
  learn(stationTime: string, asked: number, answered: number): void {
    this.#ahead = clockAhead(stationTime, asked, answered);
    this.#tick();
  }

  #tick(): void {
    this.ms = Date.now() + this.#ahead;
  }
}
export const now = new Now();

export const sameUtcDay = (a: Date, b: Date): boolean => a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10);

/** Whether utcTime() leaves the day out. */
export const isToday = (time: string): boolean => sameUtcDay(new Date(time), new Date(now.ms));

/** 20:19:41, with the day before it when it is not today's (UTC). */
export function utcTime(time: string, seconds = true): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return time;
  const clock = utcClock(moment, seconds);
  return isToday(time) ? clock : `${utcDay(time)} ${clock}`;
}

/** 3 Feb 2026, in UTC; the year only when it is another one. */
export function utcDay(time: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return time;
  const otherYear = moment.getUTCFullYear() !== new Date(now.ms).getUTCFullYear();
  return format(otherYear ? 'day-year' : 'day', { day: 'numeric', month: 'short', timeZone: 'UTC', ...(otherYear ? { year: 'numeric' } : {}) }).format(moment);
}

/** The same moment by this machine's time zone to stand beside UTC; empty where the machine is set to UTC. */
export const localBeside = (time: string): string => (new Date(time).getTimezoneOffset() === 0 ? '' : localTime(time));

/** The same moment by this machine's time zone, with the zone's name. */
export function localTime(time: string): string {
  const moment = new Date(time);
  if (Number.isNaN(moment.getTime())) return time;
  return format('local', { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(moment);
}

const spanKeys = { second: 'span.second', minute: 'span.minute', hour: 'span.hour', day: 'span.day' } as const;
/** "41 min", "3 h". */
export function span(seconds: number): string {
  const { value, unit } = roughly(seconds);
  return t(spanKeys[unit], { n: value });
}
