// SPDX-License-Identifier: Apache-2.0
// Names of languages in the reader's own.
import { language } from './words.svelte.ts';

const names = new Map<string, Intl.DisplayNames>();

export function languageName(code: string): string {
  const own = language();
  let known = names.get(own);
  if (!known) names.set(own, (known = new Intl.DisplayNames([own], { type: 'language', fallback: 'code' })));
  try {
    return known.of(code) ?? code;
  } catch {
    return code;
  }
}
