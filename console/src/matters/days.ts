// SPDX-License-Identifier: Apache-2.0
// Days as the station takes them, 2023-06-18.

export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
/** Whether two days can be the first and the last of a visit. */
export const inOrder = (from: string, to: string): boolean => isDay(from) && isDay(to) && from <= to;
