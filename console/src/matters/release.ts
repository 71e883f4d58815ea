// SPDX-License-Identifier: Apache-2.0
// Who must stand behind an act, as far as it is known before it is sent. Pure; the station has the last word.
import type { Agreement, Line, Nothing, Precedence, Role } from '../api/types.ts';

export interface Release {
  people: number;
  releaser: boolean;
  /** Whether it waits for others: it does not go out when this officer sends it. */
  handedIn: boolean;
}

/** `roles`: the officer's at the line's desk. */
export function releaseOf(line: Pick<Line, 'release'>, agreement: Pick<Agreement, 'release'> | Nothing, precedence: Precedence, roles: readonly Role[]): Release {
  const people = line.release?.people[precedence] ?? agreement?.release[precedence] ?? 1;
  const releaser = line.release?.releaser_for.includes(precedence) ?? false;
  return { people, releaser, handedIn: people > 1 || (releaser && !roles.includes('releaser')) };
}
