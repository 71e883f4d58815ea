// SPDX-License-Identifier: Apache-2.0
// What is being written, line by line. It outlives a reload of the page (sessionStorage) and another look at other lines.
import type { Attachment, Draft, Entry } from '../../api/types.ts';
import { session } from '../../live/session.svelte.ts';
import { nothing, type Writing } from './text.ts';

const name = 'openline.writing';

class Writings {
  #all = $state<Record<string, Writing>>(this.#restore());

  constructor() {
    session.whenNewcomer(() => this.clear());
  }

  of(line: string): Writing {
    return this.#all[line] ?? nothing();
  }

  put(line: string, writing: Writing): void {
    this.#all[line] = writing;
    sessionStorage.setItem(name, JSON.stringify(this.#all));
  }

  /** Puts a draft into the composer of its line, if it is a text. */
  take(draft: Draft): boolean {
    if (draft.act !== 'entries' || typeof draft.body.text !== 'string') return false;
    this.put(draft.line, {
      text: draft.body.text,
      precedence: draft.precedence,
      entryClass: draft.class,
      exercise: draft.exercise ?? '',
      ...(typeof draft.body.language === 'string' ? { language: draft.body.language } : {}),
      attachments: (draft.body.attachments as Attachment[] | undefined) ?? [],
      draft: draft.draft,
    });
    return true;
  }

  isFree(line: string): boolean {
    const { text, attachments, draft } = this.of(line);
    return text === '' && attachments.length === 0 && draft === null;
  }

  /** Puts a text that went out into the composer, to be written anew. */
  copy(entry: Entry): void {
    this.put(entry.line, {
      ...nothing(),
      text: typeof entry.text === 'string' ? entry.text : '',
      precedence: entry.precedence,
      entryClass: entry.class,
      exercise: typeof entry.exercise === 'string' ? entry.exercise : '',
      ...(typeof entry.language === 'string' ? { language: entry.language } : {}),
      attachments: (entry.attachments as Attachment[] | undefined) ?? [],
    });
  }

  /** At the end of a session nothing written stays behind for the next officer. */
  clear(): void {
    this.#all = {};
    sessionStorage.removeItem(name);
  }

  #restore(): Record<string, Writing> {
    try {
      return JSON.parse(sessionStorage.getItem(name) ?? '{}') as Record<string, Writing>;
    } catch {
      return {};
    }
  }
}

export const writings = new Writings();
