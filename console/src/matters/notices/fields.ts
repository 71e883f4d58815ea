// SPDX-License-Identifier: Apache-2.0
// A form's fields as they are filled in: what is missing or wrong before it is sent, and what the station found.
import type { Form, FormField } from '../../api/matters.ts';
import { parseDegrees, type Axis } from './position.ts';

/** By the names that the station takes: a position has two (its inputs), every other field its own. */
export type Values = Record<string, string>;
export type FieldProblem = 'missing' | 'wrong' | 'other';

export const axisOf = (at: number): Axis => (at === 0 ? 'latitude' : 'longitude');

function judge(field: FormField, value: string): FieldProblem | null {
  if (field.type === 'number') {
    if (!/^-?\d+$/.test(value)) return 'wrong';
    const number = Number(value);
    return number < (field.least ?? -Infinity) || number > (field.most ?? Infinity) ? 'wrong' : null;
  }
  if (field.type === 'text') return new TextEncoder().encode(value).length > (field.most ?? Infinity) ? 'wrong' : null;
  if (field.type === 'choice') return field.choices?.some((choice) => choice.name === value) ? null : 'wrong';
  return null;
}

/** What is wrong, by name. Empty: it can be sent. */
export function problemsOf(form: Form, values: Values): Record<string, FieldProblem> {
  const problems: Record<string, FieldProblem> = {};
  for (const field of form.fields) {
    if (field.type === 'position') {
      const inputs = field.inputs ?? [];
      const given = inputs.some((input) => (values[input] ?? '') !== '');
      if (!given && !field.required) continue;
      inputs.forEach((input, at) => {
        const value = values[input] ?? '';
        if (value === '') problems[input] = 'missing';
        else if (parseDegrees(value, axisOf(at)) === null) problems[input] = 'wrong';
      });
      continue;
    }
    const value = values[field.name] ?? '';
    const problem = value === '' ? (field.required ? 'missing' : null) : judge(field, value);
    if (problem) problems[field.name] = problem;
  }
  return problems;
}

/** What goes to the station: what was filled in, positions in decimal degrees. */
export function bodyOf(form: Form, values: Values): Values {
  const body: Values = {};
  for (const field of form.fields) {
    if (field.type === 'position') {
      (field.inputs ?? []).forEach((input, at) => {
        const degrees = parseDegrees(values[input] ?? '', axisOf(at));
        if (degrees !== null) body[input] = String(degrees);
      });
    } else if ((values[field.name] ?? '') !== '') {
      body[field.name] = values[field.name]!;
    }
  }
  return body;
}

/** The station names all fields that are wrong in one message, `name problem; name problem`. */
export function problemsIn(form: Form, message: string): Record<string, FieldProblem> {
  const names = [...form.fields.flatMap((field) => field.inputs ?? [field.name]), 'refers', 'form'];
  const problems: Record<string, FieldProblem> = {};
  for (const piece of message.split('; ')) {
    const name = names.find((known) => piece.startsWith(`${known} `));
    if (!name) continue;
    const words = piece.slice(name.length + 1);
    problems[name] = words.startsWith('is missing') ? 'missing' : words.startsWith('must be') ? 'wrong' : 'other';
  }
  return problems;
}
