// SPDX-License-Identifier: Apache-2.0
// Compiles a message in ICU MessageFormat into what src/words/format.ts can say without a parser: a plain string, or a
// list of parts. Read at build time only.
import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** A part: words; 0 an argument; 1 a number; 2 a plural with its choices; 3 a choice by word; 4 the plural's number. */
export type Part =
  | string
  | [0, string]
  | [1, string]
  | [2, string, Record<string, Message>, 'cardinal' | 'ordinal']
  | [3, string, Record<string, Message>]
  | [4];
export type Message = string | Part[];

function compilePart(element: MessageFormatElement): Part {
  switch (element.type) {
    case TYPE.literal:
      return element.value;
    case TYPE.argument:
      return [0, element.value];
    case TYPE.number:
      return [1, element.value];
    case TYPE.plural:
      if (element.offset !== 0) throw new Error('a plural with an offset is not offered');
      return [2, element.value, compileOptions(element.options), element.pluralType ?? 'cardinal'];
    case TYPE.select:
      return [3, element.value, compileOptions(element.options)];
    case TYPE.pound:
      return [4];
    default:
      throw new Error('dates, times and tags are given as arguments, ready to be shown');
  }
}

function compileOptions(options: Record<string, { value: MessageFormatElement[] }>): Record<string, Message> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, compileParts(option.value)]));
}

function compileParts(elements: MessageFormatElement[]): Message {
  const parts = elements.map(compilePart);
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return parts;
}

/** The compiled message; throws with what is wrong where. */
export function compile(text: string): Message {
  return compileParts(parse(text, { ignoreTag: true }));
}

/** The names of the arguments of a message. A translation has to have the same ones. */
export function argumentsOf(message: Message, found = new Set<string>()): Set<string> {
  if (typeof message === 'string') return found;
  for (const part of message) {
    if (typeof part === 'string' || part[0] === 4) continue;
    found.add(part[1]);
    if (part[0] === 2 || part[0] === 3) {
      for (const option of Object.values(part[2])) argumentsOf(option, found);
    }
  }
  return found;
}
