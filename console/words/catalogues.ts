// SPDX-License-Identifier: Apache-2.0
// Reads and judges the catalogues src/words/LANGUAGE/ROOM.json: every language has every key with the same arguments and
// the plural forms that it needs, and no key is without use in the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, compile, type Message } from './compile.ts';

export const languages = ['en', 'zh', 'ru', 'fr', 'es', 'ar'] as const;
export type Catalogue = Map<string, Message>;

/** All rooms of one language in one catalogue. What is wrong with it goes to `problems`. */
export function readCatalogue(folder: string, language: string, problems: string[]): Catalogue {
  const catalogue: Catalogue = new Map();
  for (const file of readdirSync(join(folder, language)).filter((name) => name.endsWith('.json')).sort()) {
    const texts = JSON.parse(readFileSync(join(folder, language, file), 'utf8')) as Record<string, string>;
    for (const [key, text] of Object.entries(texts)) {
      const where = `${language}/${file}: ${key}`;
      if (catalogue.has(key)) problems.push(`${where} is there twice`);
      try {
        catalogue.set(key, compile(text));
      } catch (error) {
        problems.push(`${where}: ${String(error)}`);
      }
    }
  }
  return catalogue;
}

function checkPlurals(message: Message, language: string, where: string, problems: string[]): void {
  if (typeof message === 'string') return;
  for (const part of message) {
    if (typeof part === 'string' || (part[0] !== 2 && part[0] !== 3)) continue;
    if (part[0] === 2) {
      for (const form of new Intl.PluralRules(language, { type: part[3] }).resolvedOptions().pluralCategories) {
        // "many" of Spanish and French is for millions written as a word: "other" says the same here.
        const spared = form === 'many' && (language === 'es' || language === 'fr');
        if (!(form in part[2]) && !spared) problems.push(`${where} lacks the plural form "${form}"`);
      }
    }
    for (const option of Object.values(part[2])) checkPlurals(option, language, where, problems);
  }
}

/** Holds a translation to the English catalogue. */
export function compare(english: Catalogue, other: Catalogue, language: string, problems: string[]): void {
  for (const [key, message] of english) {
    const translated = other.get(key);
    if (translated === undefined) {
      problems.push(`${language} lacks ${key}`);
      continue;
    }
    const wanted = [...argumentsOf(message)].sort().join(' ');
    const got = [...argumentsOf(translated)].sort().join(' ');
    if (wanted !== got) problems.push(`${language}: ${key} has the arguments "${got}", not "${wanted}"`);
    checkPlurals(translated, language, `${language}: ${key}`, problems);
  }
  for (const key of other.keys()) {
    if (!english.has(key)) problems.push(`${language} has ${key}, which English lacks`);
  }
}

/** Every quoted word of the sources that may be a key, and the beginnings of keys that are put together. */
export function usedIn(folder: string): { whole: Set<string>; beginnings: Set<string> } {
  const whole = new Set<string>();
  const beginnings = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ts|svelte)$/.test(entry.name) || entry.name.endsWith('.test.ts')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const found of text.matchAll(/['"`]([a-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)+)(['"`]|\$\{)/g)) {
      (found[2] === '${' ? beginnings : whole).add(found[1]!);
    }
  }
  return { whole, beginnings };
}

/** All that is wrong with the catalogues below `sources`/words. */
export function judge(sources: string): { catalogues: Map<string, Catalogue>; problems: string[] } {
  const problems: string[] = [];
  const catalogues = new Map<string, Catalogue>();
  for (const language of languages) catalogues.set(language, readCatalogue(join(sources, 'words'), language, problems));
  const english = catalogues.get('en')!;
  for (const [key, message] of english) checkPlurals(message, 'en', `en: ${key}`, problems);
  for (const language of languages) {
    if (language !== 'en') compare(english, catalogues.get(language)!, language, problems);
  }
  const used = usedIn(sources);
  for (const key of english.keys()) {
    const begun = [...used.beginnings].some((beginning) => key.startsWith(beginning));
    if (!used.whole.has(key) && !begun) problems.push(`no source uses the key ${key}`);
  }
  return { catalogues, problems };
}
