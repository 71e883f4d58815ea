// SPDX-License-Identifier: Apache-2.0
// What one person may do alone: a live FLASH where the agreement takes one, typed before it goes; and by the plan's
// emergency rule what takes two, which rings at the others. And what the bell says of it.
import assert from 'node:assert/strict';
import { story, usualPlan } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

const text = 'Fire on board. We ask for the nearest harbour.';
let smith, jones, wang;

const step = story(async (scene) => {
  await scene.twoDesks({
    usa: { plan: `${usualPlan}emergency = true\n` },
    chn: { plan: `${usualPlan}[[desk.step]]\nafter = "2s"\nname = "second bell"\n` },
    agreement: { more: 'release = { immediate = 2 }\n' },
  });
  const browser = await scene.browser({ sound: true });
  [smith, jones, wang] = await Promise.all(['smith', 'jones', 'wang'].map((officer) => scene.screen(browser, officer)));
});

/** What sounds: the length of one round of it, in tenths of a second. */
const round = (screen) => screen.page.evaluate(() => Math.round(10 * [...window.observed.sounding][0].buffer.duration));

step('a live FLASH that one may send alone is typed first', async (scene) => {
  await smith.write(text, { class: 'Live', precedence: 'FLASH' });
  await smith.composer.getByRole('textbox', { name: /^Text/ }).press('Control+Enter');
  await smith.dialog.getByText('It goes to line defense at once, in your name alone').waitFor();
  for (const wrong of ['', 'live', 'LIVE FLASH']) {
    await smith.dialog.getByLabel(/^Type:/).fill(wrong);
    await smith.button('Send', smith.dialog).click();
    await smith.dialog.getByText('That is not what goes out. It is: live flash').waitFor();
  }
  await smith.page.keyboard.press('Escape');
  await smith.dialog.waitFor({ state: 'detached' });
  assert.equal(await smith.composer.getByRole('textbox', { name: /^Text/ }).inputValue(), text, 'nothing that was written is lost');
  assert.equal((await scene.usa.texts(text)).length, 0);

  await smith.button(/^Send \(/, smith.composer).click();
  await smith.dialog.getByLabel(/^Type:/).fill('live flash');
  await smith.dialog.getByLabel(/^Type:/).press('Enter');
  await smith.dialog.waitFor({ state: 'detached' });
  await smith.entry(text).first().waitFor();
  await wang.rings();
});

step('while nobody answers, the bell leaves its pause out and the bar says which step was taken', async () => {
  await wang.alarm.getByText('called: second bell').waitFor();
  assert.equal(await round(wang), 7);
  await wang.answerAlarm();
  await wang.quiet();
});

step('an exercise, or less than FLASH, is not asked for', async () => {
  await smith.send('A drill of one.', { class: 'Exercise', exercise: 'HARBOUR', precedence: 'FLASH' });
  await wang.rings();
  await wang.alarm.getByText('EXERCISE HARBOUR · FLASH').waitFor();
  assert.match(await wang.page.title(), /^\(!\) EXERCISE /);
  await wang.answerAlarm();
  await smith.send('We have the wind from the north.', { class: 'Live', precedence: 'ROUTINE' });
});

step('a request for contact as a live FLASH is typed too', async () => {
  await smith.button(/^Request contact/, smith.composer).click();
  const form = smith.side.locator('form');
  await form.getByRole('radio', { name: 'Live', exact: true }).check({ force: true });
  await form.getByRole('radio', { name: 'FLASH', exact: true }).check({ force: true });
  await form.getByLabel('Delegate 1').fill('director');
  await form.getByLabel(/^Subject/).fill('The fire on board');
  await form.locator('button[type=submit]').click();
  await smith.dialog.getByText('in your name alone').waitFor();
  await smith.button('Cancel', smith.dialog).click();
  await smith.dialog.waitFor({ state: 'detached' });
  assert.equal(await form.getByLabel(/^Subject/).inputValue(), 'The fire on board');
  await form.locator('button[type=submit]').click();
  await smith.dialog.getByLabel(/^Type:/).fill('live flash');
  await smith.button('Send', smith.dialog).click();
  await form.waitFor({ state: 'detached' });
  await wang.rings();
  await wang.answerAlarm();
});

step('its answer, which takes class and precedence from it, is typed as well', async (scene) => {
  const { side } = wang;
  await wang.button('Open', wang.entry('The fire on board').first()).click();
  await side.getByRole('button', { name: 'Accept…' }).click();
  await side.getByRole('button', { name: 'Accept', exact: true }).click();
  await wang.dialog.getByText('in your name alone').waitFor();
  const answers = async () => (await scene.usa.get('/v1/lines/defense/contacts')).contacts[0].answers.length;
  assert.equal(await answers(), 0);
  await wang.dialog.getByLabel(/^Type:/).fill('live flash');
  await wang.button('Send', wang.dialog).click();
  await until('it is at the far station', async () => (await answers()) === 1);
});

step('who releases alone what takes two rings at the others until they have read it', async (scene) => {
  const urgent = 'We answer your call in ten minutes.';
  await smith.go('Desk');
  await smith.submit(urgent, { class: 'Live', precedence: 'IMMEDIATE' });
  await smith.go('Drafts');
  await smith.button(/^Release alone/, smith.draft(urgent)).click();
  await smith.dialog.getByLabel(/^Type:/).fill('live immediate');
  await smith.dialog.getByLabel(/^Why/).fill('Nobody else is here.');
  await smith.dialog.locator('button[type=submit]').click();
  await smith.dialog.waitFor({ state: 'detached' });
  await until('it is at the far station', async () => (await scene.chn.texts(urgent)).length === 1);
  await jones.page.locator('#alarm-bar').getByText('Nobody else is here.').waitFor();
  await until('it rings', () => jones.sounds());
  assert.equal(await smith.sounds(), false, 'who did it knows');
  await jones.button('Read', jones.page.locator('#alarm-bar')).click();
  await until('it is quiet', async () => !(await jones.sounds()));
});
