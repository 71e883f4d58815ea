// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveSocket, socketAddress, staleAfterMs, waitMs, type LiveEvent, type LiveState, type Wire, type World } from './socket.ts';

/** A world whose time goes on when the test says so. */
class Play implements World {
  now = 0;
  timers: { at: number; call: () => void }[] = [];
  wires: { address: string; closed: boolean; heard: { opened(): void; text(text: string): void; closed(): void } }[] = [];

  open(address: string, heard: (typeof this.wires)[number]['heard']): Wire {
    const wire = { address, closed: false, heard };
    this.wires.push(wire);
    return { close: () => { wire.closed = true; } };
  }
  later(ms: number, call: () => void): () => void {
    const timer = { at: this.now + ms, call };
    this.timers.push(timer);
    return () => { this.timers = this.timers.filter((other) => other !== timer); };
  }
  random(): number {
    return 1;
  }
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.now = due.at;
      this.timers = this.timers.filter((timer) => timer !== due);
      due.call();
    }
    this.now = until;
  }
  get last(): (typeof this.wires)[number] {
    return this.wires.at(-1)!;
  }
  say(event: object): void {
    this.last.heard.text(JSON.stringify(event));
  }
}

function begin(): { play: Play; socket: LiveSocket; states: LiveState[]; events: LiveEvent[]; failures: () => number } {
  const play = new Play();
  const states: LiveState[] = [];
  const events: LiveEvent[] = [];
  let failures = 0;
  const socket = new LiveSocket(play, { event: (event) => events.push(event), state: (state) => states.push(state), failed: () => failures++ });
  socket.start(['aa']);
  play.last.heard.opened();
  return { play, socket, states, events, failures: () => failures };
}

test('is live once the station says ready', () => {
  const { play, states } = begin();
  assert.equal(play.last.address, '/v1/socket?attend=aa');
  play.say({ event: 'ready', data: { serial: 12 } });
  assert.deepEqual(states, ['connecting', 'live']);
});

test('comes again with the last serial that it has', () => {
  const { play, states } = begin();
  play.say({ event: 'ready', data: { serial: 12 } });
  play.say({ event: 'entry', id: 13, data: {} });
  play.last.heard.closed();
  assert.equal(states.at(-1), 'stale');
  play.pass(1000);
  assert.equal(play.last.address, '/v1/socket?after=13&attend=aa');
});

test('calls itself stale when nothing came for 40 s, and alive keeps it live', () => {
  const { play, states } = begin();
  play.say({ event: 'ready', data: { serial: 1 } });
  for (let i = 0; i < 10; i++) {
    play.pass(15_000);
    play.say({ event: 'alive', data: {} });
  }
  assert.equal(states.at(-1), 'live');
  play.pass(staleAfterMs - 1);
  assert.equal(states.at(-1), 'live');
  play.pass(1);
  assert.equal(states.at(-1), 'stale');
});

test('what an abandoned connection still says is not heard', () => {
  const { play, socket, events } = begin();
  const old = play.last;
  socket.attend(['aa', 'bb']);
  assert.ok(old.closed);
  old.heard.text(JSON.stringify({ event: 'entry', id: 99, data: {} }));
  old.heard.closed();
  assert.deepEqual(events, []);
  assert.equal(play.wires.length, 2);
});

test('the same lines in another order need no other connection', () => {
  const { play, socket } = begin();
  socket.attend(['aa', 'bb']);
  socket.attend(['bb', 'aa']);
  assert.equal(play.wires.length, 2);
});

test('overflow comes again at once, signed-out never', () => {
  const { play, states } = begin();
  play.say({ event: 'overflow', data: {} });
  assert.equal(play.wires.length, 2);
  play.say({ event: 'signed-out', data: {} });
  play.pass(600_000);
  assert.equal(play.wires.length, 2);
  assert.equal(states.at(-1), 'ended');
});

test('a connection that never opened asks whether there is a session', () => {
  const { play, failures } = begin();
  play.last.heard.closed();
  play.pass(1000);
  play.last.heard.closed();
  assert.equal(failures(), 1);
});

test('waits longer each time, never over 15 s, never nothing', () => {
  assert.equal(waitMs(0, 0), 250);
  assert.equal(waitMs(3, 1), 4000);
  assert.equal(waitMs(40, 1), 15_000);
  assert.equal(socketAddress(null, []), '/v1/socket');
});

test('a frame that is no JSON ends the connection and not the page', () => {
  const { play, states } = begin();
  play.last.heard.text('{');
  assert.equal(states.at(-1), 'stale');
  play.pass(20_000);
  assert.equal(play.wires.length, 2);
});
