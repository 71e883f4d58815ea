// SPDX-License-Identifier: Apache-2.0
// Real stations for tests in a browser: the built programs in temporary folders, asked by their socket (docs/api.md).
import { execFile, spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const patienceMs = 60_000;
/** Stations look after each other often, so that a test waits for little. */
const quick = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n';

export class ApiError extends Error {
  constructor(status, body) {
    super(`${status}: ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** Until `holds()` gives something true; that. Says what did not come true. */
export async function until(what, holds, patience = patienceMs) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > end) throw new Error(`did not come true within ${patience / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ports of loopback that are free now. */
export async function freePorts(count) {
  const held = [];
  for (let i = 0; i < count; i++) {
    const server = createServer();
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    held.push(server);
  }
  const ports = held.map((server) => server.address().port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export class Station {
  #process = null;
  #exited = null;
  token = null;

  /** Makes the folder. `more`: lines for station.toml; `plan`: desk.toml. */
  static async make({ programs, work, code, name = `Party ${code}`, language = 'en', more = '', plan = '', settings = quick }) {
    const station = new Station();
    const [port, web] = await freePorts(2);
    Object.assign(station, { programs, code, language, folder: join(work, code), url: `http://127.0.0.1:${web}` });
    await station.cli(['init', station.folder, '--code', code, '--name', name, '--language', language,
      '--listen', `main=udp:127.0.0.1:${port}`], false);
    const file = join(station.folder, 'station.toml');
    // What stands before the first table belongs to the whole file.
    const [top, tables] = [more, `${settings}\n[console]\nlisten = "127.0.0.1:${web}"\n`];
    writeFileSync(file, `${top}${readFileSync(file, 'utf8')}${tables}`);
    if (plan) writeFileSync(join(station.folder, 'desk.toml'), plan);
    return station;
  }

  /** What the command line says. */
  async cli(words, here = true) {
    const all = [...(here ? ['-s', this.folder] : []), ...words];
    try {
      return (await run(join(this.programs, 'openline'), all, { timeout: 120_000 })).stdout;
    } catch (error) {
      throw new Error(`openline ${all.join(' ')}: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    }
  }

  async start() {
    const log = openSync(join(this.folder, 'log'), 'a');
    const child = spawn(join(this.programs, 'openlined'), [this.folder], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#process = child;
    this.#exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    await until(`${this.code} answers`, async () => {
      if (child.exitCode !== null) throw new Error(`${this.code} stopped with ${child.exitCode}:\n${this.log().slice(-3000)}`);
      try {
        return await this.get('/v1/status');
      } catch (error) {
        return error instanceof ApiError && error.status === 401;
      }
    });
  }

  get pid() {
    return this.#process?.pid;
  }

  log() {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  #end(signal) {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) this.#process.kill(signal);
    return this.#exited;
  }

  /** As power that goes: nothing is said or written any more. */
  async kill() {
    await this.#end('SIGKILL');
    appendFileSync(join(this.folder, 'log'), '-- killed by the test --\n');
  }

  stop = () => this.#end('SIGTERM');

  ask(method, path, body, headers = {}) {
    const { promise, resolve, reject } = Promise.withResolvers?.() ?? resolvers();
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const more = { ...(this.token ? { authorization: `Bearer ${this.token}` } : {}), ...(bytes ? { 'content-length': Buffer.byteLength(bytes) } : {}), ...headers };
    const asked = request({ socketPath: join(this.folder, 'api.sock'), method, path, headers: more, timeout: 30_000 }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        if (answer.statusCode >= 400) reject(new ApiError(answer.statusCode, text));
        else resolve(text === '' ? null : JSON.parse(text));
      });
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`${this.code} does not answer ${method} ${path}`)));
    asked.end(bytes);
    return promise;
  }

  get = (path) => this.ask('GET', path);
  post = (path, body = {}, headers) => this.ask('POST', path, body, headers);
  upload = (name, bytes) => this.ask('POST', `/v1/attachments?name=${encodeURIComponent(name)}`, bytes);
  line = (name = 'defense') => this.get(`/v1/lines/${name}`);

  /** All of the record. */
  async record(name = 'defense') {
    const entries = [];
    for (let after = 0; ; after = entries.at(-1).serial) {
      const page = await this.get(`/v1/lines/${name}/record?after=${after}&limit=1000`);
      entries.push(...page.entries);
      if (!page.more || page.entries.length === 0) return entries;
    }
  }

  texts = async (text) => (await this.record()).filter((entry) => entry.text === text);
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** Each accepts the others' cards, and all sign one agreement. `more`: further lines of it. To be done before there are officers. */
export async function agree(stations, { name = 'defense', more = '', answers = {} } = {}) {
  const cards = await Promise.all(stations.map((one) => one.get('/v1/card')));
  await Promise.all(stations.map(async (one) => {
    for (const { code, card } of cards) if (code !== one.code) await one.post('/v1/cards', { card });
  }));
  const members = cards.map(({ code, fingerprint }) => `{ party = "${code}", root = "${fingerprint}", desk = "${name}" }`);
  const within = { flash: '10min', immediate: '30min', priority: '3h', routine: '24h', ...answers };
  const toml = `line = "${name}"
members = [ ${members.join(', ')} ]
record = "attested"
languages = { ${stations.map((one) => `${one.code} = "${one.language}"`).join(', ')} }
test_every = "1h"
answer_within = { ${Object.entries(within).map(([precedence, time]) => `${precedence} = "${time}"`).join(', ')} }
${more}`;
  for (const one of stations) await one.post('/v1/agreements', { toml });
  for (const one of stations) {
    await until(`line ${name} at ${one.code}`, async () => (await one.get('/v1/lines')).lines.some((line) => line.name === name));
  }
}

/**
 * An officer with an account. The first of a station is made while nobody has one, and the station is read with that one's
 * session from then on; the others come by the root key's signature.
 */
export async function addOfficer(station, { name, title, roles, desk = '*' }) {
  const password = `${name} sits at the desk`;
  if (!station.token) {
    await station.post('/v1/officers', { name, title, password, grants: [{ desk, roles: roles.split(',') }] });
    station.token = (await station.post('/v1/sign-in', { name, password })).token;
  } else {
    const { code } = JSON.parse(await station.cli(['--json', 'officer', 'add', name, '--title', title, '--role', `${desk}:${roles}`,
      '--root-key', join(station.folder, 'root.key')]));
    await station.post('/v1/enrol', { name, code, password });
  }
  return { station, name, title, password };
}
