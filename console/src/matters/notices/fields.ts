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

export interface SaidField {
  /** What the form calls it; the name, where it has none of that. */
  label: string;
  /** By the names in the body, each with its value: a choice in words, everything else as it goes out. */
  values: { name: string; value: string }[];
}

/** What is filled in, in the form's order and words; last what is no field of it, so that nothing is hidden. */
export function saidIn(form: Form, body: Record<string, unknown>): SaidField[] {
  const left = new Map(Object.entries(body).map(([name, value]) => [name, String(value)]));
  const said: SaidField[] = [];
  for (const field of form.fields) {
    const values = (field.inputs ?? [field.name]).flatMap((name) => {
      const value = left.get(name);
      if (value === undefined) return [];
      left.delete(name);
      return [{ name, value: field.choices?.find((choice) => choice.name === value)?.text ?? value }];
    });
    if (values.length > 0) said.push({ label: field.label, values });
  }
  return [...said, ...[...left].map(([name, value]) => ({ label: name, values: [{ name, value }] }))];
}

/** Where a filled-in form says something is. */
export function placesIn(form: Form, body: Record<string, unknown>): { label: string; name: string; latitude: number; longitude: number }[] {
  return form.fields.flatMap(({ type, inputs = [], label, name }) => {
    if (type !== 'position') return [];
    const [latitude, longitude] = inputs.map((input, at) => parseDegrees(String(body[input] ?? ''), axisOf(at)));
    return latitude == null || longitude == null ? [] : [{ label, name, latitude, longitude }];
  });
}
