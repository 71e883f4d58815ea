// SPDX-License-Identifier: Apache-2.0
// Asks the station. Whatever goes wrong comes back as a value: nothing here throws. The session is a cookie that no
// script sees.

import type { KeyQuestion } from './types.ts';

export interface Problem {
  /** HTTP status; 0: no answer came (the network, or the station is down). */
  status: number;
  /** As in docs/api.md; also `no_answer` and `no_sense` (an answer that is none of the station's). */
  code: string;
  /** The station's words, in English; empty where it said nothing. */
  message: string;
  /** The field that is wrong. */
  field?: string;
  /** How many people must stand behind it (release_needed). */
  needs?: number;
  /** Seconds until it is worth asking again. */
  retry_after?: number;
  /** What a security key must sign (second_factor). */
  question?: KeyQuestion;
}

export type Result<T> = { ok: true; value: T; status: number } | { ok: false; problem: Problem };

/** Called whenever the station says that there is no session (any more). */
let signedOut: () => void = () => {};
export function whenSignedOut(tell: () => void): void {
  signedOut = tell;
}

/** A request that got no answer for so long is given up; the station itself closes at 30 s without progress. */
const patienceMs = 40_000;

function problemOf(status: number, body: unknown, retry: string | null): Problem {
  const error = (body as { error?: Record<string, unknown> } | null)?.error;
  const problem: Problem = {
    status,
    code: typeof error?.code === 'string' ? error.code : 'no_sense',
    message: typeof error?.message === 'string' ? error.message : '',
  };
  if (typeof error?.field === 'string') problem.field = error.field;
  if (typeof error?.needs === 'number') problem.needs = error.needs;
  if (typeof error?.challenge === 'string' && typeof error.rp_id === 'string' && Array.isArray(error.keys))
    problem.question = { challenge: error.challenge, rp_id: error.rp_id, keys: error.keys.map(String) };
  const seconds = retry === null ? Number.NaN : Number(retry);
  if (Number.isFinite(seconds)) problem.retry_after = seconds;
  return problem;
}

async function ask<T>(address: string, request: RequestInit): Promise<Result<T>> {
  try {
    const answer = await fetch(address, {
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
      ...request,
    });
    const text = await answer.text();
    let body: unknown = null;
    try {
      body = text === '' ? {} : JSON.parse(text);
    } catch {
      body = null;
    }
    if (answer.ok && body !== null) return { ok: true, value: body as T, status: answer.status };
    const problem = problemOf(answer.status, body, answer.headers.get('Retry-After'));
    if (problem.code === 'sign_in') signedOut();
    return { ok: false, problem };
  } catch (error) {
    return { ok: false, problem: { status: 0, code: 'no_answer', message: error instanceof Error ? error.message : '' } };
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** An address with its query; what is undefined, null or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (pairs.length === 0) return path;
  return `${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()}`;
}

export const get = <T>(path: string, query: Query = {}): Promise<Result<T>> => ask<T>(address(path, query), { method: 'GET' });

export function post<T>(path: string, body: unknown = {}, key?: string): Promise<Result<T>> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (key !== undefined) headers['Idempotency-Key'] = key;
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** A file's bytes. */
export function upload<T>(path: string, query: Query, bytes: Blob): Promise<Result<T>> {
  return ask<T>(address(path, query), {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: bytes,
    signal: AbortSignal.timeout(600_000),
  });
}

/** One part of an address: a line's name may have any characters. */
export const part = (text: string): string => encodeURIComponent(text);
