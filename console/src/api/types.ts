// SPDX-License-Identifier: Apache-2.0
// The views of docs/api.md, under its names. A field that has nothing to say is absent or null: readers treat both alike.

/** UTC, such as 2026-11-23T21:05:36.123Z. */
export type Time = string;
export type Precedence = 'flash' | 'immediate' | 'priority' | 'routine';
export type EntryClass = 'live' | 'exercise' | 'test' | 'service';
export type Lamp = 'open-attended' | 'open-unattended' | 'degraded' | 'silent';
export type Role = 'officer' | 'releaser' | 'supervisor' | 'linguist' | 'engineer' | 'auditor';
export type Nothing = null | undefined;

export const precedences: readonly Precedence[] = ['flash', 'immediate', 'priority', 'routine'];
export const classes: readonly EntryClass[] = ['live', 'exercise', 'test', 'service'];
export const roles: readonly Role[] = ['officer', 'releaser', 'supervisor', 'linguist', 'engineer', 'auditor'];

export interface Grant {
  desk: string;
  roles: Role[];
}

export interface Officer {
  name: string;
  title: string;
  state: 'invited' | 'active' | 'disabled';
  grants: Grant[];
  locked_until?: Time | null;
  sessions: number;
  security_keys: number;
}

export interface Me {
  officer: Officer | null;
  unpeopled: boolean;
  expires?: Time | null;
  idle_s?: number | null;
  /** Whether this session began with a security key. */
  with_key?: boolean | null;
  /** It has none, and may do nothing else until one is added. */
  key_needed?: boolean | null;
}

/** One of the officer's own. Bytes are base64url. */
export interface SecurityKey {
  key: string;
  name: string;
  host: string;
  algorithm: 'ES256' | 'EdDSA';
  added: Time;
  last_used?: Time | null;
}

/** What a browser has a security key sign. */
export interface KeyQuestion {
  challenge: string;
  rp_id: string;
  keys: string[];
}

export interface NewKey {
  authenticator_data: string;
  client_data: string;
}

export interface KeyAnswer extends NewKey {
  key: string;
  signature: string;
}

export interface OpenItem {
  serial: number;
  id: string;
  author: string;
  precedence: Precedence;
  class: EntryClass;
  time: Time;
  /** Ours, waiting for them. */
  own: boolean;
  shown: boolean;
  /** Theirs: a request that an officer here has, and nobody answered. */
  acknowledged: boolean;
  stored: boolean;
  /** Negative when overdue; as of when the station answered. */
  left_s: number;
}

export interface InboxItem extends OpenItem {
  line: string;
  line_name: string;
  entry?: Entry | null;
}

export interface Inbox {
  for_us: InboxItem[];
  for_them: InboxItem[];
  more?: boolean;
}

export interface Member {
  code: string;
  desk: string;
  reachable: boolean;
  last_heard?: Time | null;
  heard_through_others?: Time | null;
  desk_state: 'attended' | 'unattended' | 'unknown';
  desk_role?: string | null;
  desk_since?: Time | null;
  not_stored: number;
}

export interface Line {
  line: string;
  name: string;
  lamp: Lamp;
  reason: string;
  conditions: string[];
  record: 'attested' | 'deniable';
  suspended: boolean;
  writing_stopped: boolean;
  agreement: string;
  expires?: string | null;
  identify?: 'role' | 'name' | null;
  own: { code: string; desk: string; state: 'attended' | 'unattended'; role?: string | null };
  members: Member[];
  open_items: OpenItem[];
  test: {
    last_sent?: Time | null;
    last_answered?: Time | null;
    last_received?: Time | null;
    unanswered?: boolean;
    sent?: number;
    answered?: number;
    every_s?: number | null;
  };
  /** Who must stand behind what goes out, by the agreement and the desk's plan. */
  release?: { people: Partial<Record<Precedence, number>>; releaser_for: Precedence[]; emergency: boolean } | null;
  amendments: Agreement[];
  entries: number;
  held_above_gap?: number;
}

export interface Agreement {
  hash: string;
  state: 'proposed' | 'in_force' | 'amendment';
  line?: string | null;
  name: string;
  members: { party: string; root: string; desk: string }[];
  record: 'attested' | 'deniable';
  /** By party code. */
  languages: Record<string, string>;
  test_every_s?: number | null;
  answer_within_s: Partial<Record<Precedence, number>>;
  release: Partial<Record<Precedence, number>>;
  identify: 'role' | 'name';
  expires?: string | null;
  forms?: string | null;
  amends?: string | null;
  tests_answered_by?: string;
  signed_by: string[];
  waiting_for: string[];
  refused_by: { party: string; reason: string }[];
  toml: string;
}

export interface Consignment {
  what: 'entries' | 'agreement' | 'file' | 'statement';
  state: 'sending' | 'waits';
  precedence: Precedence;
  since?: Time;
  size: number;
  missing: number;
  due_s?: number | null;
  path?: string | null;
  line?: string;
  entries?: string[];
  agreement?: string;
  hash?: string;
  part?: number;
}

export interface PathState {
  path: string;
  remote: string;
  state: 'untried' | 'up' | 'down';
  since?: Time | null;
  last_heard?: Time | null;
  round_trip_ms?: number | null;
  loss?: number | null;
  declared_rate?: number | null;
  measured_rate?: number | null;
  queue_s?: number | null;
  queued_bytes?: number;
}

export interface Peer {
  party: string;
  code: string;
  name: string;
  card_edition: number;
  links: { station: string; session: boolean; last_heard?: Time | null; on_the_way: Consignment[]; more_on_the_way: number; paths: PathState[] }[];
}

export interface Arriving {
  line?: string;
  hash?: string;
  size: number;
  parts_held: number;
  parts: number;
  missing: number;
  due_s?: number | null;
}

export interface Status {
  station: string;
  party: string;
  code: string;
  name: string;
  software: string;
  time: Time;
  store: { commit: number; problem?: string | null; uncommitted_bytes: number };
  demo_clock?: { offset_s: number } | null;
  paths: { name: string; kind: string; listen?: string | null; usable: boolean; problem?: string | null }[];
  peers: Peer[];
  lines: Line[];
  proposals: Agreement[];
  attachments: Arriving[];
  counters: Record<string, number>;
}

export interface Receipt {
  by: string;
  role?: string | null;
  time: Time;
  authenticated?: boolean;
  serial?: number;
}

export interface OnTheWay {
  to: string;
  state: 'queued' | 'waits' | 'sending' | 'arrived';
  size?: number;
  missing?: number;
  due_s?: number | null;
  path?: string | null;
  parts?: number;
}

export interface Receipts {
  stored: string[];
  shown: Receipt[];
  acknowledged: Receipt[];
  translated?: Receipt[];
  disregarded?: Receipt[];
  referred?: Receipt[];
  on_the_way?: OnTheWay[];
}

export interface Attachment {
  hash: string;
  size: number;
  name: string;
  on_the_way?: OnTheWay[];
  arriving?: Arriving;
}

export const kinds = [
  'text', 'shown', 'acknowledged', 'test', 'test answer', 'attendance', 'amendment', 'amendment signature',
  'amendment refusal', 'suspend', 'resume', 'observation', 'contact request', 'contact answer', 'contact change',
  'contact unanswered', 'notice', 'visit', 'visit act', 'visit outcome', 'call', 'call act', 'readout', 'readout answer',
  'translation', 'disregard', 'unknown', 'damaged',
] as const;
export type Kind = (typeof kinds)[number];

/** An entry of a record. One of kind `damaged` has `serial`, `kind` and `labels` alone. Fields by kind: docs/api.md. */
export interface Entry {
  serial: number | null;
  kind: Kind;
  labels: string[];
  flags?: Flag[] | null;
  line: string;
  line_name: string;
  id: string;
  author: string;
  station: string;
  own: boolean;
  precedence: Precedence;
  class: EntryClass;
  exercise?: string | null;
  time: Time;
  body_size: number;
  receipts: Receipts;
  signed: boolean;
  unconfirmed: boolean;
  text?: string;
  language?: string | null;
  role?: string | null;
  attachments?: Attachment[];
  entries?: string[];
  entry?: string;
  reason?: string | null;
  [more: string]: unknown;
}

/** Something in the entry that may deceive who reads it. `field`: a JSON pointer into the entry; UTF-16 code units. */
export interface Flag {
  field: string;
  flag: 'turns text' | 'invisible' | 'mixed letters';
  at: number;
  length: number;
}

export interface Made {
  serial: number;
  id: string;
}

export interface Draft {
  draft: number;
  version: number;
  line: string;
  line_name: string;
  desk: string;
  act: string;
  body: Record<string, unknown>;
  class: EntryClass;
  exercise?: string | null;
  precedence: Precedence;
  state: 'draft' | 'waiting' | 'returned' | 'released' | 'withdrawn';
  author: string;
  time: Time;
  needs: number;
  releaser_needed: boolean;
  released_by: { officer: string; time: Time; emergency?: string | null }[];
  remark?: string | null;
  /** What must be typed to release it, such as `exercise JUNE flash`. */
  confirm: string;
  entries: Made[];
  /** Of `body`. */
  flags?: Flag[] | null;
  /** What the one who asked may do with it. */
  may: ('change' | 'submit' | 'return' | 'withdraw' | 'release' | 'emergency')[];
}

export interface Alarm {
  number: number;
  kind: 'message' | 'overdue' | 'no-answer' | 'silent' | 'draft' | 'test' | 'unmanned';
  line: string;
  line_name: string;
  desk: string;
  entry?: string | null;
  draft?: number | null;
  precedence: Precedence;
  class: EntryClass;
  exercise?: string | boolean | null;
  words: string;
  since: Time;
  rings: boolean;
  step?: string | null;
  also_at?: string[];
  next_step?: { name: string; at: Time } | null;
  answered_by?: string | null;
  answered?: Time | null;
}

export interface Change {
  number: number;
  kind: 'add' | 'grants' | 'recover' | 'enable';
  officer: string;
  title?: string | null;
  grants?: Grant[] | null;
  proposed_by: string;
  time: Time;
  state: 'open' | 'confirmed' | 'refused' | 'expired';
  decided_by?: string | null;
}

export interface Act {
  number: number;
  time: Time;
  officer?: string | null;
  act: string;
  on: string;
  /** 0: the station did not live to answer. */
  status: number;
  note?: string | null;
}

export interface Emergency {
  line_name: string;
  draft: number;
  officer: string;
  reason: string;
  class: EntryClass;
  exercise?: string | null;
  precedence: Precedence;
}

export interface History {
  every_s: number;
  from: Time;
  samples: { time: Time; round_trip_ms?: number | null; loss?: number | null; lamp?: Lamp | null }[];
  tests: { time: Time; id?: string; author?: string; own: boolean; answered: boolean; after_ms?: number | null }[];
  more_tests?: boolean;
}

export interface Estimate {
  to: { party: string; due_s?: number | null; path?: string | null }[];
}
