// SPDX-License-Identifier: Apache-2.0
// The roster as it is edited: rows with times as a form has them, in UTC or in the desk's own time.
import type { NewShift, Shift } from '../api/watch.ts';

export interface Row {
  officers: string[];
  /** 2026-03-29T06:00, of the clock that the editor is set to. */
  from: string;
  to: string;
}
export type Clock = 'utc' | 'local';
export type RowProblem = 'officers' | 'from' | 'to' | 'order' | 'short' | 'long';

const minute = 60_000;
const day = 24 * 60 * minute;
const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
/** As if of UTC: rows are compared with each other only. */
const ms = (text: string): number => (pattern.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN);

export function rowOf(shift: Shift, clock: Clock): Row {
  const from = clock === 'local' && shift.from_local ? shift.from_local : shift.from;
  const to = clock === 'local' && shift.to_local ? shift.to_local : shift.to;
  return { officers: [...shift.officers], from: from.slice(0, 16), to: to.slice(0, 16) };
}

export function newShift(row: Row, clock: Clock): NewShift {
  return clock === 'local'
    ? { officers: row.officers, from_local: row.from, to_local: row.to }
    : { officers: row.officers, from: `${row.from}:00Z`, to: `${row.to}:00Z` };
}

/** The station judges; these are what a form can say at once. */
export function problemOf(row: Row): RowProblem | null {
  if (row.officers.length === 0) return 'officers';
  if (Number.isNaN(ms(row.from))) return 'from';
  if (Number.isNaN(ms(row.to))) return 'to';
  const length = ms(row.to) - ms(row.from);
  if (length <= 0) return 'order';
  if (length < minute) return 'short';
  return length > 2 * day ? 'long' : null;
}

const shifted = (text: string, by: number): string => new Date(ms(text) + by).toISOString().slice(0, 16);

/** The same shift some days later, by the clock on the wall. */
export const daysLater = (row: Row, days: number): Row => ({ officers: [...row.officers], from: shifted(row.from, days * day), to: shifted(row.to, days * day) });

/** What follows a row: as long, beginning where that one ends. */
export const following = (row: Row): Row => ({ officers: [], from: row.to, to: shifted(row.to, ms(row.to) - ms(row.from)) });

/** Spans between shifts of a desk in which nobody is planned, by UTC; `from` and `to` bound what is looked at. */
export function gapsOf(shifts: Shift[], from: string, to: string): { from: string; to: string }[] {
  const gaps: { from: string; to: string }[] = [];
  let covered = Date.parse(from);
  const end = Date.parse(to);
  const put = (until: number): void => {
    if (until > covered) gaps.push({ from: new Date(covered).toISOString(), to: new Date(until).toISOString() });
  };
  for (const shift of [...shifts].sort((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    if (Date.parse(shift.from) >= end) break;
    put(Math.min(Date.parse(shift.from), end));
    covered = Math.max(covered, Date.parse(shift.to));
  }
  put(end);
  return gaps;
}

/** Monday 00:00 UTC of the week that a moment lies in. */
export function weekOf(moment: number): number {
  const midnight = Math.floor(moment / day) * day;
  return midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * day;
}
