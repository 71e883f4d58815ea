// SPDX-License-Identifier: Apache-2.0
// The arithmetic of a long list of which only what is seen is there: rows below one another, each as high as it was
// measured or else as it is guessed. Pure.

/** Where each row begins; the last number is where the list ends. */
export function tops(keys: readonly number[], measured: ReadonlyMap<number, number>, guess: number): Float64Array {
  const result = new Float64Array(keys.length + 1);
  for (let i = 0; i < keys.length; i++) result[i + 1] = result[i]! + (measured.get(keys[i]!) ?? guess);
  return result;
}

/** The row at this height: the last one that begins at or above it. */
export function rowAt(begins: Float64Array, height: number): number {
  let low = 0;
  let high = Math.max(0, begins.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (begins[middle]! <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The rows that a view of this height shows at this place, with `spare` more at both ends: [first, behind the last). */
export function shownRows(begins: Float64Array, scrolled: number, height: number, spare: number): [number, number] {
  const count = begins.length - 1;
  if (count === 0) return [0, 0];
  return [Math.max(0, rowAt(begins, scrolled) - spare), Math.min(count, rowAt(begins, scrolled + height) + 1 + spare)];
}

/** A row and how far the view's upper edge is below its beginning: what has to stay when heights change. */
export interface Anchor {
  key: number;
  offset: number;
}

export function anchorAt(keys: readonly number[], begins: Float64Array, scrolled: number): Anchor | null {
  if (keys.length === 0) return null;
  const row = rowAt(begins, scrolled);
  return { key: keys[row]!, offset: scrolled - begins[row]! };
}

/** Where to scroll so that the anchor is where it was. A row that is gone is stood for by the next newer one. */
export function placeOf(anchor: Anchor, keys: readonly number[], begins: Float64Array): number {
  let row = keys.findIndex((key) => key >= anchor.key);
  if (row < 0) row = keys.length - 1;
  return row < 0 ? 0 : begins[row]! + (keys[row] === anchor.key ? anchor.offset : 0);
}

/** Whether a row is before the reader's eyes: most of it, or, if it is higher than the view, most of the view. */
export function isSeen(top: number, bottom: number, scrolled: number, height: number): boolean {
  const seen = Math.min(bottom, scrolled + height) - Math.max(top, scrolled);
  return seen > 0 && (seen >= 0.9 * (bottom - top) || seen >= 0.8 * height);
}
