// SPDX-License-Identifier: Apache-2.0
// What kinds of entries are, for the screen.
import type { Entry, Kind } from '../../api/types.ts';

/** What somebody at the far end has to read: these are shown and acknowledged. */
const messages: readonly Kind[] = [
  'text', 'contact request', 'contact answer', 'contact change', 'notice', 'visit', 'visit act', 'visit outcome', 'call', 'call act',
  'readout', 'readout answer', 'translation', 'disregard',
];
export const expectsReceipts = (kind: Kind): boolean => messages.includes(kind);

/** One line across both columns instead of a box: what happened to the line, not what somebody said. */
const events: readonly Kind[] = [
  'shown', 'acknowledged', 'test', 'test answer', 'attendance', 'amendment', 'amendment signature', 'amendment refusal', 'suspend', 'resume',
  'observation', 'contact unanswered',
];
export const isEvent = (kind: Kind): boolean => events.includes(kind);

/** Whether this entry of theirs waits for an acknowledgement of ours. */
export function canAcknowledge(entry: Entry, ownCode: string): boolean {
  return !entry.own && expectsReceipts(entry.kind) && !entry.receipts.acknowledged.some((receipt) => receipt.by === ownCode);
}

/** Whether it can be taken back by whoever releases there. */
export const canTakeBack = (entry: Entry): boolean => entry.own && entry.kind !== 'disregard' && expectsReceipts(entry.kind) && (entry.receipts.disregarded ?? []).length === 0;

/** Whether the screen should tell that it was before an officer's eyes. */
export function canBeShown(entry: Entry, ownCode: string): boolean {
  return !entry.own && expectsReceipts(entry.kind) && !entry.receipts.shown.some((receipt) => receipt.by === ownCode);
}

/** The station's labels that have words of their own in every language; others stay as it says them. */
const labels: Record<string, 'gap' | 'revoked' | 'disregarded' | 'unknown'> = {
  'earlier entries on the way': 'gap',
  'its station is revoked': 'revoked',
  'disregard: its author took it back': 'disregarded',
  'unknown kind': 'unknown',
};
export const labelOf = (label: string): (typeof labels)[string] | undefined => labels[label];

/** The words of a kind are under this key. */
export const kindSlug = (kind: string): string => kind.replace(/ /g, '-');

export interface Words {
  language?: string | null;
  text: string;
}

/** Of an entry, what has its place elsewhere on the screen. */
export const shownElsewhere: ReadonlySet<string> = new Set([
  'serial', 'line', 'line_name', 'id', 'author', 'station', 'own', 'incarnation', 'sequence', 'kind', 'kind_number', 'precedence', 'class',
  'exercise', 'time', 'body_size', 'receipts', 'signed', 'unconfirmed', 'labels', 'flags', 'attachments', 'text', 'language', 'role', 'rows', 'title', 'form',
]);

export interface PlainField {
  /** A JSON pointer. */
  field: string;
  value: string;
  language?: string | null | undefined;
}

/** All that is said in words or figures, with where it stands, for kinds that no room shows in its own way. */
export function plainFields(said: object, elsewhere: ReadonlySet<string>): PlainField[] {
  const fields: PlainField[] = [];
  const put = (field: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) value.forEach((item, i) => put(`${field}/${i}`, item));
    else if (typeof value === 'object') {
      const words = value as Partial<Words>;
      if (typeof words.text === 'string') fields.push({ field: `${field}/text`, value: words.text, language: words.language });
      else for (const [name, item] of Object.entries(value)) put(`${field}/${name}`, item);
    } else fields.push({ field, value: String(value) });
  };
  for (const [name, value] of Object.entries(said)) if (!elsewhere.has(name)) put(`/${name}`, value);
  return fields;
}
