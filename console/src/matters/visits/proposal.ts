// SPDX-License-Identifier: Apache-2.0
// What is proposed of a visit, and by whom. Flags are those of the terms' own text.
import type { Visit } from '../../api/matters.ts';
import type { Entry, Flag, Nothing } from '../../api/types.ts';

export interface Proposal {
  id: string;
  place: string;
  from: string;
  to: string;
  flags: Flag[] | Nothing;
}

/** What the other side proposed last, with its terms: only that can be accepted. `opening`: the visit's own entry, once it is read. */
export function proposalOf(visit: Visit, own: string, opening: Entry | null): Proposal | null {
  const counter = visit.steps.filter((step) => step.act === 'countered' && step.author !== own).at(-1);
  if (counter?.place && counter.from && counter.to) return { id: counter.id, place: counter.place, from: counter.from, to: counter.to, flags: counter.flags };
  if (visit.own || opening?.id !== visit.id) return null;
  return { id: visit.id, place: String(opening.place), from: String(opening.from), to: String(opening.to), flags: opening.flags };
}

/** Of the place in the visit's head. It is that of some step or of the opening, and the same text has the same flags. */
export function placeFlags(visit: Visit): Flag[] | Nothing {
  const step = visit.steps.find((one) => one.place === visit.place);
  return step ? step.flags : visit.flags;
}
