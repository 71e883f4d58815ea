// SPDX-License-Identifier: Apache-2.0
// What one person released alone, until the officer at this screen has read it: from the event, and after a reload or a
// lost connection from the drafts, which say who released them and why.
import type { Draft, Emergency } from '../api/types.ts';
import { session } from './session.svelte.ts';
import { drafts } from './stores.svelte.ts';

const name = 'openline.emergencies';
const most = 200;

function ofDraft(draft: Draft): Emergency | null {
  const alone = draft.released_by.find((one) => one.emergency);
  if (draft.state !== 'released' || !alone) return null;
  const { line_name, class: entryClass, exercise, precedence } = draft;
  return { line_name, draft: draft.draft, officer: alone.officer, reason: alone.emergency ?? '', class: entryClass, exercise: exercise ?? null, precedence };
}

/** Of which officer and which draft. */
const mark = (draft: number): string => `${session.officer?.name ?? ''} ${draft}`;

function restored(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
    return Array.isArray(kept) ? (kept as string[]) : [];
  } catch {
    return [];
  }
}

class Emergencies {
  #told = $state.raw<Emergency[]>([]);
  #read = $state.raw<string[]>(restored());
  #unread = $derived.by(() => {
    const all = new Map(this.#told.map((one) => [one.draft, one]));
    for (const draft of drafts.all) {
      const one = ofDraft(draft);
      if (one) all.set(one.draft, one);
    }
    return [...all.values()].filter((one) => !this.#read.includes(mark(one.draft))).sort((a, b) => a.draft - b.draft);
  });
  unread = $derived(this.#unread.slice(-8));

  /** One of somebody else came, by an event or while there was no connection: it rings until it is read. What was there
   *  when the screen was opened does not. */
  ringing = $derived.by(() => {
    const told = new Set(this.#told.map((one) => one.draft));
    const old = new Set(drafts.atFirst.filter((draft) => ofDraft(draft) && !told.has(draft.draft)).map((draft) => draft.draft));
    return this.#unread.some((one) => one.officer !== session.officer?.name && !old.has(one.draft));
  });

  tell(one: Emergency): void {
    this.#told = [...this.#told.filter((other) => other.draft !== one.draft), one].slice(-8);
  }

  read(draft: number): void {
    this.#read = [...this.#read, mark(draft)].slice(-most);
    localStorage.setItem(name, JSON.stringify(this.#read));
  }

  clear(): void {
    this.#told = [];
  }
}

export const emergencies = new Emergencies();
