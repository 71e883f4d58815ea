// SPDX-License-Identifier: Apache-2.0
// The watch, its roster and its hand-over: views and addresses of docs/api.md, "The watch".
import { get, part, post, type Result } from './client.ts';
import type { Lamp, Nothing, OpenItem, Role, Time } from './types.ts';

export interface DeskOfMine {
  desk: string;
  lines: string[];
  roles: Role[];
}

export interface Present {
  /** Null on a station without officers; `title` is then the role that attends. */
  officer: string | null;
  title: string;
  roles: Role[];
  since: Time;
  /** The last sign. */
  confirmed: Time;
  /** Without a sign until then they lapse. */
  confirm_by?: Time | Nothing;
  asked?: boolean;
}

export interface Shift {
  shift: number;
  officers: string[];
  from: Time;
  /** No longer in it. */
  to: Time;
  planned_by?: string | Nothing;
  /** As the desk's time zone has it, with its offset. */
  from_local?: string | Nothing;
  to_local?: string | Nothing;
}

export interface Report {
  open_items: (OpenItem & { line: string; line_name: string })[];
  drafts: { draft: number; version: number; line: string; state: string; author: string; confirm: string }[];
  alarms: { number: number; kind: string; line_name: string; words: string; since: Time; rings: boolean; answered_by?: string | Nothing }[];
  lines: { line: string; line_name: string; lamp: Lamp; reason: string; conditions?: string[]; expires?: string | Nothing }[];
  paths: { path: string; kind: string; usable: boolean; problem?: string | Nothing; up: string[]; down: string[] }[];
  keys: { party: string; card_edition: number; courier_key: boolean; suspect_courier_key: boolean }[];
}

export interface CheckItem {
  item: number;
  text: string;
  done: boolean;
  by?: string | Nothing;
  remark?: string | Nothing;
}

export interface HandOver {
  hand_over: number;
  desk: string;
  from: string;
  to: string;
  state: 'open' | 'signed' | 'withdrawn';
  time: Time;
  /** Engineers see neither remarks nor report. */
  remarks?: string | Nothing;
  report?: Report | Nothing;
  /** As it was at the beginning: of one that is asked for by its number. */
  opened_report?: Report | Nothing;
  version: number;
  checklist: CheckItem[];
  signed_by: { officer: string; time: Time; version: number }[];
  closed?: Time | Nothing;
  closed_by?: string | Nothing;
  may: ('check' | 'sign' | 'withdraw')[];
}

export interface Watch {
  desk: string;
  on_watch: Present[];
  lapsed: Present[];
  mine: 'on-watch' | 'lapsed' | 'relieved' | 'away' | null;
  unmanned_since?: Time | Nothing;
  shift?: Shift | Nothing;
  next_shift?: Shift | Nothing;
  hand_over?: HandOver | Nothing;
  last_hand_over?: HandOver | Nothing;
  /** When a test of the alarm was last answered there. */
  alarm_tested?: Time | Nothing;
  checklist: string[];
  confirm_every_s: number;
  confirm_within_s: number;
  time_zone?: string | Nothing;
}

/** The event `still-there`. */
export interface StillThere {
  desk: string;
  by?: Time | Nothing;
  lapsed: boolean;
}

export interface NewShift {
  officers: string[];
  from?: string;
  to?: string;
  from_local?: string;
  to_local?: string;
}

type Answer<T> = Promise<Result<T>>;
const desk = (name: string): string => `/v1/desks/${part(name)}`;

export const desks = (): Answer<{ desks: DeskOfMine[] }> => get('/v1/desks');
export const watch = (name: string): Answer<Watch> => get(`${desk(name)}/watch`);
/** With a desk: takes the watch there, also after somebody relieved the one who asks. */
export const here = (name?: string): Answer<{ next?: Time | Nothing }> => post('/v1/here', name === undefined ? {} : { desk: name });
export const roster = (name: string, from: Time, to: Time): Answer<{ shifts: Shift[]; time_zone?: string | Nothing }> => get(`${desk(name)}/roster`, { from, to });
export const plan = (name: string, shifts: NewShift[], instead_of?: { from: Time; to: Time }): Answer<{ shifts: Shift[]; removed: Shift[] }> =>
  post(`${desk(name)}/roster`, instead_of ? { shifts, instead_of } : { shifts });
export const openHandOver = (name: string, to: string, remarks: string): Answer<HandOver> =>
  post(`${desk(name)}/hand-overs`, remarks === '' ? { to } : { to, remarks });
export const handOvers = (name: string, limit: number, before?: number): Answer<{ hand_overs: HandOver[]; more: boolean }> =>
  get(`${desk(name)}/hand-overs`, { limit, before });
export const handOver = (number: number): Answer<HandOver> => get(`/v1/hand-overs/${number}`);
export const check = (number: number, item: number, done: boolean, remark: string): Answer<HandOver> =>
  post(`/v1/hand-overs/${number}/check`, remark === '' ? { item, done } : { item, done, remark });
export const sign = (number: number, version: number): Answer<HandOver> => post(`/v1/hand-overs/${number}/sign`, { version });
export const withdraw = (number: number): Answer<HandOver> => post(`/v1/hand-overs/${number}/withdraw`);
