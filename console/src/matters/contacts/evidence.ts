// SPDX-License-Identifier: Apache-2.0
// What there is to show about a request for contact, each piece with whose statement it is and how much it proves:
//   signed    its author signed it into the record that both sides hold; it binds that author
//   claim     one side's signed word about the other: signed by its author, and by nobody else
//   observed  what one station saw of paths and desks; nobody signs it for another
import type { AnswerStanding, Contact, ContactAnswerWord, ContactChangeWord } from '../../api/matters.ts';
import type { Entry, Line, Receipts, Time } from '../../api/types.ts';

export type Proof = 'signed' | 'claim' | 'observed';
export type Said =
  | { is: 'asked' }
  | { is: 'stored' }
  | { is: 'shown' }
  | { is: 'acknowledged'; identified: boolean }
  | { is: 'answered'; answer: ContactAnswerWord; at: Time | null; standing: AnswerStanding; superseded: boolean }
  | { is: 'changed'; change: ContactChangeWord; at: Time | null }
  | { is: 'unanswered'; reach: string }
  | { is: 'there'; entry: string; attended: boolean | null; kind: string | null }
  | { is: 'paths'; up_s: number; down_s: number; unobserved_s: number; times_silent: number; since: Time; until: Time }
  | { is: 'heard'; member: string }
  | { is: 'desk'; member: string; state: 'attended' | 'unattended' | 'unknown' };

export interface Evidence {
  proof: Proof;
  /** Whose statement it is, by code. */
  by: string;
  own: boolean;
  role: string | null;
  time: Time | null;
  said: Said;
}

interface Known {
  contact: Contact;
  /** Of the request's entry; null until it was read. */
  receipts: Receipts | null;
  line: Line;
  /** Entries that a claim names as signed by the other side meanwhile, as far as they were read. */
  there: Record<string, Entry>;
}

function receiptsOf({ contact, receipts, line }: Known): Evidence[] {
  if (!receipts) return [];
  const one = (by: string, role: string | null, time: Time | null, said: Said): Evidence => ({
    proof: 'signed', by, own: by === line.own.code, role, time, said,
  });
  return [
    ...receipts.stored.filter((by) => by !== contact.author).map((by) => one(by, null, null, { is: 'stored' })),
    ...receipts.shown.map((receipt) => one(receipt.by, receipt.role ?? null, receipt.time, { is: 'shown' })),
    ...receipts.acknowledged.map((receipt) =>
      one(receipt.by, receipt.role ?? null, receipt.time, { is: 'acknowledged', identified: receipt.authenticated !== false }),
    ),
  ];
}

function actsOf({ contact, line }: Known): Evidence[] {
  const own = (by: string): boolean => by === line.own.code;
  return [
    ...contact.answers.map((answer): Evidence => ({
      proof: 'signed', by: answer.author, own: own(answer.author), role: answer.role ?? null, time: answer.time,
      said: { is: 'answered', answer: answer.answer, at: answer.at ?? null, standing: answer.standing, superseded: answer.superseded },
    })),
    ...contact.changes.map((change): Evidence => ({
      proof: 'signed', by: change.author, own: own(change.author), role: change.role ?? null, time: change.time,
      said: { is: 'changed', change: change.change, at: change.at ?? null },
    })),
  ];
}

function claimsOf({ contact, line, there }: Known): Evidence[] {
  return contact.unanswered.flatMap((claim): Evidence[] => {
    const by = claim.author;
    const own = by === line.own.code;
    const base = { by, own, role: null };
    const { path_up_s, path_down_s, unobserved_s, times_silent } = claim.observed;
    return [
      { ...base, proof: 'claim', time: claim.time, said: { is: 'unanswered', reach: claim.reach } },
      {
        ...base, proof: 'observed', time: claim.time,
        said: { is: 'paths', up_s: path_up_s, down_s: path_down_s, unobserved_s, times_silent, since: claim.since, until: claim.until },
      },
      // What they signed meanwhile stands on its own, whatever is claimed with it.
      ...claim.signed_there.map((id): Evidence => {
        const entry = there[id];
        return {
          proof: 'signed', by: entry?.author ?? '', own: entry?.own ?? false, role: entry?.role ?? null, time: entry?.time ?? null,
          said: { is: 'there', entry: id, attended: typeof entry?.attended === 'boolean' ? entry.attended : null, kind: entry?.kind ?? null },
        };
      }),
    ];
  });
}

/** What this station sees of the other members now: only while the question is open. */
function nowOf({ contact, line }: Known): Evidence[] {
  if (contact.state !== 'waiting') return [];
  const base = { proof: 'observed' as const, by: line.own.code, own: true };
  return line.members
    .filter((member) => member.code !== line.own.code)
    .flatMap((member): Evidence[] => [
      { ...base, role: null, time: member.last_heard ?? null, said: { is: 'heard', member: member.code } },
      { ...base, role: member.desk_role ?? null, time: member.desk_since ?? null, said: { is: 'desk', member: member.code, state: member.desk_state } },
    ]);
}

const order: readonly Proof[] = ['signed', 'claim', 'observed'];

/** All of it, what proves most first, and in order of time within that. */
export function evidenceOf(known: Known): Evidence[] {
  const { contact } = known;
  const asked: Evidence = {
    proof: 'signed', by: contact.author, own: contact.own, role: contact.from_role, time: contact.time, said: { is: 'asked' },
  };
  const seen = new Set<string>();
  const once = (one: Evidence): boolean => {
    if (one.said.is !== 'there') return true;
    const again = seen.has(one.said.entry);
    seen.add(one.said.entry);
    return !again;
  };
  const all = [asked, ...receiptsOf(known), ...actsOf(known), ...claimsOf(known), ...nowOf(known)].filter(once);
  // What has no time of its own (a head that covers the request) stands after the request itself, and that before all
  // that followed from it, whatever the clocks of two sides say.
  const when = (one: Evidence): string => (one.said.is === 'asked' ? '' : (one.time ?? contact.time));
  return all
    .map((one, at) => ({ one, at }))
    .sort((a, b) => order.indexOf(a.one.proof) - order.indexOf(b.one.proof) || (when(a.one) < when(b.one) ? -1 : when(a.one) > when(b.one) ? 1 : a.at - b.at))
    .map(({ one }) => one);
}

/** How far it came, at the strongest that the other side itself has signed. */
export type Reached = 'answered' | 'officer' | 'station' | 'nothing';
export function reached(contact: Contact, receipts: Receipts | null): Reached {
  if (contact.answers.length > 0) return 'answered';
  const others = (list: { by: string }[]): boolean => list.some((receipt) => receipt.by !== contact.author);
  if (receipts && (others(receipts.acknowledged) || others(receipts.shown))) return 'officer';
  if (receipts?.stored.some((by) => by !== contact.author)) return 'station';
  return 'nothing';
}
