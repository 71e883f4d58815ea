// SPDX-License-Identifier: Apache-2.0
// The list of alarms that is shown.
import type { Alarm } from '../api/types.ts';

/** Whether it is about something that has a class and a precedence. */
export const isClassed = (alarm: Alarm): boolean => !['silent', 'test', 'unmanned'].includes(alarm.kind);
/** Whether acknowledging the message is what answers it. */
export const isMessage = (alarm: Alarm): boolean => alarm.kind === 'message' || alarm.kind === 'overdue';

/** What is live before every drill; FLASH first; what they say before what is ours; of equals the oldest. */
export function byUrgency(a: Alarm, b: Alarm): number {
  const order = ['flash', 'immediate', 'priority', 'routine'];
  const rank = (alarm: Alarm): number[] => [
    Number(!alarm.rings), Number(isClassed(alarm) && alarm.class === 'exercise'), order.indexOf(alarm.precedence), Number(!isMessage(alarm)), alarm.number,
  ];
  const [left, right] = [rank(a), rank(b)];
  const at = left.findIndex((value, i) => value !== right[i]);
  return at < 0 ? 0 : left[at]! - right[at]!;
}

/** What was read, but for those of which an event was `heard` since the question: of them it may say what was before. */
export function joined(read: readonly Alarm[], shown: readonly Alarm[], heard: ReadonlySet<number>): Alarm[] {
  return [...read.filter((alarm) => !heard.has(alarm.number)), ...shown.filter((alarm) => heard.has(alarm.number))].sort(byUrgency);
}
