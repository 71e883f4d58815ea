// SPDX-License-Identifier: Apache-2.0
// The officer's security key, by the browser (W3C Web Authentication). What it cannot or will not do is a Problem, as
// what the station refuses is: nothing here throws.
import { fromBase64url, toBase64url } from '../api/base64url.ts';
import type { Problem, Result } from '../api/client.ts';
import type { KeyAnswer, KeyQuestion, NewKey } from '../api/types.ts';

const touchMs = 110_000; // the station takes the answer for two minutes

const problem = (code: string, message = ''): { ok: false; problem: Problem } => ({ ok: false, problem: { status: 0, code, message } });

/** An IP address in place of a name: no browser takes a key there. */
export const isAddress = (host: string): boolean => host.startsWith('[') || /^[0-9.]+$/.test(host);

/** Why no key can be used on this page, as a problem's code; null: one can. */
export function keyHindrance(host: string, secure: boolean, has: boolean): string | null {
  if (isAddress(host)) return 'host_name_needed';
  if (!secure) return 'key_insecure';
  return has ? null : 'key_missing';
}

const hindrance = (): string | null =>
  keyHindrance(window.location.hostname, window.isSecureContext, typeof navigator.credentials?.get === 'function' && 'PublicKeyCredential' in window);

function failure(error: unknown): { ok: false; problem: Problem } {
  const name = error instanceof DOMException ? error.name : '';
  const message = error instanceof Error ? error.message : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return problem('key_cancelled');
  if (name === 'InvalidStateError') return problem('key_already');
  return problem('key_failed', message);
}

const listed = (ids: string[]): PublicKeyCredentialDescriptor[] => ids.map((id) => ({ type: 'public-key', id: fromBase64url(id) }));

/** Has the officer touch a key that is none of the account's yet. */
export async function createKey(question: KeyQuestion, officer: { name: string; title: string }): Promise<Result<NewKey>> {
  const hindered = hindrance();
  if (hindered) return problem(hindered);
  try {
    const made = (await navigator.credentials.create({
      publicKey: {
        challenge: fromBase64url(question.challenge),
        rp: { id: question.rp_id, name: 'Openline' },
        user: { id: new TextEncoder().encode(officer.name), name: officer.name, displayName: officer.title },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }, { type: 'public-key', alg: -8 }],
        authenticatorSelection: { residentKey: 'discouraged', userVerification: 'discouraged' },
        excludeCredentials: listed(question.keys),
        attestation: 'none',
        timeout: touchMs,
      },
    })) as PublicKeyCredential | null;
    if (made === null) return problem('key_failed');
    const response = made.response as AuthenticatorAttestationResponse;
    const value = { authenticator_data: toBase64url(response.getAuthenticatorData()), client_data: toBase64url(response.clientDataJSON) };
    return { ok: true, value, status: 0 };
  } catch (error) {
    return failure(error);
  }
}

/** Has one of these keys sign. */
export async function askKey(question: KeyQuestion): Promise<Result<KeyAnswer>> {
  const hindered = hindrance();
  if (hindered) return problem(hindered);
  try {
    const signed = (await navigator.credentials.get({
      publicKey: {
        challenge: fromBase64url(question.challenge),
        rpId: question.rp_id,
        allowCredentials: listed(question.keys),
        userVerification: 'discouraged',
        timeout: touchMs,
      },
    })) as PublicKeyCredential | null;
    if (signed === null) return problem('key_failed');
    const response = signed.response as AuthenticatorAssertionResponse;
    const value = {
      key: toBase64url(signed.rawId),
      authenticator_data: toBase64url(response.authenticatorData),
      client_data: toBase64url(response.clientDataJSON),
      signature: toBase64url(response.signature),
    };
    return { ok: true, value, status: 0 };
  } catch (error) {
    return failure(error);
  }
}
