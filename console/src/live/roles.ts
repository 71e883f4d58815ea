// SPDX-License-Identifier: Apache-2.0
import type { Grant, Role } from '../api/types.ts';

/** Roles that an officer holds at a desk; a grant for "*" holds at every one. */
export function rolesAt(grants: readonly Grant[], desk: string): Role[] {
  const held = grants.filter((grant) => grant.desk === desk || grant.desk === '*').flatMap((grant) => grant.roles);
  return [...new Set(held)];
}
