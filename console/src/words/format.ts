// SPDX-License-Identifier: Apache-2.0
// Says a compiled message (words/compile.ts) in a language. Pure.
import type { Message } from '../../words/compile.ts';

export type Values = Record<string, string | number>;

const plurals = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function pluralRules(language: string, type: 'cardinal' | 'ordinal'): Intl.PluralRules {
  const name = `${language} ${type}`;
  let rules = plurals.get(name);
  if (!rules) plurals.set(name, (rules = new Intl.PluralRules(language, { type })));
  return rules;
}

export function sayNumber(language: string, value: number): string {
  let format = numbers.get(language);
  if (!format) numbers.set(language, (format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })));
  return format.format(value);
}

/** An argument that the caller did not give shows as its name in braces: seen at once, and nothing breaks. */
function argument(values: Values, name: string): string | number {
  return values[name] ?? `{${name}}`;
}

/** The message in words. `count` is the number of the plural that one stands in. */
export function say(message: Message, values: Values, language: string, count?: number): string {
  if (typeof message === 'string') return message;
  let text = '';
  for (const part of message) {
    if (typeof part === 'string') text += part;
    else if (part[0] === 4) text += count === undefined ? '' : sayNumber(language, count);
    else if (part[0] === 0) text += String(argument(values, part[1]));
    else if (part[0] === 1) text += sayNumber(language, Number(argument(values, part[1])));
    else if (part[0] === 3) {
      const option = part[2][String(argument(values, part[1]))] ?? part[2].other;
      if (option !== undefined) text += say(option, values, language, count);
    } else {
      const number = Number(argument(values, part[1]));
      const form = pluralRules(language, part[3]).select(number);
      const option = part[2][`=${number}`] ?? part[2][form] ?? part[2].other;
      if (option !== undefined) text += say(option, values, language, number);
    }
  }
  return text;
}
