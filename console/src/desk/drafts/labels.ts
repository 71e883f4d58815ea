// SPDX-License-Identifier: Apache-2.0
// What the fields of an act are called, in the words of the forms that fill them in. Pure.
import type { Key } from '../../words/words.svelte.ts';
import { kindSlug } from '../record/kinds.ts';

export interface FieldWords {
  label: Key;
  /** In a list: its place, from 1. */
  n?: number;
  /** Of what it is a part. */
  within?: Key;
  /** The key of its value's words, where it is one out of a list. */
  value?: string;
}

type Labels = Record<string, Key>;

/** Mean the same in all acts. # is a place in a list. */
const everywhere: Labels = {
  '/courtesy/text': 'matter.courtesy', '/language': 'matter.language', '/of': 'notice.refers', '/proposal': 'notice.refers', '/reason': 'matter.reason',
  '/refers': 'notice.refers', '/request': 'notice.refers', '/role': 'call.role', '/statement': 'notice.refers',
};
const visitTerms: Labels = { '/place': 'visit.place', '/from': 'visit.from', '/to': 'visit.to' };
const callFields: Labels = { '/at': 'call.at', '/participants/#/party': 'matter.party', '/participants/#/role': 'call.role' };

const labels: Record<string, Labels> = {
  amend: { '/toml': 'efforts.terms' },
  contacts: {
    '/from_role': 'contact.from', '/proposed': 'contact.proposed', '/repeats': 'contact.repeats', '/subject': 'contact.subject', '/to_roles/#': 'contact.delegate',
  },
  'contacts/answer': { '/answer': 'kind.contact-answer' },
  'contacts/change': { '/at': 'contact.newTime', '/change': 'kind.contact-change' },
  visits: { ...visitTerms, '/delegations/#/level': 'visit.level', '/delegations/#/party': 'matter.party', '/goals/#': 'visit.goal', '/name': 'visit.name' },
  'visits/act': { ...visitTerms, '/act': 'kind.visit-act', '/until': 'visit.until' },
  'visits/outcome': { '/outcomes/#/goal': 'visit.goals', '/outcomes/#/outcome': 'visit.outcomes' },
  calls: { ...callFields, '/stage': 'call.stage', '/subject': 'call.subject' },
  'calls/act': { ...callFields, '/act': 'kind.call-act' },
  readouts: { '/mark': 'readout.mark' },
  'readouts/answer': { '/answer': 'kind.readout-answer' },
  translations: { '/reviewer': 'translation.reviewer', '/stage': 'translation.stage' },
};

const groups: Record<string, Key> = { delegations: 'visit.delegations', participants: 'call.participants' };

const values: Record<string, (value: string) => string> = {
  'contacts/answer/answer': (value) => `contact.answered.${value}`,
  'contacts/change/change': (value) => `contact.changed.${kindSlug(value)}`,
  'visits/act/act': (value) => `visit.said.${value}`,
  'calls/stage': (value) => `call.stage.${value}`,
  'calls/act/act': (value) => (value === 'signs' || value === 'denies' ? `call.said.${value}` : `call.stage.${value}`),
  'readouts/mark': (value) => `readout.${value}`,
  'readouts/answer/answer': (value) => `readout.said.${value}`,
  'translations/stage': (value) => `translation.stage.${value}`,
};

const timesOfAnswers = new Map<unknown, Key>([
  ['accepted', 'contact.at.accepted'], ['countered', 'contact.at.countered'], ['declined', 'contact.at.declined'], ['deferred', 'contact.at.deferred'],
]);

/** `act`: a draft's; `field`: a JSON pointer into its body. Nothing: there are no words for it. */
export function wordsOf(act: string, body: Record<string, unknown>, field: string, value: string): FieldWords | undefined {
  const [kind = '', , step] = act.split('/');
  const name = step ? `${kind}/${step}` : kind;
  const [, list = '', place] = /^\/([^/]+)\/(\d+)/.exec(field) ?? [];
  const pattern = field.replace(/\/\d+/, '/#');
  const label = name === 'contacts/answer' && field === '/at' ? timesOfAnswers.get(body.answer) : (labels[name]?.[pattern] ?? everywhere[pattern]);
  if (!label) return undefined;
  const valueKey = values[name + field]?.(value);
  return {
    label,
    ...(place === undefined ? {} : { n: Number(place) + 1 }),
    ...(groups[list] ? { within: groups[list] } : {}),
    ...(valueKey ? { value: valueKey } : {}),
  };
}
