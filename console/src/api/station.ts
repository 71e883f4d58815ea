// SPDX-License-Identifier: Apache-2.0
// The station's addresses, one function each, by the headings of docs/api.md.
import { once } from './acts.ts';
import { get, part, post, upload, type Result } from './client.ts';
import type {
  Act, Agreement, Alarm, Attachment, Change, Draft, EntryClass, Entry, Estimate, Grant, History, Inbox, KeyAnswer, KeyQuestion, Line, Made, Me, NewKey,
  Officer, Precedence, SecurityKey, Status,
} from './types.ts';

type Answer<T> = Promise<Result<T>>;
type Entries = { entries: Made[]; note?: string };
export interface RecordPage {
  entries: Entry[];
  more: boolean;
  /** The lowest and the highest serial that was looked at; absent if none was. */
  from?: number;
  to?: number;
}

const line = (id: string): string => `/v1/lines/${part(id)}`;

// Station, agreements, lines
export const status = (): Answer<Status> => get('/v1/status');
export const lines = (): Answer<{ lines: Line[] }> => get('/v1/lines');
export const oneLine = (id: string): Answer<Line> => get(line(id));
export const agreement = (hashOrLine: string): Answer<Agreement> => get(`/v1/agreements/${part(hashOrLine)}`);
export const record = (id: string, where: { after?: number; before?: number; limit?: number; of?: 'all' | 'conversation' }): Answer<RecordPage> =>
  get(`${line(id)}/record`, where);
export const entry = (id: string, which: string): Answer<Entry> => get(`${line(id)}/record/${part(which)}`);
export const history = (id: string, hours: number): Answer<History> => get(`${line(id)}/history`, { hours });
export const estimate = (id: string, size: number, precedence: Precedence): Answer<Estimate> =>
  get(`${line(id)}/estimate`, { size, precedence });
export interface SearchFor {
  q?: string;
  author?: string;
  kind?: string;
  precedence?: string;
  class?: string;
  from?: string;
  to?: string;
  before?: number;
  limit?: number;
}
export const search = (id: string, wanted: SearchFor): Answer<RecordPage & { indexed_to?: number }> => get(`${line(id)}/search`, { ...wanted });
export const inbox = (): Answer<Inbox> => get('/v1/inbox');

// Acts: all of them once (api/acts.ts). `act` is an address after the line's, such as `contacts` or `visits/June/act`.
export const act = (id: string, address: string, body: Record<string, unknown>): Answer<Entries> => once(`${line(id)}/${address}`, body);
export interface NewText {
  text: string;
  class: EntryClass;
  exercise?: string;
  precedence: Precedence;
  language?: string;
  attachments?: Pick<Attachment, 'hash' | 'name' | 'size'>[];
}
export const acknowledge = (id: string, which: string): Answer<Entries> => once(`${line(id)}/ack`, { id: which });
/** Told again by itself until the station has it: twice is the same as once. */
export const shown = (id: string, entries: string[]): Answer<Entries> => post(`${line(id)}/shown`, { entries });
export const disregard = (id: string, which: string, reason: string): Answer<Entries> =>
  once(`${line(id)}/disregard`, reason === '' ? { id: which } : { id: which, reason });
export const test = (id: string): Answer<Entries> => once(`${line(id)}/test`, {});
export const attach = (file: File): Answer<Attachment> => upload('/v1/attachments', { name: file.name }, file);
export const attachmentAddress = (hash: string): string => `/v1/attachments/${hash}`;

// People
export const me = (): Answer<Me> => get('/v1/me');
export const signIn = (name: string, password: string, assertion?: KeyAnswer): Answer<{ officer: Officer }> =>
  post('/v1/sign-in', assertion ? { name, password, assertion } : { name, password });
export const securityKeys = (): Answer<{ keys: SecurityKey[]; required: boolean }> => get('/v1/security-keys');
export const askSecurityKey = (): Answer<KeyQuestion> => post('/v1/security-keys/challenge');
export const addSecurityKey = (name: string, made: NewKey): Answer<{ key: SecurityKey }> => post('/v1/security-keys', { name, ...made });
export const removeSecurityKey = (key: string): Answer<{ key: SecurityKey }> => post(`/v1/security-keys/${part(key)}/remove`);
export const signOut = (everywhere: boolean): Answer<{ ended: number }> => post('/v1/sign-out', { everywhere });
export const enrol = (name: string, code: string, password: string): Answer<{ officer: Officer }> => post('/v1/enrol', { name, code, password });
export const password = (old: string, fresh: string): Answer<object> => post('/v1/password', { old, new: fresh });
export const officers = (): Answer<{ officers: Officer[]; changes: Change[] }> => get('/v1/officers');
export type Proposed = { change?: Change; officer?: Officer; code_half?: string };
export const addOfficer = (name: string, title: string, grants: Grant[]): Answer<Proposed> => post('/v1/officers', { name, title, grants });
export const setGrants = (name: string, grants: Grant[]): Answer<Proposed> => post(`/v1/officers/${part(name)}/grants`, { grants });
export const changeOfficer = (name: string, what: 'recover' | 'enable' | 'disable' | 'unlock'): Answer<Proposed> =>
  post(`/v1/officers/${part(name)}/${what}`);
export const decideChange = (number: number, what: 'confirm' | 'refuse'): Answer<Proposed> => post(`/v1/people-changes/${number}/${what}`);
export const audit = (after: number, limit: number): Answer<{ acts: Act[]; more: boolean }> => get('/v1/audit', { after, limit });

// Drafts
export const drafts = (): Answer<{ drafts: Draft[] }> => get('/v1/drafts');
export const newDraft = (id: string, address: string, body: Record<string, unknown>, submit: boolean): Answer<Draft> =>
  once(`${line(id)}/drafts`, { act: address, body, submit });
export const changeDraft = (number: number, address: string, body: Record<string, unknown>): Answer<Draft> =>
  post(`/v1/drafts/${number}/change`, { act: address, body });
export const submitDraft = (number: number): Answer<Draft> => post(`/v1/drafts/${number}/submit`);
export const returnDraft = (number: number, version: number, reason: string): Answer<Draft> =>
  post(`/v1/drafts/${number}/return`, { version, reason });
export const withdrawDraft = (number: number): Answer<Draft> => post(`/v1/drafts/${number}/withdraw`);
export const releaseDraft = (number: number, version: number, confirm: string, emergency?: string): Answer<Draft> =>
  post(`/v1/drafts/${number}/release`, emergency === undefined ? { version, confirm } : { version, confirm, emergency });

// Alarms
export const alarms = (): Answer<{ alarms: Alarm[]; ringing: number }> => get('/v1/alarms');
export const answerAlarm = (number: number): Answer<Alarm> => post(`/v1/alarms/${number}/answer`);
export const alarmTest = (id: string): Answer<Alarm> => post(`${line(id)}/alarm-test`);
