// SPDX-License-Identifier: Apache-2.0
// Acts that must happen once. Each gets an idempotency key, kept in sessionStorage until the station has answered: who
// gets no answer, or reloads the page meanwhile, and asks the same again, asks under the same key.
import { post, type Problem, type Result } from './client.ts';

export interface ActUnderWay {
  key: string;
  path: string;
  body: string;
  /** When it was begun, in milliseconds since 1970. */
  since: number;
}

export interface Keeper {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}

const name = 'openline.acts';
/** More are not kept: the oldest has long been looked at. */
const most = 32;

export function actsUnderWay(keeper: Keeper): ActUnderWay[] {
  try {
    const acts: unknown = JSON.parse(keeper.getItem(name) ?? '[]');
    return Array.isArray(acts) ? (acts as ActUnderWay[]) : [];
  } catch {
    return [];
  }
}

function keep(keeper: Keeper, acts: ActUnderWay[]): void {
  keeper.setItem(name, JSON.stringify(acts.slice(-most)));
}

/** The key of an act: that of the same one which is under way, else `fresh`, which is then kept. */
export function keyFor(keeper: Keeper, path: string, body: string, fresh: string, now: number): string {
  const acts = actsUnderWay(keeper);
  const same = acts.find((act) => act.path === path && act.body === body);
  if (same) return same.key;
  keep(keeper, [...acts, { key: fresh, path, body, since: now }]);
  return fresh;
}

export function forget(keeper: Keeper, key: string): void {
  keep(keeper, actsUnderWay(keeper).filter((act) => act.key !== key));
}

/** Whether it is open what became of an act: no answer, or one that says "not now, ask again with the same key". An act
 *  that was done, and asked again, may be refused only because the session ended meanwhile. */
export function isOpen(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 401 || problem.status === 429 || problem.status >= 500;
}

export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

let tell: () => void = () => {};
/** Calls back when an act was answered, or found to be open. */
export function whenActsChange(call: () => void): void {
  tell = call;
}

/** Does an act once, whatever breaks in between. */
export async function once<T>(path: string, body: unknown): Promise<Result<T>> {
  const key = keyFor(sessionStorage, path, JSON.stringify(body), randomKey(), Date.now());
  const result = await post<T>(path, body, key);
  if (result.ok || !isOpen(result.problem)) forget(sessionStorage, key);
  tell();
  return result;
}
