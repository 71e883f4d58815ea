// SPDX-License-Identifier: Apache-2.0
// The language of the screen and what is said in it. `t('lamp.silent')` gives words; a component that uses it shows the
// new ones as soon as another language is chosen.
import type desk from './en/desk.json';
import type look from './en/look.json';
import type matters from './en/matters.json';
import type people from './en/people.json';
import type record from './en/record.json';
import type watch from './en/watch.json';
import type { Message } from '../../words/compile.ts';
import { say, sayNumber, type Values } from './format.ts';

export type Key =
  | keyof typeof desk
  | keyof typeof look
  | keyof typeof matters
  | keyof typeof people
  | keyof typeof record
  | keyof typeof watch;

export const languages = ['en', 'zh', 'ru', 'fr', 'es', 'ar'] as const;
export type Language = (typeof languages)[number];
/** Each language by its own name: who cannot read the others finds it. */
export const languageNames: Record<Language, string> = {
  en: 'English', zh: '中文', ru: 'Русский', fr: 'Français', es: 'Español', ar: 'العربية',
};

const loaders: Record<Language, () => Promise<{ default: Record<string, Message> }>> = {
  en: () => import('virtual:words/en'),
  zh: () => import('virtual:words/zh'),
  ru: () => import('virtual:words/ru'),
  fr: () => import('virtual:words/fr'),
  es: () => import('virtual:words/es'),
  ar: () => import('virtual:words/ar'),
};

const chosen = $state<{ language: Language; messages: Record<string, Message> }>({ language: 'en', messages: {} });
const stored = 'openline.language';

function isLanguage(name: string | null | undefined): name is Language {
  return languages.some((language) => language === name);
}

/** What was chosen on this machine, else the first of the browser's languages that is offered. */
function usualLanguage(): Language {
  const own = localStorage.getItem(stored);
  if (isLanguage(own)) return own;
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en';
}

async function load(language: Language): Promise<void> {
  const { default: messages } = await loaders[language]();
  chosen.messages = messages;
  chosen.language = language;
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
}

/** To be awaited before the first screen. Without any words the screen has its keys, and still rings. */
export const loadUsualLanguage = (): Promise<void> =>
  load(usualLanguage()).catch(() => load('en')).catch((problem) => console.error(problem));

export async function chooseLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(stored, language);
}

export const language = (): Language => chosen.language;

export function t(key: Key, values: Values = {}): string {
  return say(chosen.messages[key] ?? key, values, chosen.language);
}

/** For words that the station may or may not have in its lists: those of the key, or else what it said itself. */
export function tOr(key: string, otherwise: string): string {
  const message = chosen.messages[key];
  return message === undefined ? otherwise : say(message, {}, chosen.language);
}

export const number = (value: number): string => sayNumber(chosen.language, value);

const lists = new Map<string, Intl.ListFormat>();
export function list(items: string[]): string {
  let format = lists.get(chosen.language);
  if (!format) lists.set(chosen.language, (format = new Intl.ListFormat(chosen.language, { type: 'conjunction' })));
  return format.format(items);
}
