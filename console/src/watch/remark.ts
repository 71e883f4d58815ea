// SPDX-License-Identifier: Apache-2.0
// A remark under the hand. What is on record may change meanwhile, by a colleague at the same checklist: it is followed
// until something is typed here, and never replaced by what this screen had before.
import type { Nothing } from '../api/types.ts';

/** Null: nothing was typed here. */
export type Typed = string | null;

export const remarkOf = (typed: Typed, onRecord: string | Nothing): string => typed ?? onRecord ?? '';
export const isChanged = (typed: Typed, onRecord: string | Nothing): boolean => typed !== null && typed.trim() !== (onRecord ?? '');
/** What was typed and is now on record is the field's own no more; what was typed since is. */
export const afterSending = (typed: Typed, sent: string): Typed => (typed?.trim() === sent ? null : typed);
