// SPDX-License-Identifier: Apache-2.0
// Positions in the reader's words.
import { t } from '../../words/words.svelte.ts';
import { degreesMinutes, type Position } from './position.ts';

export function positionWords(at: Position): string {
  const latitude = degreesMinutes(at.latitude, 'latitude');
  const longitude = degreesMinutes(at.longitude, 'longitude');
  return t('position.both', {
    lat: `${latitude.degrees}° ${latitude.minutes}′`, ns: latitude.side, lon: `${longitude.degrees}° ${longitude.minutes}′`, ew: longitude.side,
  });
}
