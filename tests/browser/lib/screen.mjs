// SPDX-License-Identifier: Apache-2.0
// A window of the console, as an officer has it: what is done there by name, and what must never happen in any of them.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { words } from './words.mjs';

const patienceMs = Number(process.env.OPENLINE_PATIENCE_MS ?? 45_000);

function executable() {
  const found = [process.env.OPENLINE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => path && existsSync(path));
  if (!found) throw new Error('no chromium here: packaging/apt-install test');
  return found;
}

/** `sound`: whether the browser lets a page ring that nobody has touched. */
export function openBrowser({ sound = true } = {}) {
  const policy = sound ? 'no-user-gesture-required' : 'document-user-activation-required';
  return chromium.launch({
    executablePath: executable(),
    args: [`--autoplay-policy=${policy}`, ...(process.getuid() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-background-networking'],
    ignoreDefaultArgs: ['--mute-audio'],
  });
}

/** In the page, before its own scripts: which sounds are on, and which rules of the policy were broken. */
function observe() {
  const seen = (window.observed = { contexts: [], sounding: new Set(), violations: [], ran: false });
  const Own = window.AudioContext;
  window.AudioContext = class extends Own {
    constructor(...words) {
      super(...words);
      seen.contexts.push(this);
    }
  };
  const { start, stop } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (...words) {
    seen.sounding.add(this);
    return start.apply(this, words);
  };
  AudioBufferSourceNode.prototype.stop = function (...words) {
    seen.sounding.delete(this);
    return stop.apply(this, words);
  };
  document.addEventListener('securitypolicyviolation', (event) => seen.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
}

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

/** The console's files from a folder that console/build made, in place of those inside the program, under the station's own policy: to try a change before the program is built again. */
async function serveFiles(context, url, folder) {
  await context.grantPermissions(['local-network-access']); // Chromium does not know where such a page came from
  const policy = (await fetch(url)).headers.get('content-security-policy');
  await context.route((asked) => asked.origin === new URL(url).origin && !asked.pathname.startsWith('/v1/'), (route) => {
    const path = new URL(route.request().url()).pathname;
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) return route.fulfill({ status: 404 });
    return route.fulfill({ body: readFileSync(file), headers: { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy } });
  });
}

export class Screen {
  /** Everything that the page said: kept when a test fails. */
  told = [];
  #wrong = [];

  static async open(browser, station, { name, language = 'en-GB', theme = 'day', width = 1400, height = 900 } = {}) {
    const screen = new Screen();
    const context = await browser.newContext({
      viewport: { width, height }, locale: language, timezoneId: 'Europe/Paris', colorScheme: theme === 'night' ? 'dark' : 'light', reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patienceMs);
    await context.addInitScript(observe);
    if (process.env.OPENLINE_CONSOLE) await serveFiles(context, station.url, process.env.OPENLINE_CONSOLE);
    Object.assign(screen, { name, station, context, t: words(language.slice(0, 2)), page: await context.newPage() });
    screen.#watch(new URL(station.url).origin);
    await screen.page.goto(station.url);
    return screen;
  }

  /** Another window of the same officer in the place of this one: nobody has touched it yet. */
  async openAgain() {
    await this.page.close();
    this.page = await this.context.newPage();
    this.#watch(new URL(this.station.url).origin);
    await this.page.goto(this.station.url);
  }

  /** Asks the page without touching it: whatever else this library asks counts as a hand on the page. */
  async glimpse(expression) {
    const session = await this.context.newCDPSession(this.page);
    const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true, userGesture: false });
    await session.detach();
    return result.value;
  }

  #watch(origin) {
    const { page } = this;
    const wrong = (what) => {
      this.told.push(`WRONG ${what}`);
      this.#wrong.push(what);
    };
    page.on('dialog', (dialog) => {
      wrong(`a script opened a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => wrong(`a window opened: ${popup.url()}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol)) wrong(`asked another address: ${url}`);
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== new URL(origin).host) wrong(`a socket to another address: ${socket.url()}`);
    });
    page.on('pageerror', (error) => wrong(`an error in the page: ${error.stack ?? error}`));
    page.on('console', (message) => {
      this.told.push(`${message.type()}: ${message.text()} ${message.location().url ?? ''}`);
      if (/content.security.policy|refused to/i.test(message.text())) wrong(message.text());
    });
  }

  /** Nothing of what must never happen did. */
  check() {
    assert.deepEqual(this.#wrong, [], `at the screen of ${this.name}`);
  }

  /** The page's own side of the same, asked while it is open. */
  async checkPolicy() {
    const { violations, ran } = await this.page.evaluate(() => ({ violations: window.observed.violations, ran: window.observed.ran }));
    assert.deepEqual(violations, []);
    assert.equal(ran, false, 'what others wrote ran as a script');
  }

  async signIn(officer) {
    const { page } = this;
    await page.locator('input[autocomplete=username]').fill(officer.name);
    await page.locator('input[autocomplete=current-password]').fill(officer.password);
    await page.locator('form button[type=submit]').click();
    await page.getByRole('feed').waitFor();
  }

  // The parts of the screen, by what they are called.
  get alarm() {
    return this.page.locator('#alarm-bar .ringing');
  }
  get composer() {
    return this.page.getByRole('region', { name: this.t('compose.title') });
  }
  get dialog() {
    return this.page.getByRole('dialog');
  }
  get side() {
    return this.page.getByRole('complementary');
  }
  /** Boxes of the record that say these words. */
  entry(words) {
    return this.page.getByRole('feed').locator('article').filter({ hasText: words });
  }
  draft(words) {
    return this.page.locator('article[id^=draft-]').filter({ hasText: words });
  }
  button(name, within = this.page) {
    return within.getByRole('button', { name });
  }
  said(words) {
    return this.page.getByText(words).first().waitFor();
  }

  async go(page) {
    await this.page.getByRole('navigation', { name: this.t('header.pages') }).getByRole('link', { name: page }).click();
  }

  /** Fills the composer in; nothing is sent. */
  async write(text, { class: entryClass = 'Live', exercise, precedence = 'ROUTINE' } = {}) {
    const { composer } = this;
    await composer.getByRole('radio', { name: entryClass, exact: true }).check({ force: true });
    if (exercise) await composer.getByLabel('Name of the exercise').fill(exercise);
    await composer.getByRole('radio', { name: precedence, exact: true }).check({ force: true });
    await composer.getByRole('textbox', { name: /^Text/ }).fill(text);
  }

  /** A text that one may send alone. */
  async send(text, how) {
    await this.write(text, how);
    await this.button(/^Send \(/, this.composer).click();
    await this.entry(text).first().waitFor();
  }

  async submit(text, how) {
    await this.write(text, how);
    await this.button(/^Send for release/, this.composer).click();
    await this.said(/Waits for release: 2 people in all/);
  }

  /** From the list of drafts to the dialog that releases one. */
  async openRelease(words) {
    await this.go('Drafts');
    await this.button('Release…', this.draft(words)).click();
    await this.dialog.waitFor();
  }

  async release(words, typed = 'live flash') {
    await this.openRelease(words);
    await this.dialog.getByLabel(/^Type:/).fill(typed);
    await this.button('Release', this.dialog).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Answers what stands in the bar. Its button is disabled for a moment, so that no press meant for another alarm counts. */
  async answerAlarm() {
    const number = await this.alarm.getAttribute('data-alarm');
    await this.alarm.getByRole('button').click();
    await this.page.locator(`#alarm-bar [data-alarm="${number}"]`).waitFor({ state: 'detached' });
  }

  /** Whether it rings, as the sound system has it: the context runs and a tone is on. */
  sounds() {
    return this.page.evaluate(() => window.observed.sounding.size > 0 && window.observed.contexts.some((context) => context.state === 'running'));
  }

  /** Rings by sight and by sound. */
  async rings() {
    await this.alarm.waitFor();
    await this.page.waitForFunction(() => window.observed.sounding.size > 0 && window.observed.contexts.some((context) => context.state === 'running'));
  }

  async quiet() {
    await this.alarm.waitFor({ state: 'detached' });
    await this.page.waitForFunction(() => window.observed.sounding.size === 0);
  }
}
