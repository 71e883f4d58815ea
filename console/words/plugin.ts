// SPDX-License-Identifier: Apache-2.0
// Offers `virtual:words/LANGUAGE`, a module with all compiled messages of a language, and stops a build whose catalogues
// are not whole. The development server only tells of it, since messages are written there.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { judge, languages } from './catalogues.ts';

const sources = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const prefix = 'virtual:words/';

export function words(): Plugin {
  let building = false;
  return {
    name: 'openline-words',
    configResolved(config) {
      building = config.command === 'build';
    },
    buildStart() {
      const { problems } = judge(sources);
      if (problems.length === 0) return;
      const text = `the words are not whole:\n  ${problems.join('\n  ')}`;
      if (building && !process.env.WORDS_UNFINISHED) this.error(text);
      this.warn(text);
    },
    resolveId(id) {
      const language = id.startsWith(prefix) ? id.slice(prefix.length) : '';
      return languages.some((known) => known === language) ? `\0${id}` : undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const { catalogues } = judge(sources);
      const whole = { ...Object.fromEntries(catalogues.get('en')!), ...Object.fromEntries(catalogues.get(id.slice(prefix.length + 1))!) };
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(whole))});`;
    },
  };
}
