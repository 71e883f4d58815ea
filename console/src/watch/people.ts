// SPDX-License-Identifier: Apache-2.0
// Who could be on watch at a desk.
import type { Officer, Role } from '../api/types.ts';

/** Roles by which one attends. */
const attendingRoles: readonly Role[] = ['officer', 'releaser', 'supervisor'];

export function couldAttend(officer: Officer, desk: string): boolean {
  const held = officer.grants.filter((grant) => grant.desk === desk || grant.desk === '*').flatMap((grant) => grant.roles);
  return officer.state === 'active' && held.some((role) => attendingRoles.includes(role));
}
