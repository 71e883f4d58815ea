// SPDX-License-Identifier: Apache-2.0
// Requests for contact, visits, calls, readouts, forms and efforts: views and addresses of docs/api.md, "Acts".
import { get, part, type Result } from './client.ts';
import type { Agreement, Entry, EntryClass, Flag, Kind, Nothing, Precedence, Time } from './types.ts';

export interface Words {
  language: string;
  text: string;
}

/** An act of a matter as it is on record. */
export interface ActView {
  id: string;
  author: string;
  time: Time;
  kind: Kind;
  role?: string | Nothing;
  reason?: Words | Nothing;
  /** Of this act's own words. */
  flags?: Flag[] | Nothing;
}

export interface Opening extends ActView {
  serial: number;
  own: boolean;
  precedence: Precedence;
  class: EntryClass;
  exercise?: string | Nothing;
}

export type ContactState = 'waiting' | 'accepted' | 'countered' | 'deferred' | 'declined' | 'unanswered' | 'withdrawn';
export type ContactAnswerWord = 'accepted' | 'declined' | 'deferred' | 'countered';
export type ContactChangeWord = 'withdrawn' | 'rescheduled' | 'time agreed';
export type AnswerStanding = 'in time' | 'crossed' | 'late' | 'denied';

export interface ContactAnswer extends ActView {
  request: string;
  answer: ContactAnswerWord;
  at?: Time | Nothing;
  courtesy?: Words | Nothing;
  standing: AnswerStanding;
  superseded: boolean;
}
export interface ContactChange extends ActView {
  request: string;
  change: ContactChangeWord;
  at?: Time | Nothing;
}
export interface ContactUnanswered extends ActView {
  request: string;
  reach: string;
  since: Time;
  until: Time;
  observed: { path_up_s: number; path_down_s: number; unobserved_s: number; times_silent: number };
  /** Ids of what the other side signed meanwhile. */
  signed_there: string[];
}
export interface Contact extends Opening {
  from_role: string;
  to_roles: string[];
  subject: Words;
  proposed?: Time | Nothing;
  repeats?: string | Nothing;
  state: ContactState;
  when?: Time | Nothing;
  answers: ContactAnswer[];
  changes: ContactChange[];
  unanswered: ContactUnanswered[];
}

export type VisitState = 'proposed' | 'accepted' | 'countered' | 'postponed' | 'cancelled' | 'held';
export type VisitActWord = 'accepted' | 'countered' | 'postponed' | 'cancelled' | 'held';
export interface VisitStep extends ActView {
  act: VisitActWord;
  proposal?: string | Nothing;
  place?: string;
  from?: string;
  to?: string;
  courtesy?: Words | Nothing;
  until?: Words | Nothing;
  stands: boolean;
}
export interface VisitOutcome extends ActView {
  language: string;
  outcomes: { goal: number; outcome: string }[];
  superseded: boolean;
}
export interface Visit extends Opening {
  name: string;
  language: string;
  goals: string[];
  /** The terms that were accepted, or proposed last; days as 2023-06-18. */
  place: string;
  from: string;
  to: string;
  delegations: { party: string; level: string }[];
  state: VisitState;
  crossed: boolean;
  steps: VisitStep[];
  outcomes: VisitOutcome[];
}

export type CallStage = 'agreed' | 'started' | 'ended';
export type Standing = "one side's claim" | 'signed by both' | 'disputed';
export interface Participant {
  party: string;
  role: string;
}
export interface CallWord extends ActView {
  act: 'signs' | 'denies';
  statement?: string | Nothing;
}
export interface CallStatement extends ActView {
  stage: CallStage;
  at: Time;
  participants: Participant[];
  standing: Standing;
  signed_by: CallWord[];
  denied_by: CallWord[];
}
export interface Call extends Opening {
  at: Time;
  participants: Participant[];
  request?: string | Nothing;
  subject?: Words | Nothing;
  state: CallStage;
  standing: Standing;
  statements: CallStatement[];
}

export interface Readout extends Opening {
  of: string;
  mark: 'national' | 'agreed';
  language: string;
  text: string;
  standing: Standing;
  signed_by: ActView[];
  refused_by: ActView[];
}

export type FieldType = 'time' | 'position' | 'number' | 'choice' | 'text';
export interface FormField {
  name: string;
  label: string;
  type: FieldType;
  required: boolean;
  least?: number;
  most?: number;
  /** Of a position: what latitude and longitude are called when they are filled in. */
  inputs?: string[];
  choices?: { name: string; text: string }[];
}
export interface Form {
  form: string;
  code: number;
  title: string;
  /** Whether it names the entry that it answers, corrects or withdraws. */
  refers: boolean;
  fields: FormField[];
}
export interface Forms {
  edition: string;
  hash: string;
  languages: string[];
  forms: Form[];
}
/** A notice as our desk reads it. */
export interface NoticeRow {
  name: string;
  label: string;
  value: string;
}
export type NoticeEntry = Entry & { form?: string; title?: string; rows?: NoticeRow[]; refers?: string | Nothing };

export interface Effort {
  party: string;
  level: string;
  requests: number;
  accepted: number;
  countered: number;
  deferred: number;
  declined: number;
  unanswered: number;
  waiting: number;
  withdrawn: number;
  late: number;
  crossed: number;
  median_to_answer_s?: number | Nothing;
  longest_silence_s?: number | Nothing;
}

type Answer<T> = Promise<Result<T>>;
const line = (id: string): string => `/v1/lines/${part(id)}`;

export const contacts = (id: string): Answer<{ contacts: Contact[] }> => get(`${line(id)}/contacts`);
export const visits = (id: string): Answer<{ visits: Visit[] }> => get(`${line(id)}/visits`);
export const calls = (id: string): Answer<{ calls: Call[] }> => get(`${line(id)}/calls`);
export const readouts = (id: string): Answer<{ readouts: Readout[] }> => get(`${line(id)}/readouts`);
export const forms = (language: string, edition?: string | Nothing): Answer<Forms> => get('/v1/forms', { language, edition });
export const efforts = (id: string): Answer<{ efforts: Effort[]; proposals: Agreement[] }> => get(`${line(id)}/efforts`);
