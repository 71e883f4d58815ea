// SPDX-License-Identifier: Apache-2.0
// Times and spans as figures. Pure: languages are words/times.svelte.ts.

const two = (value: number): string => String(value).padStart(2, '0');

/** 20:19:41 of a moment, in UTC. */
export function utcClock(moment: Date, seconds = true): string {
  const hours = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
  return seconds ? `${hours}:${two(moment.getUTCSeconds())}` : hours;
}

/** Seconds as a running clock: 05:19, 1:02:03, with a minus when below zero. */
export function countdown(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.floor(Math.abs(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = two(Math.floor((whole % 3600) / 60));
  return `${sign}${hours > 0 ? `${hours}:` : ''}${minutes}:${two(whole % 60)}`;
}

export type SpanUnit = 'second' | 'minute' | 'hour' | 'day';

/** A span in the largest unit of which there are at least two, rounded: 90 s, 41 min, 3 h, 2 d. */
export function roughly(seconds: number): { value: number; unit: SpanUnit } {
  const size = Math.abs(seconds);
  if (size < 120) return { value: size < 10 ? Math.round(size * 10) / 10 : Math.round(size), unit: 'second' };
  if (size < 7200) return { value: Math.round(size / 60), unit: 'minute' };
  if (size < 172_800) return { value: Math.round(size / 3600), unit: 'hour' };
  return { value: Math.round(size / 86_400), unit: 'day' };
}

/** How far the station's clock is ahead of this machine's, in milliseconds, from an answer that says its time. */
export function clockAhead(stationTime: string, asked: number, answered: number): number {
  return Date.parse(stationTime) - (asked + answered) / 2;
}
