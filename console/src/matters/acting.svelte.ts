// SPDX-License-Identifier: Apache-2.0
// One form's act under way: sends it, or hands it in for release, and says which.
import type { Problem } from '../api/client.ts';
import { sendOrDraft } from '../api/send.ts';
import type { EntryClass, Precedence } from '../api/types.ts';
import { agreements } from '../live/agreements.svelte.ts';
import { confirming } from '../live/confirming.svelte.ts';
import { session } from '../live/session.svelte.ts';
import { drafts, lines } from '../live/stores.svelte.ts';
import { toasts } from '../look/toasts.svelte.ts';
import { t } from '../words/words.svelte.ts';
import { releaseOf } from './release.ts';

/** What an act is about: class and precedence are its own where the act has none. */
type About = { class: EntryClass; precedence: Precedence } | undefined;

/** Whether it goes out at once, as far as this screen knows, and may. */
function isConfirmed(line: string, body: Record<string, unknown>, about: About): Promise<boolean> {
  const found = lines.find(line);
  const { class: entryClass, precedence } = { ...about, ...body } as Partial<NonNullable<About>>;
  if (!found || !precedence || releaseOf(found, agreements.of[found.agreement], precedence, session.rolesAt(found.own.desk)).handedIn) return Promise.resolve(true);
  return confirming.liveFlash(found.name, entryClass, precedence);
}

type Value = string | number | boolean | null | undefined | object;

/** What has nothing to say is left out: the station refuses an empty text where it expects none. */
function filled(body: Record<string, Value>): Record<string, unknown> {
  const said = Object.entries(body).filter(([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(said);
}

export class Acting {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);

  /** Whether it went out or was handed in. */
  async send(line: string, address: string, body: Record<string, Value>, about?: About): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    const said = filled(body);
    if (!(await isConfirmed(line, said, about))) {
      this.busy = false;
      return false;
    }
    const sent = await sendOrDraft(line, address, said);
    this.busy = false;
    if (sent.how === 'refused') {
      this.problem = sent.problem;
      return false;
    }
    if (sent.how === 'draft') {
      drafts.put(sent.draft);
      toasts.say(t('matter.drafted', { draft: sent.draft.draft, needs: sent.draft.needs }));
    } else {
      toasts.say(t('matter.sent'));
    }
    return true;
  }

  /** The station's words about this field, if it is the one that is wrong. */
  at(field: string): string | undefined {
    const problem = this.problem;
    return problem?.field === field ? `${t('problem.bad_field')}: ${problem.message}` : undefined;
  }
}
