// SPDX-License-Identifier: Apache-2.0
// Positions as people write them: degrees, degrees and minutes, or degrees, minutes and seconds, signed or with a
// hemisphere. The station takes decimal degrees, north and east positive, to the fifth decimal (about a metre).

export type Axis = 'latitude' | 'longitude';
export interface Position {
  latitude: number;
  longitude: number;
}

const most: Record<Axis, number> = { latitude: 90, longitude: 180 };
/** Hemispheres by the letters of the six languages. O is west in French and Spanish, and nothing else here. */
const letters: Record<string, { axis: Axis; sign: 1 | -1 }> = {};
const name = (axis: Axis, sign: 1 | -1, words: string[]): void => {
  for (const word of words) letters[word] = { axis, sign };
};
name('latitude', 1, ['N', 'С', '北', '北纬', 'ش', 'شمالًا', 'شمالا']);
name('latitude', -1, ['S', 'Ю', '南', '南纬', 'ج', 'جنوبًا', 'جنوبا']);
name('longitude', 1, ['E', 'В', '东', '东经', 'ق', 'شرقًا', 'شرقا']);
name('longitude', -1, ['W', 'O', 'З', '西', '西经', 'غ', 'غربًا', 'غربا']);

/** Arabic digits and marks as ASCII. */
function plain(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/٫/g, '.')
    .replace(/−/g, '-')
    .replace(/[‎‏]/g, '');
}

export const rounded = (degrees: number): number => Math.round(degrees * 100_000) / 100_000;

/** Decimal degrees, or null where the text is none of this axis. */
export function parseDegrees(text: string, axis: Axis): number | null {
  const clean = plain(text).trim().toUpperCase();
  const words = clean.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  // "с. ш." and "в. д." have a second word that only says which axis it is.
  const sides = words.map((word) => letters[word] ?? letters[word.toLowerCase()]).filter((side) => side !== undefined);
  const idle = words.filter((word) => !letters[word] && !letters[word.toLowerCase()]);
  if (sides.length > 1 || idle.some((word) => !['Ш', 'Д'].includes(word)) || (words.length > 0 && sides.length === 0)) return null;
  const side = sides[0];
  if (side && side.axis !== axis) return null;
  const rest = clean.replace(/\p{L}[\p{L}\p{M}]*\.?/gu, ' ').replace(/[°º'′’"″”]/g, ' ').replace(/(\d),(\d)/g, '$1.$2').trim();
  if (!/^[+-]?\d+(\.\d+)?(\s+\d+(\.\d+)?){0,2}$/.test(rest)) return null;
  const signed = /^[+-]/.test(rest);
  if (signed && side) return null;
  const [degrees = 0, minutes = 0, seconds = 0] = rest.replace(/^[+-]/, '').split(/\s+/).map(Number);
  const pieces = rest.split(/\s+/);
  // Only the last piece may have decimals, and minutes and seconds end at 60.
  if (pieces.slice(0, -1).some((piece) => piece.includes('.')) || minutes >= 60 || seconds >= 60) return null;
  const size = degrees + minutes / 60 + seconds / 3600;
  if (size > most[axis]) return null;
  const sign = side?.sign ?? (rest.startsWith('-') ? -1 : 1);
  return rounded(sign * size) + 0;
}

export interface DegreesMinutes {
  degrees: number;
  /** Two decimals. */
  minutes: string;
  side: 'n' | 's' | 'e' | 'w';
}

/** Degrees and minutes, as charts have them: 33° 40.80′ N. */
export function degreesMinutes(value: number, axis: Axis): DegreesMinutes {
  const hundredths = Math.round(Math.abs(value) * 6000);
  const minutes = ((hundredths % 6000) / 100).toFixed(2).padStart(5, '0');
  const side = axis === 'latitude' ? (value < 0 ? 's' : 'n') : value < 0 ? 'w' : 'e';
  return { degrees: Math.floor(hundredths / 6000), minutes, side };
}

/** As the station takes it. */
export const decimal = (degrees: number): string => String(rounded(degrees));

/** A step on the map: latitude ends at the poles, longitude goes round. */
export function moved(from: Position, north: number, east: number): Position {
  const latitude = Math.max(-90, Math.min(90, from.latitude + north));
  const turned = ((((from.longitude + east + 180) % 360) + 360) % 360) - 180;
  return { latitude: rounded(latitude) + 0, longitude: rounded(turned) + 0 };
}

/** Reads a position out of a row's words, as the station shows them: the two numbers with their hemispheres. */
export function positionIn(words: string): Position | null {
  const pieces = plain(words).split(/[,،，]\s+|，|،/).map((piece) => piece.trim()).filter((piece) => piece !== '');
  if (pieces.length !== 2) return null;
  const latitude = parseDegrees(pieces[0]!, 'latitude');
  const longitude = parseDegrees(pieces[1]!, 'longitude');
  return latitude === null || longitude === null ? null : { latitude, longitude };
}
