// SPDX-License-Identifier: Apache-2.0
// Every screen and dialog by axe-core's rules for WCAG 2.2 AA, by day, by night and in Arabic; and at 200 % zoom, where a
// screen of 1400 x 900 has room for 700 x 450: nothing essential is cut off and the page has no second direction to scroll.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programs, story, usualPlan } from './lib/scene.mjs';
import { Station, until } from './lib/stations.mjs';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
let empty;
const ids = {};

const step = story(async (scene) => {
  // A notice rings beside the test of the alarm: its rows stand in the bar.
  await scene.twoDesks({ usa: { plan: `${usualPlan}ring = ["flash", "immediate"]\n` } });
  empty = await Station.make({ programs, work: scene.work, code: 'FRA' });
  scene.stations.push(empty);
  await empty.start();
  await fill(scene);
}, { independent: true });

/** Something of each kind, so that no screen is empty. */
async function fill({ usa, chn, officers }) {
  const live = { class: 'live', precedence: 'priority' };
  await usa.post('/v1/lines/defense/entries', { text: 'We ask for the purpose of your flight.', ...live });
  const asked = await chn.post('/v1/lines/defense/contacts', { to_roles: ['minister of defense', 'deputy'], subject: 'The balloon', ...live });
  await usa.post('/v1/lines/defense/contacts', { to_roles: ['minister'], subject: 'The flight', ...live });
  await chn.post('/v1/lines/defense/visits', { name: 'JULY', place: 'Beijing', from: '2026-12-01', to: '2026-12-03', goals: ['Agree on a call'], ...live });
  await chn.post('/v1/lines/defense/calls', { stage: 'agreed', at: '2026-11-27T12:00:00Z', subject: 'The balloon', ...live });
  const { forms } = await chn.get('/v1/forms?language=en');
  const form = forms.find((one) => !one.refers && one.fields.some((field) => field.type === 'position'));
  const value = (field) => ({ number: field.least, time: '2026-11-27T12:00:00Z', text: 'Seen by radar' })[field.type] ?? field.choices[0].name;
  const fields = Object.fromEntries(form.fields.filter((field) => field.type !== 'position').map((field) => [field.name, value(field)]));
  Object.assign(fields, { latitude: 38.5, longitude: 60.25 });
  const notice = await chn.post('/v1/lines/defense/notices', { form: form.form, fields, ...live, precedence: 'immediate' });
  await chn.post('/v1/lines/defense/entries', { text: 'Учение. 演习。 تمرين.', class: 'exercise', exercise: 'JUNE', precedence: 'immediate', language: 'ru' });
  const as = async (name) => ({ authorization: `Bearer ${(await usa.post('/v1/sign-in', { name, password: officers[name].password })).token}` });
  const jones = await as('jones');
  const byJones = (body) => usa.post('/v1/lines/defense/drafts', { act: 'entries', body }, jones);
  const draft = await byJones({ text: 'Turn back.', class: 'live', precedence: 'flash' });
  await byJones({ text: 'Exercise: turn back.', class: 'exercise', exercise: 'JUNE', precedence: 'flash' });
  await usa.post('/v1/officers', { name: 'lee', title: 'Lt. Lee', grants: [{ desk: '*', roles: ['linguist'] }] });
  const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString();
  const shifts = [{ officers: ['smith'], from: hours(-1), to: hours(7) }, { officers: ['jones', 'smith'], from: hours(9), to: hours(17) }];
  await usa.post('/v1/desks/defense/roster', { shifts }, await as('smith'));
  await usa.post('/v1/lines/defense/alarm-test');
  const entries = { contact: asked.entries[0].id, notice: notice.entries[0].id };
  await until('it is all at the near station', async () => {
    const record = await usa.record();
    for (const [name, id] of Object.entries(entries)) ids[name] = record.find((entry) => entry.id === id)?.serial;
    ids.own = record.find((entry) => entry.own && entry.kind === 'text')?.serial;
    return ids.contact && ids.notice && record.some((entry) => entry.class === 'exercise');
  });
  ids.draft = draft.draft;
}

/** Each screen by name, and how one gets there from the desk. */
const screens = {
  desk: async () => {},
  'everything on record': async (s) => s.page.getByRole('checkbox', { name: s.t('record.everything') }).check(),
  search: async (s) => s.button(s.t('search.open')).click(),
  'composer: an exercise, no text': async (s) => {
    await s.composer.getByRole('radio', { name: s.t('class.exercise'), exact: true }).check({ force: true });
    await s.composer.getByRole('button').last().click();
  },
  'request for contact': async (s) => openAct(s, 'contact.do', 'contact.ask'),
  notice: async (s) => {
    await s.button(s.t('notice.do'), s.composer).click();
    await s.side.getByRole('combobox').first().selectOption({ index: 1 });
    await s.button(s.t('notice.send'), s.side).click();
  },
  visit: async (s) => openAct(s, 'visit.do', 'visit.propose'),
  call: async (s) => openAct(s, 'call.do', 'call.put'),
  matters: async (s) => s.button(s.t('matters.do'), s.composer).click(),
  efforts: async (s) => s.button(s.t('efforts.do'), s.composer).click(),
  'one request, its evidence': async (s) => {
    await at(s, ids.contact);
    await s.button(s.t('matter.open'), row(s, ids.contact)).click();
    await s.side.getByText(s.t('evidence.title')).waitFor();
  },
  'one notice': async (s) => {
    await at(s, ids.notice);
    await s.button(s.t('notice.open'), row(s, ids.notice)).click();
  },
  'answer by a notice': async (s) => {
    await at(s, ids.notice);
    await s.button(s.t('notice.answer'), row(s, ids.notice)).click();
  },
  translation: async (s) => {
    await at(s, ids.contact);
    await s.button(s.t('translation.do'), row(s, ids.contact)).click();
  },
  'take back': async (s) => {
    await at(s, ids.own);
    await s.button(s.t('record.disregard'), row(s, ids.own)).click();
    await s.dialog.waitFor();
  },
  help: async (s) => {
    await s.button(/\?/, s.page.locator('header')).click();
    await s.dialog.waitFor();
  },
  waiting: async (s) => page(s, 'inbox'),
  drafts: async (s) => page(s, 'drafts'),
  release: async (s) => {
    await page(s, 'drafts');
    await s.button(s.t('drafts.release'), s.page.locator(`#draft-${ids.draft}`)).click();
    await s.dialog.getByRole('button').nth(1).click();
  },
  'release of an exercise': async (s) => {
    await page(s, 'drafts');
    await s.button(s.t('drafts.release'), s.page.locator(`#draft-${ids.draft + 1}`)).click();
    await s.dialog.waitFor();
  },
  'return of a draft': async (s) => {
    await page(s, 'drafts');
    await s.button(s.t('drafts.return'), s.page.locator(`#draft-${ids.draft}`)).click();
  },
  officers: async (s) => page(s, 'people'),
  'a new officer': async (s) => {
    await page(s, 'people');
    await s.button(s.t('people.add')).click();
    await s.dialog.waitFor();
  },
  'log of acts': async (s) => {
    await page(s, 'audit');
    await s.page.getByRole('row').nth(1).waitFor();
  },
  account: async (s) => page(s, 'account'),
  watch: async (s) => page(s, 'watch/defense'),
  roster: async (s) => page(s, 'watch/defense/roster'),
  'a roster that is written': async (s) => {
    await page(s, 'watch/defense/roster');
    await s.button(s.t('roster.edit')).click();
  },
  'hand-over': async (s) => {
    await page(s, 'watch/defense/hand-over');
    const [begin, report] = [s.button(s.t('handOver.begin')), s.page.getByRole('article').first()];
    await begin.or(report).first().waitFor();
    if (await report.count()) return; // begun in the tour before
    await s.page.getByLabel(s.t('handOver.to')).selectOption('jones');
    await begin.click();
    await report.waitFor();
  },
};

async function page(s, name) {
  await s.page.goto(`${s.station.url}/#/${name}`);
  await s.page.getByRole('heading', { level: 1 }).waitFor();
}
const row = (s, serial) => s.page.locator(`article[data-serial="${serial}"]`);
async function at(s, serial) {
  await s.page.goto(`${s.station.url}/#/line/${s.line}/${serial}`);
  await row(s, serial).waitFor();
}
async function openAct(s, action, send) {
  await s.button(s.t(action), s.composer).click();
  await s.button(s.t(send), s.side).click(); // with nothing filled in: its errors are part of the screen
}

async function home(s) {
  // By way of another page: what was open on the desk is then closed.
  await s.page.keyboard.press('Escape');
  await page(s, 'account');
  await s.page.goto(`${s.station.url}/#/`);
  await s.composer.waitFor();
  await s.page.getByRole('feed').locator('article').first().waitFor();
}

/** What axe finds, one line each. */
async function violations(s) {
  const found = await s.page.evaluate(`(async () => {
    if (!window.axe) { ${axe} }
    const result = await axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} }, resultTypes: ['violations'] });
    return result.violations.flatMap((one) => one.nodes.map((node) => one.id + ' at ' + node.target.join(' ') + ': ' + node.failureSummary.replace(/\\s+/g, ' ').slice(0, 300)));
  })()`);
  return found;
}

/** Nothing sticks out sideways, and what one must reach can be reached. */
async function fits(s) {
  const wide = await s.page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  const problems = wide > 0 ? [`the page is ${wide} px wider than the window`] : [];
  const essential = [s.alarm.getByRole('button')];
  if (await s.dialog.count()) essential.push(...(await s.dialog.getByRole('button').all()), ...(await s.dialog.getByRole('textbox').all()));
  else if (await s.composer.count()) {
    essential.push(s.composer.getByRole('textbox').last(), s.composer.getByRole('button').last(), s.button(s.t('search.open')));
    essential.push(...(await s.side.getByRole('button').all()));
  } else essential.push(...(await s.page.locator('main').getByRole('button').all()).slice(0, 6));
  for (const one of essential) {
    if (await one.isDisabled({ timeout: 3000 }).catch(() => false)) continue;
    const reached = await one.click({ trial: true, timeout: 3000 }).then(() => true, () => false);
    if (!reached) problems.push(`out of reach: ${await one.evaluate((element) => element.outerHTML.slice(0, 120)).catch(() => String(one))}`);
  }
  return problems;
}

async function judge(s, name, found, look) {
  for (const one of await look(s)) found.push(`${name}: ${one}`);
}

async function tour(scene, options, look) {
  const browser = (scene.browser_ ??= await scene.browser());
  const s = await scene.screen(browser, 'smith', options);
  s.line = scene.line;
  await s.rings();
  const found = [];
  for (const [name, open] of Object.entries(screens)) {
    try {
      await home(s);
      await open(s);
    } catch (error) {
      found.push(`the way to "${name}": ${error.message}`);
      continue;
    }
    await judge(s, name, found, look);
  }
  await s.context.close();
  scene.screens.splice(scene.screens.indexOf(s), 1);
  assert.deepEqual(found, []);
}

async function entrances(scene, options, look) {
  const browser = (scene.browser_ ??= await scene.browser());
  const found = [];
  const s = await scene.entrance(browser, scene.usa, options);
  await s.page.locator('form').waitFor();
  await judge(s, 'entrance', found, look);
  await s.page.locator('form button[type=submit]').click();
  await s.button(s.t('entrance.haveCode')).click();
  await judge(s, 'a new account', found, look);
  const none = await scene.entrance(browser, empty, options);
  await none.page.locator('pre').waitFor();
  await judge(none, 'no officers', found, look);
  for (const one of [s, none]) {
    await one.context.close();
    scene.screens.splice(scene.screens.indexOf(one), 1);
  }
  assert.deepEqual(found, []);
}

for (const [name, options] of [
  ['by day', { theme: 'day' }],
  ['by night', { theme: 'night' }],
  ['in Arabic, from right to left', { theme: 'day', language: 'ar' }],
]) {
  step(`${name}: the entrance has no violation`, (scene) => entrances(scene, options, violations));
  step(`${name}: no screen and no dialog has one`, (scene) => tour(scene, options, violations));
}

step('at 200 % nothing essential is cut off', async (scene) => {
  await tour(scene, { width: 700, height: 450 }, fits);
});

step('nor is it in Arabic', async (scene) => {
  await tour(scene, { width: 700, height: 450, language: 'ar' }, fits);
});
