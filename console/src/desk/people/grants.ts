// SPDX-License-Identifier: Apache-2.0
// Grants as they are sent. Pure.
import type { Grant, Role } from '../../api/types.ts';

/** Each desk once, each role once, and no desk without a role. */
export function tidy(grants: readonly Grant[]): Grant[] {
  const byDesk = new Map<string, Set<Role>>();
  for (const { desk, roles } of grants) {
    const held = byDesk.get(desk) ?? new Set();
    roles.forEach((role) => held.add(role));
    byDesk.set(desk, held);
  }
  return [...byDesk].filter(([, roles]) => roles.size > 0).map(([desk, roles]) => ({ desk, roles: [...roles] }));
}
