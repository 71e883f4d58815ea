// SPDX-License-Identifier: Apache-2.0
// Acts between two desks: a request for contact that is answered, one that is declined, one that nobody answers, a
// notice that each side reads in its own language, and how all of them stand before who releases them. On a
// demonstration's clock, so that nobody waits half an hour.
import assert from 'node:assert/strict';
import { story } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

let smith, wang;

const step = story(async (scene) => {
  await scene.twoDesks({ usa: { more: 'demo_clock = true\n' }, chn: { more: 'demo_clock = true\n', language: 'zh' }, agreement: { answers: { immediate: '5min' } } });
  const browser = await scene.browser();
  [smith, wang] = await Promise.all([scene.screen(browser, 'smith'), scene.screen(browser, 'wang', { language: 'zh-CN' })]);
});

async function ask(subject, to = 'Minister of Defense') {
  await smith.button(smith.t('contact.do'), smith.composer).click();
  const { side } = smith;
  await side.getByRole('textbox', { name: /^Delegate 1|^Delegate/ }).or(side.getByRole('combobox', { name: /^Delegate/ })).first().fill(to);
  await side.getByLabel(smith.t('contact.subject')).first().fill(subject);
  await side.getByRole('radio', { name: 'Live', exact: true }).check({ force: true });
  await side.getByRole('radio', { name: 'IMMEDIATE', exact: true }).check({ force: true });
  await smith.button(smith.t('contact.ask'), side).click();
  await smith.entry(subject).first().waitFor();
}

/** The far officer opens what asks, and answers. */
async function answer(subject, key, fill = async () => {}) {
  const { side } = wang;
  await wang.button(wang.t('matter.open'), wang.entry(subject).first()).click();
  await side.getByRole('button', { name: `${wang.t(key)}…` }).click();
  await fill(side);
  await side.getByRole('button', { name: wang.t(key), exact: true }).click();
}

/** As the near end has the matter. */
const stateOf = async (scene, subject) => (await scene.usa.get('/v1/lines/defense/contacts')).contacts.find((one) => one.subject.text === subject)?.state;

step('a request for contact is accepted, and both ends see it', async (scene) => {
  await ask('Two aircraft near the island');
  await wang.entry('Two aircraft near the island').first().waitFor();
  await answer('Two aircraft near the island', 'contact.do.accepted');
  await until('accepted', async () => (await stateOf(scene, 'Two aircraft near the island')) === 'accepted');
  await smith.entry(smith.t('contact.answered.accepted')).first().waitFor();
});

step('one is declined, with the reason in the words of who declines', async (scene) => {
  await ask('The fishing vessels');
  await answer('The fishing vessels', 'contact.do.declined', (side) => side.getByRole('textbox').first().fill('部长不在'));
  await until('declined', async () => (await stateOf(scene, 'The fishing vessels')) === 'declined');
  await smith.entry('部长不在').first().waitFor();
});

step('another time is proposed and agreed to; one is put off', async (scene) => {
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const at = async (side) => {
    await side.locator('input[type=date]').fill(day);
    await side.getByLabel(wang.t('look.timeUtc')).fill('10:00');
  };
  await ask('The survey ship');
  await answer('The survey ship', 'contact.do.countered', at);
  await until('countered', async () => (await stateOf(scene, 'The survey ship')) === 'countered');
  await smith.button(smith.t('matter.open'), smith.entry('The survey ship').first()).click();
  await smith.button(`${smith.t('contact.do.time-agreed')}…`, smith.side).click();
  await smith.side.getByText('10:00').first().waitFor();
  await smith.button(smith.t('contact.do.time-agreed'), smith.side.locator('form')).click();
  await until('accepted', async () => (await stateOf(scene, 'The survey ship')) === 'accepted');
  await wang.entry(wang.t('contact.changed.time-agreed')).first().waitFor();
  await ask('The weather station');
  await answer('The weather station', 'contact.do.deferred', at);
  await until('deferred', async () => (await stateOf(scene, 'The weather station')) === 'deferred');
  await smith.entry(smith.t('contact.answered.deferred')).first().waitFor();
});

step('one is left unanswered, and stands so with its evidence', async (scene) => {
  await ask('The balloon');
  await until('it is at the far station', async () => (await scene.chn.record()).some((entry) => entry.subject?.text === 'The balloon'));
  for (const station of scene.stations) await station.post('/v1/demo/clock', { by_s: 900 });
  await until('unanswered', async () => (await stateOf(scene, 'The balloon')) === 'unanswered');
  await smith.button(smith.t('matter.open'), smith.entry('The balloon').first()).click();
  await smith.side.getByText(new RegExp(`${smith.t('contact.state.unanswered')}$`)).first().waitFor();
  await smith.side.getByText(smith.t('evidence.title')).waitFor();
  await smith.side.getByText(smith.t('evidence.stored')).first().waitFor();
  await smith.page.keyboard.press('Escape');
});

step('a notice is filled in in one language and read in another', async (scene) => {
  const en = (await scene.usa.get('/v1/forms?language=en')).forms.find((form) => form.form === 'incident-cyber') ?? (await scene.usa.get('/v1/forms?language=en')).forms.find((form) => !form.refers && !form.fields.some((field) => field.type === 'position'));
  const zh = (await scene.chn.get('/v1/forms?language=zh')).forms.find((form) => form.form === en.form);
  await smith.button(smith.t('notice.do'), smith.composer).click();
  const { side } = smith;
  await side.getByLabel(smith.t('notice.form'), { exact: true }).selectOption(en.form);
  // Sent empty it says what is missing, where it is missing.
  await side.getByRole('radio', { name: 'Live', exact: true }).check({ force: true });
  await smith.button(smith.t('notice.send'), side).click();
  const required = en.fields.filter((field) => field.required);
  await side.getByText(smith.t('notice.missing')).first().waitFor();
  assert.equal(await side.getByText(smith.t('notice.missing')).count(), required.length);
  const choice = required.find((field) => field.choices);
  for (const field of required) {
    const control = side.getByLabel(field.label, { exact: true }).first();
    if (field.choices) await control.selectOption(field.choices[0].name);
    else if (field.type === 'number') await control.fill(String(field.least));
    else if (field.type === 'time') {
      await control.fill('2023-02-04');
      await side.getByLabel(smith.t('look.timeUtc')).first().fill('19:39');
    } else await control.fill('seen by radar');
  }
  await smith.button(smith.t('notice.send'), side).click();
  await smith.entry(en.title).first().waitFor();
  const theirs = wang.entry(zh.title).first();
  await theirs.getByText(zh.fields.find((field) => field.name === choice.name).choices[0].text).first().waitFor();
  assert.notEqual(zh.title, en.title);
});

step('its author corrects it, and the correction names what it corrects', async (scene) => {
  const inLanguage = async (station, language) => (await station.get(`/v1/forms?language=${language}`)).forms.find((form) => form.form === 'correction');
  const [en, zh] = [await inLanguage(scene.usa, 'en'), await inLanguage(scene.chn, 'zh')];
  await smith.button(smith.t('notice.open'), smith.page.getByRole('feed')).last().click();
  await smith.button(`${smith.t('notice.correct')}…`, smith.side).click();
  for (const field of en.fields.filter((one) => one.required)) {
    await smith.side.getByLabel(field.label, { exact: true }).first().selectOption(field.choices[0].name);
  }
  await smith.button(smith.t('notice.send'), smith.side).click();
  const theirs = wang.entry(zh.title).first();
  await theirs.waitFor();
  for (const field of zh.fields.filter((one) => one.required)) await theirs.getByText(field.choices[0].text).first().waitFor();
  const notices = (await scene.chn.record()).filter((entry) => entry.kind === 'notice');
  assert.equal(notices.at(-1).refers, notices.at(-2).id);
});

step('who releases reads in their own language what it says: a notice on its form, a visit, a call, files', async (scene) => {
  const { usa } = scene;
  const said = { class: 'live', precedence: 'flash' };
  const hand = async (act, body) => `#draft-${(await usa.post('/v1/lines/defense/drafts', { act, body })).draft}`;
  const fields = { object: 'balloon', action: 'none', danger_to_persons: 'none-known', observed_at: '2026-02-04T19:39:00Z', latitude: '33.68', longitude: '-78.88', altitude_m: 18300, remarks: 'Drifts \u202eeast' };
  const name = 'object-in-airspace';
  const file = await usa.upload('chart.png', Buffer.from('a chart'));
  const notice = await hand('notices', { form: name, fields, ...said });
  const visit = await hand('visits', {
    name: 'June', place: 'Geneva', from: '2026-06-18', to: '2026-06-19', goals: ['Talk', 'Talk again'], language: 'ru', delegations: [{ party: 'CHN', level: 'minister' }], ...said,
  });
  const call = await hand('calls', { stage: 'agreed', at: '2026-06-18T10:00:00Z', participants: [{ party: 'CHN', role: 'minister' }], subject: 'The balloon', ...said });
  const text = await hand('entries', { text: 'See the chart.', attachments: [file, { hash: file.hash, name: 'again.png' }], ...said });

  const browser = await scene.browser();
  for (const language of ['en', 'fr']) {
    const jones = await scene.screen(browser, 'jones', { language });
    const says = (draft, words) => jones.page.locator(draft).getByText(words, { exact: true }).first().waitFor();
    await jones.go(jones.t('page.drafts'));
    const form = (await usa.get(`/v1/forms?language=${language}`)).forms.find((one) => one.form === name);
    await says(notice, form.title);
    const of = (field) => form.fields.find((one) => one.name === field);
    for (const field of ['object', 'observed_at', 'position', 'altitude_m', 'remarks']) await says(notice, of(field).label);
    await says(notice, of('object').choices.find((choice) => choice.name === 'balloon').text);
    for (const value of ['18300', 'U+202E']) await says(notice, value);
    await jones.page.locator(notice).getByText('33° 40.80′').waitFor();
    await jones.button(jones.t('map.show'), jones.page.locator(notice)).click();
    await jones.page.locator(notice).getByRole('button', { name: jones.t('map.closer') }).waitFor();

    for (const key of ['visit.name', 'visit.place', 'visit.from', 'visit.to', 'matter.language']) await says(visit, jones.t(key));
    for (const value of ['June', 'Geneva', 'Talk again', 'CHN', 'minister', language === 'fr' ? 'russe' : 'Russian']) await says(visit, value);
    await says(visit, `${jones.t('visit.delegations')} 1 · ${jones.t('visit.level')}`);
    for (const words of [jones.t('call.stage'), jones.t('call.stage.agreed'), `${jones.t('call.participants')} 1 · ${jones.t('call.role')}`]) await says(call, words);

    const links = jones.page.locator(text).getByRole('link', { name: /\.png/ });
    assert.deepEqual(await links.evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.download])), [[`/v1/attachments/${file.hash}`, 'chart.png'], [`/v1/attachments/${file.hash}`, 'again.png']]);
    await says(text, jones.t('record.bytes').replace('{n}', '7'));
    assert.equal(await jones.page.getByText('NaN').count(), 0);
    const [got] = await Promise.all([jones.page.waitForEvent('download'), links.first().click()]);
    assert.equal(got.suggestedFilename(), 'chart.png');
  }
});

step('what accepts something of theirs is released beside what it accepts', async (scene) => {
  const { usa, chn } = scene;
  const days = { from: '2026-09-18', to: '2026-09-19' };
  const visit = await usa.post('/v1/lines/defense/visits', { name: 'Autumn', place: 'Geneva', ...days, goals: ['Talk'], delegations: [{ party: 'CHN', level: 'minister' }], class: 'live', precedence: 'routine' });
  const { id } = visit.entries[0];
  const isAt = async (station, which) => until('it is there', async () => (await station.record()).some((entry) => entry.id === which));
  await isAt(chn, id);
  const theirs = await chn.post(`/v1/lines/defense/visits/${id}/act`, { act: 'countered', place: 'Samarkand', ...days });
  const proposal = theirs.entries[0].id;
  await isAt(usa, proposal);
  const { draft } = await usa.post('/v1/lines/defense/drafts', { act: `visits/${id}/act`, body: { act: 'accepted', proposal } });
  await smith.go(smith.t('page.drafts'));
  for (const words of ['Geneva', 'Samarkand']) await smith.page.locator(`#draft-${draft} .about`).getByText(words).first().waitFor();
});

step('on paper stands all that is loaded, by whom and when it was printed', async (scene) => {
  const texts = Array.from({ length: 30 }, (_, i) => ({ text: `Line ${i} of many`, class: 'exercise', exercise: 'PAPER' }));
  await scene.usa.post('/v1/lines/defense/entries', texts);
  const { page } = smith;
  await page.goto(`${smith.station.url}/#/`);
  await smith.entry('Line 29 of many').waitFor();
  const feed = () => page.getByRole('feed').locator('article').count();
  assert.equal(await smith.entry('Line 0 of many').count(), 0, 'it is above what is seen');
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => {
    addEventListener('beforeprint', () => {
      const seen = (one) => one?.innerText ?? '';
      window.printed = { head: seen(document.querySelector('.printed')), entries: [...document.querySelectorAll('[role=feed] article')].map(seen) };
    });
  });
  await page.pdf();
  const { head, entries } = await page.evaluate(() => window.printed);
  assert.match(head, /Cdr\. J\. Smith/);
  assert.match(head, /\d\d:\d\d:\d\d/);
  for (let i = 0; i < 30; i++) {
    const one = entries.find((entry) => entry.includes(`Line ${i} of many`)) ?? '';
    for (const words of ['EXERCISE', 'PAPER', smith.t('receipt.stored')]) assert.ok(one.includes(words), `${words} at ${i}: ${one}`);
  }
  await page.emulateMedia({ media: 'screen' });
  await until('only what is seen is there again', async () => (await feed()) < entries.length && (await smith.entry('Line 0 of many').count()) === 0);
});
