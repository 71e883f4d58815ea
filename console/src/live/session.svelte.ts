// SPDX-License-Identifier: Apache-2.0
// Who sits at this screen. The session itself is a cookie that no script sees: what is known of it is what /v1/me says.
import { isOpen } from '../api/acts.ts';
import { whenSignedOut, type Problem } from '../api/client.ts';
import * as station from '../api/station.ts';
import type { Officer, Role } from '../api/types.ts';
import { rolesAt } from './roles.ts';
import { askKey } from './securityKey.ts';

export type Standing = 'asking' | 'signed-out' | 'signed-in' | 'no-officers' | 'unreachable';

const againMs = 5000;
/** Whose notes are in sessionStorage: what was being written, what was under way. */
const ownerName = 'openline.officer';

class Session {
  standing = $state<Standing>('asking');
  officer = $state<Officer | null>(null);
  expires = $state<string | null>(null);
  /** The desk demands a security key, and this session began without one: it may add one, and nothing else. */
  keyNeeded = $state(false);
  problem = $state<Problem | null>(null);
  /** Whether the session ended by itself (and not by its officer), so that the sign-in page says so. */
  ended = $state(false);

  #newcomer: (() => void)[] = [];
  /** All windows of a browser share one cookie: who signs in or out at one is looked for at the others. */
  #windows = new BroadcastChannel('openline.session');

  constructor() {
    whenSignedOut(() => this.lost());
    this.#windows.onmessage = () => void this.ask();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && this.standing === 'signed-in') void this.ask();
    });
  }

  async ask(): Promise<void> {
    const result = await station.me();
    if (result.ok) {
      this.problem = null;
      this.expires = result.value.expires ?? null;
      this.keyNeeded = result.value.key_needed ?? false;
      this.officer = result.value.officer;
      if (this.officer) this.#own(this.officer.name);
      this.standing = result.value.officer ? 'signed-in' : 'no-officers';
    } else if (result.problem.code === 'sign_in') {
      this.lost();
    } else if (this.standing === 'signed-in' && isOpen(result.problem)) {
      // The station is away for a while: the screen stays, and says that it is stale.
      this.problem = result.problem;
    } else {
      this.problem = result.problem;
      this.standing = result.problem.code === 'officers_needed' ? 'no-officers' : 'unreachable';
      if (this.standing === 'unreachable') setTimeout(() => this.standing === 'unreachable' && void this.ask(), againMs);
    }
  }

  /** Calls back when another officer than before sits down: nothing of the one before is theirs to see. */
  whenNewcomer(call: () => void): void {
    this.#newcomer.push(call);
  }

  #own(name: string): void {
    if (sessionStorage.getItem(ownerName) === name) return;
    sessionStorage.clear();
    sessionStorage.setItem(ownerName, name);
    this.#newcomer.forEach((call) => call());
  }

  /** `touch` is called when a security key is asked beside the password, and waits to be touched. */
  async signIn(name: string, password: string, touch: () => void): Promise<Problem | null> {
    let result = await station.signIn(name, password);
    if (!result.ok && result.problem.question) {
      touch();
      const answer = await askKey(result.problem.question);
      if (!answer.ok) return answer.problem;
      result = await station.signIn(name, password, answer.value);
    }
    if (!result.ok) {
      if (result.problem.code === 'officers_needed') await this.ask();
      return result.problem;
    }
    this.ended = false;
    await this.ask();
    this.#windows.postMessage('in');
    return null;
  }

  async signOut(everywhere: boolean): Promise<Problem | null> {
    const result = await station.signOut(everywhere);
    if (!result.ok && result.problem.code !== 'sign_in') return result.problem;
    this.standing = 'signed-out';
    this.officer = null;
    this.ended = false;
    this.#windows.postMessage('out');
    return null;
  }

  lost(): void {
    if (this.standing === 'signed-in') this.ended = true;
    this.standing = 'signed-out';
    this.officer = null;
  }

  rolesAt(desk: string): Role[] {
    return rolesAt(this.officer?.grants ?? [], desk);
  }

  /** Whether the officer holds one of these roles at this desk (at any, without one). */
  may(wanted: readonly Role[], desk?: string): boolean {
    const grants = this.officer?.grants ?? [];
    const held = desk === undefined ? grants.flatMap((grant) => grant.roles) : rolesAt(grants, desk);
    return held.some((role) => wanted.includes(role));
  }
}

export const session = new Session();
