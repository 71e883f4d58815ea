// SPDX-License-Identifier: Apache-2.0
// How one side's statement stands with the other's, as keys and tones.
import type { Standing } from '../api/matters.ts';

export function standingKey(standing: Standing): 'one-side' | 'both' | 'disputed' {
  if (standing === 'signed by both') return 'both';
  return standing === 'disputed' ? 'disputed' : 'one-side';
}
export function standingTone(standing: Standing): 'good' | 'open' | 'bad' {
  if (standing === 'signed by both') return 'good';
  return standing === 'disputed' ? 'bad' : 'open';
}
