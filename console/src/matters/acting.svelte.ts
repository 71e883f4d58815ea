// SPDX-License-Identifier: Apache-2.0
// One form's act under way: sends it, or hands it in for release, and says which.
import type { Problem } from '../api/client.ts';
import { sendOrDraft } from '../api/send.ts';
import { drafts } from '../live/stores.svelte.ts';
import { toasts } from '../look/toasts.svelte.ts';
import { t } from '../words/words.svelte.ts';

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
  async send(line: string, address: string, body: Record<string, Value>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = null;
    const sent = await sendOrDraft(line, address, filled(body));
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
