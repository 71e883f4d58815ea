// SPDX-License-Identifier: Apache-2.0
// A whole number out of a row's words, such as "1,200 km", "1.200 km" or "١٬٢٠٠ كم": what separates its groups is no
// decimal mark, since notices have whole numbers only.

export function wholeNumberIn(words: string | undefined): number | null {
  if (words === undefined) return null;
  const plain = words.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  const found = plain.match(/\d+(?:[.,٬'’\s  ]\d{3})*/u);
  return found ? Number(found[0].replace(/\D/g, '')) : null;
}
