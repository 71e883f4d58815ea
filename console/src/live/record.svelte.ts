// SPDX-License-Identifier: Apache-2.0
// A line's record as far as it is on the screen: opened at the newest, or at a serial; grown by pages at both ends; kept
// up to date by events and, since receipts change entries that are long there, by reading again what is seen.
import type { Problem, Result } from '../api/client.ts';
import * as station from '../api/station.ts';
import type { Entry } from '../api/types.ts';
import { isBookkeeping, merge, spans, trim } from './window.ts';

const page = 120;
/** What fills a high window: the first drawing waits for it. */
const firstPage = 40;
/** Beyond that the far end goes: memory stays the same with any record. */
const most = 1500;
/** Pages in which hardly anything but book-keeping stood, before the reader has to scroll for more. */
const patience = 4;
const longestSpan = 300;

export class RecordWindow {
  readonly line: string;
  readonly everything: boolean;
  entries = $state.raw<Entry[]>([]);
  moreBefore = $state(false);
  moreAfter = $state(false);
  loading = $state(false);
  opened = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Serials that were fetched, with what is left out of `entries`. */
  #lowest = 0;
  #highest = 0;
  #closed = false;
  /** What came while a page was read that may have been made before it. */
  #meanwhile: Entry[] = [];
  /** Somebody began to listen while a page was read. */
  #behind = false;
  /** While that is read up page by page. The reader stays at the newest. */
  #gap = false;
  /** Counts openings: what an older one still reads is not taken in. */
  #generation = 0;

  constructor(line: string, everything: boolean) {
    this.line = line;
    this.everything = everything;
  }

  get #of(): 'all' | 'conversation' {
    return this.everything ? 'all' : 'conversation';
  }

  close(): void {
    this.#closed = true;
  }

  /** Whether it could be read. */
  async openNewest(): Promise<boolean> {
    this.#reset();
    const went = await this.#fill({ before: Number.MAX_SAFE_INTEGER, limit: firstPage }, ({ from = 1, to = 0, more }) => {
      this.#lowest = from;
      this.#highest = to;
      this.moreBefore = more;
      this.moreAfter = false;
    });
    if (!went) return false;
    await this.#growUntilSeen();
    this.opened = true;
    await this.#readMissed();
    return true;
  }

  async openAt(serial: number): Promise<boolean> {
    this.#reset();
    const first = Math.max(0, serial - 1 - page / 2);
    const went = await this.#fill({ after: first, limit: page }, ({ from = first + 1, to = first, more }) => {
      this.#lowest = from;
      this.#highest = to;
      this.moreAfter = more;
      this.moreBefore = this.#lowest > 1;
    });
    if (!went) return false;
    this.opened = true;
    await this.#readMissed();
    return true;
  }

  async older(): Promise<void> {
    if (this.loading || !this.moreBefore) return;
    await this.#growUntilSeen(true);
    await this.#readMissed();
  }

  async newer(): Promise<void> {
    if (this.loading || !this.moreAfter) return;
    await this.#fill({ after: this.#highest, limit: page }, ({ to = this.#highest, more }) => {
      this.#highest = to;
      this.moreAfter = more;
    });
    this.#trim('end');
    await this.#readMissed();
  }

  /** Reads what is beyond the newest that is held: what came before anybody listened. */
  async catchUp(): Promise<void> {
    this.#behind = true;
    if (this.opened && !this.loading) await this.#readMissed();
  }

  async #readMissed(): Promise<void> {
    if (!this.#behind) return;
    this.#behind = false;
    if (this.moreAfter) return; // they are read on the way down
    this.#gap = true;
    let went = true;
    while (this.#gap && went) {
      went = await this.#fill({ after: this.#highest, limit: page }, ({ to = this.#highest, more }) => {
        this.#highest = to;
        this.#gap = more;
      });
    }
    if (this.#gap && !this.#closed) this.moreAfter = true;
    this.#gap = false;
    this.#trim('end');
  }

  /** An entry that came just now. */
  take(entry: Entry): void {
    if (this.#closed || entry.line !== this.line || entry.serial === null) return;
    if (this.loading) return void this.#meanwhile.push(entry);
    if (this.moreAfter || !this.opened) return;
    this.#join([entry]);
  }

  /** Reads entries again whose receipts may have changed. */
  async again(serials: readonly number[]): Promise<void> {
    for (const span of spans(serials, longestSpan)) {
      const result = await station.record(this.line, span);
      if (this.#closed || !result.ok) return;
      const held = new Set(this.entries.map((entry) => entry.serial));
      this.#put(result.value.entries.filter((entry) => held.has(entry.serial)));
    }
  }

  #reset(): void {
    this.#generation++;
    this.entries = this.#meanwhile = [];
    this.opened = this.loading = this.#gap = false;
    this.moreBefore = this.moreAfter = false;
  }

  /** An event tells a moment; what a page said of the same entry since then knows its receipts. */
  #join(came: readonly Entry[]): void {
    for (const { serial } of came) this.#highest = Math.max(this.#highest, serial!);
    const held = new Set(this.entries.map((entry) => entry.serial));
    this.#put(came.filter((entry) => !held.has(entry.serial)));
  }

  #put(fresh: readonly Entry[]): void {
    const seen = this.everything ? fresh : fresh.filter((entry) => !isBookkeeping(entry.kind));
    if (seen.length > 0) this.entries = merge(this.entries, seen);
  }

  #trim(reader: 'start' | 'end'): void {
    const { entries, cutBefore, cutAfter } = trim(this.entries, most, reader);
    if (cutBefore) {
      this.#lowest = entries[0]!.serial!;
      this.moreBefore = true;
    }
    if (cutAfter) {
      this.#highest = entries.at(-1)!.serial!;
      this.moreAfter = true;
    }
    if (cutBefore || cutAfter) this.entries = entries;
  }

  async #fill(where: { before?: number; after?: number; limit: number }, then: (page: station.RecordPage) => void): Promise<boolean> {
    const generation = this.#generation;
    this.loading = true;
    const result: Result<station.RecordPage> = await station.record(this.line, { ...where, of: this.#of });
    if (this.#closed || generation !== this.#generation) return false;
    this.loading = false;
    this.problem = result.ok ? null : result.problem;
    if (result.ok) {
      then(result.value);
      this.#put(result.value.entries);
      // Where something before them may have been missed, they are read with it.
      if (!this.moreAfter && !this.#gap && !this.#behind) this.#join(this.#meanwhile);
    }
    this.#meanwhile = [];
    return result.ok;
  }

  async #growUntilSeen(atLeastOnce = false): Promise<void> {
    const wanted = this.entries.length + (atLeastOnce ? 1 : 0);
    for (let i = 0; i < patience && this.moreBefore && this.entries.length < Math.max(wanted, 12); i++) {
      const went = await this.#fill({ before: this.#lowest, limit: page }, ({ from = this.#lowest, more }) => {
        this.#lowest = from;
        this.moreBefore = more;
      });
      if (!went) return;
    }
    this.#trim('start');
  }
}

let foreseen: { record: RecordWindow; opening: Promise<boolean> } | null = null;

/** Reads the newest of a line before there is a view of it. */
export async function foresee(line: string): Promise<void> {
  const record = new RecordWindow(line, false);
  foreseen = { record, opening: record.openNewest() };
  await foreseen.opening;
}

/** For the view that comes: once, and only of that line. Without one: none is wanted any more. */
export function takeForeseen(line?: string): typeof foreseen {
  const held = foreseen?.record.line === line ? foreseen : null;
  foreseen = null;
  return held;
}
