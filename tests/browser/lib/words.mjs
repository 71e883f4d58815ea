// SPDX-License-Identifier: Apache-2.0
// The console's words, so that a test names a button as the officer reads it, in any language.
import { readFileSync, readdirSync } from 'node:fs';

const catalogues = new Map();

/** `t('record.acknowledge')` of a language. Of a message with plurals or values it is the pattern itself. */
export function words(language) {
  let all = catalogues.get(language);
  if (!all) {
    const folder = new URL(`../../../console/src/words/${language}/`, import.meta.url);
    all = Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))));
    catalogues.set(language, all);
  }
  return (key) => {
    if (!(key in all)) throw new Error(`${language} has no words for ${key}`);
    return all[key];
  };
}
