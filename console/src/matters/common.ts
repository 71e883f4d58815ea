// SPDX-License-Identifier: Apache-2.0
// What every act that opens something new says of itself.
import type { EntryClass, Precedence } from '../api/types.ts';

export interface Common {
  class: EntryClass | null;
  exercise: string;
  precedence: Precedence;
}

export const noCommon = (): Common => ({ class: null, exercise: '', precedence: 'routine' });

/** Whether class and exercise are said. */
export const isSaid = (common: Common): boolean => common.class !== null && (common.class !== 'exercise' || common.exercise.trim() !== '');

export function commonBody(common: Common): { class: EntryClass | null; exercise?: string; precedence: Precedence } {
  const { class: entryClass, precedence } = common;
  return entryClass === 'exercise' ? { class: entryClass, exercise: common.exercise.trim(), precedence } : { class: entryClass, precedence };
}
