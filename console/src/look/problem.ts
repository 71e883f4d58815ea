// SPDX-License-Identifier: Apache-2.0
// What went wrong, in the officer's language: by its code, and the station's own words (English) where it has some.
import type { Problem } from '../api/client.ts';
import { t, tOr } from '../words/words.svelte.ts';

export function problemWords(problem: Problem): string {
  return tOr(`problem.${problem.code}`, t('problem.other', { code: problem.code }));
}

/** The station's words belong to codes that cover many cases; the others are whole in our own. */
export function problemDetail(problem: Problem): string {
  const whole = ['no_answer', 'wrong_credentials', 'sign_in', 'no_sense', 'second_factor', 'security_key_needed'];
  return whole.includes(problem.code) ? '' : problem.message;
}
