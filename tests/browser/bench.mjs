// SPDX-License-Identifier: Apache-2.0
// The figures of bench/desk. Page and program are on one machine, so their clocks are one clock.
import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';
import { Scene } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

const entries = Number(process.env.OPENLINE_ENTRIES);
const messages = Number(process.env.OPENLINE_MESSAGES);
const withdrawals = 20;
const now = () => performance.timeOrigin + performance.now();

function report(what, value) {
  console.log(JSON.stringify({ what, ...value, load: Number(loadavg()[0].toFixed(1)) }));
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;
  return { p50_ms: at(0.5), p99_ms: at(0.99), worst_ms: at(1), count: sorted.length };
}

/** In the page: when a tone began last, and when some words were first seen. */
function clocks() {
  const at = () => performance.timeOrigin + performance.now();
  window.clocks = { bell: 0, seen: {}, wanted: [], record: 0 };
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (...words) {
    window.clocks.bell = at();
    return start.apply(this, words);
  };
  const look = () => {
    const { clocks } = window;
    if (!clocks.record && document.querySelector('article[data-serial] .card')) clocks.record = at();
    for (const [serial, words] of clocks.wanted) {
      if (clocks.seen[serial]) continue;
      if (document.querySelector(`article[data-serial="${serial}"]`)?.textContent.includes(words)) clocks.seen[serial] = at();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

async function bell(scene, page) {
  const times = [];
  for (let i = 0; i < messages; i++) {
    await page.evaluate(() => (window.clocks.bell = 0));
    const sent = now();
    const made = await scene.usa.post('/v1/lines/defense/entries', { text: `Message ${i}: state your intention.`, class: 'live', precedence: 'flash' });
    await page.waitForFunction(() => window.clocks.bell > 0, undefined, { polling: 10 });
    times.push((await page.evaluate(() => window.clocks.bell)) - sent);
    await scene.chn.post('/v1/lines/defense/ack', { id: made.entries[0].id });
    await page.waitForFunction(() => window.observed.sounding.size === 0, undefined, { polling: 10 });
  }
  report('far station’s send to the bell in the browser', { ...spread(times), target: 'p99 <= 150 ms' });
}

async function withdrawal(scene, far, near) {
  const [acts, answers] = [[], []];
  for (let i = 0; i < withdrawals; i++) {
    const text = `Withdrawal ${i} of ${withdrawals}.`;
    // Each stands at the newest again, whatever the last one moved.
    for (const screen of [near, far]) {
      await screen.page.reload();
      await screen.composer.waitFor();
    }
    const made = await scene.usa.post('/v1/lines/defense/entries', { text, class: 'live', precedence: 'routine' });
    const box = near.entry(text).first();
    await far.entry(text).first().waitFor();
    const serial = Number(await far.entry(text).first().getAttribute('data-serial'));
    await far.page.evaluate(([id, words]) => window.clocks.wanted.push([id, words]), [serial, far.t('label.disregarded')]);
    await near.button(near.t('record.disregard'), box).click();
    await near.dialog.waitFor();
    await near.page.evaluate(() => document.addEventListener('submit', () => (window.clocks.act = performance.timeOrigin + performance.now()), { capture: true, once: true }));
    await near.button(near.t('disregard.send'), near.dialog).click();
    await far.page.waitForFunction((id) => window.clocks.seen[id], serial, { polling: 10 });
    acts.push((await far.page.evaluate((id) => window.clocks.seen[id], serial)) - (await near.page.evaluate(() => window.clocks.act)));
    answers.push(made);
    await near.dialog.waitFor({ state: 'detached' });
    for (const alarm of (await scene.chn.get('/v1/alarms')).alarms) if (alarm.rings && alarm.entry) await scene.chn.post('/v1/lines/defense/ack', { id: alarm.entry });
  }
  report('the act of withdrawal to the far screen', { ...spread(acts), target: '< 1000 ms' });
}

/** Acknowledged as they come: a station takes no more than 10,000 that wait for it. Half of the record is receipts. */
async function fill(scene) {
  const batch = (from, count) => Array.from({ length: count }, (_, i) => ({ text: `Entry ${from + i}: we have seen two of your vessels inside the notified area and ask for their purpose.`, class: 'live' }));
  const acknowledge = async (ids) => {
    for (let id = ids.pop(); id; id = ids.pop()) await scene.chn.post('/v1/lines/defense/ack', { id });
  };
  for (let done = 0; done * 2 < entries; done += 256) {
    const made = await scene.usa.post('/v1/lines/defense/entries', batch(done, 256));
    const ids = made.entries.map((one) => one.id);
    await until('they are there', async () => (await scene.chn.get(`/v1/lines/defense/record/${ids.at(-1)}`).catch(() => null)) !== null);
    await Promise.all(Array.from({ length: 64 }, () => acknowledge(ids)));
  }
  const least = async () => (await scene.chn.line()).entries >= entries;
  await until('all are at the far station', least, 900_000);
}

async function opening(screen) {
  const [scripts, whole] = [[], []];
  for (let i = 0; i < 10; i++) {
    await screen.page.goto('about:blank');
    await screen.page.goto(screen.station.url);
    await screen.page.waitForFunction(() => window.clocks.record > 0, undefined, { polling: 10 });
    const told = await screen.page.evaluate(() => ({
      record: window.clocks.record - performance.timeOrigin,
      in: Math.max(...performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.js')).map((one) => one.responseEnd).filter((end) => end < window.clocks.record - performance.timeOrigin)),
    }));
    scripts.push(told.record - told.in);
    whole.push(told.record);
  }
  report(`a record of ${entries} entries on screen, after the page’s scripts are in`, { ...spread(scripts), target: '<= 500 ms' });
  report(`the same from the first request of the page`, spread(whole));
}

/** All files that the console may ask for, as it is served: those that its own scripts name. */
async function weight(url) {
  const seen = new Map();
  const visit = async (path) => {
    if (seen.has(path)) return;
    const answer = await fetch(url + path);
    if (!answer.ok) return;
    const bytes = Buffer.from(await answer.arrayBuffer());
    seen.set(path, gzipSync(bytes, { level: 9 }).length);
    if (!/\.(html|js|css)$|^\/$/.test(path)) return;
    for (const [name] of bytes.toString().matchAll(/[\w.-]+\.(?:js|css|json|svg|woff2)\b/g)) await visit(`/assets/${name}`);
  };
  await visit('/');
  const sum = [...seen.values()].reduce((a, b) => a + b, 0);
  const map = [...seen].filter(([path]) => /world|land|countr|map|Map/i.test(path)).reduce((a, [, size]) => a + size, 0);
  const ownLanguage = [...seen].filter(([path]) => /\/(zh|ru|fr|es|ar|en)-/.test(path)).reduce((a, [, size]) => a + size, 0);
  report('files of the console, gzip', { files: seen.size, bytes: sum, map_bytes: map, words_of_six_languages_bytes: ownLanguage, without_map_bytes: sum - map, target: '<= 300 kB without the map' });
}

const scene = new Scene();
try {
  await scene.twoDesks({ agreement: { more: '' } });
  const browser = await scene.browser();
  const [near, far] = [await scene.screen(browser, 'smith'), await scene.screen(browser, 'wang')];
  for (const { context, page } of [near, far]) {
    await context.addInitScript(clocks);
    await page.reload();
  }
  for (const screen of [near, far]) await screen.composer.waitFor();
  await weight(scene.chn.url);
  await bell(scene, far.page);
  await withdrawal(scene, far, near);
  await near.page.goto('about:blank');
  await far.page.goto('about:blank');
  if (entries > 0) {
    await fill(scene);
    await opening(far);
  }
} finally {
  await scene.end();
}
