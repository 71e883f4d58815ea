// SPDX-License-Identifier: Apache-2.0
// A live FLASH from one desk to the other: two people release it, it rings until an officer has it, and nothing that
// breaks in between loses it or rings twice.
import assert from 'node:assert/strict';
import { story } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

const text = 'Your balloon is over our territory at 18,300 m. State its purpose.';
let smith, jones, wang;

const step = story(async (scene) => {
  await scene.twoDesks();
  const browser = await scene.browser({ sound: true });
  [smith, jones, wang] = await Promise.all(['smith', 'jones', 'wang'].map((officer) => scene.screen(browser, officer)));
});

step('one writes a live FLASH, and cannot get it out alone', async (scene) => {
  await smith.submit(text, { class: 'Live', precedence: 'FLASH' });
  await smith.go('Drafts');
  await smith.draft(text).waitFor();
  // The author stands behind it already, and the plan has no emergency: neither is offered. (That the station refuses
  // both by every address is tried on its API.)
  for (const release of [/^Release alone/, /^Release…/]) assert.equal(await smith.button(release, smith.draft(text)).count(), 0);
  for (const station of scene.stations) assert.equal((await station.texts(text)).length, 0, station.code);
});

step('another reads it, and nothing but its own words releases it', async (scene) => {
  await jones.openRelease(text);
  const { dialog } = jones;
  await dialog.getByText('This is live. It is no exercise.').waitFor();
  await dialog.getByText(text).waitFor();
  for (const wrong of ['', 'exercise JUNE flash', 'live routine', 'LIVE FLASH']) {
    await dialog.getByLabel(/^Type:/).fill(wrong);
    await jones.button('Release', dialog).click();
    await dialog.getByText('That is not what goes out. It is: live flash').waitFor();
  }
  assert.equal((await scene.usa.texts(text)).length, 0);
  await dialog.getByLabel(/^Type:/).fill('live flash');
  await jones.button('Release', dialog).click();
  await dialog.waitFor({ state: 'detached' });
  await until('it is at the far station', async () => (await scene.chn.texts(text)).length === 1);
});

step('the far desk rings until an officer acknowledges it', async () => {
  await wang.rings();
  await wang.alarm.getByText('Live · FLASH').waitFor();
  await wang.alarm.getByText(text).waitFor();
  // The bar took room from the record, which stands at its newest all the same.
  await wang.entry(text).first().waitFor();
  assert.equal(await wang.button(wang.t('record.toNewest')).count(), 0);
  // Opening and closing something else makes it no quieter.
  await wang.button(/^Keys/).click();
  await wang.dialog.waitFor();
  assert.ok(await wang.alarm.isVisible());
  assert.ok(await wang.sounds());
  await wang.page.keyboard.press('Escape');
});

step('the near end sees it stored and shown, each by whose statement', async () => {
  await smith.go('Desk');
  const entry = smith.entry(text);
  await entry.getByText(/stored/).first().waitFor();
  await entry.getByText(/✓.*shown/).waitFor();
  await entry.getByText('CHN').first().waitFor();
});

step('it rings on across a reload, a restart of the station and its loss', async (scene) => {
  await wang.page.reload();
  await wang.rings();
  await scene.chn.kill();
  await wang.page.getByText(/^✕?\s*No news from the station since/).waitFor();
  assert.ok(await wang.sounds(), 'it rings on while the station is away');
  await scene.chn.start();
  await wang.page.getByText(/No news from the station since/).waitFor({ state: 'detached' });
  await wang.rings();
  assert.equal((await scene.chn.texts(text)).length, 1);
});

step('acknowledged, it is quiet at the far desk, and the near end sees who has it', async () => {
  await wang.answerAlarm();
  await wang.quiet();
  const seen = await until('the near end sees who has it', async () => {
    const whole = await smith.entry(text).textContent();
    return /✓\s*acknowledged/.test(whole) && whole;
  });
  assert.match(seen, /acknowledged\s*CHN.*defense (supervisor|officer)/);
  assert.equal(await smith.entry(text).getByText('not identified in person').count(), 0);
});

step('acknowledged it never rings again: not after a reload, not after a restart', async (scene) => {
  await scene.chn.kill();
  await wang.page.getByText(/No news from the station since/).waitFor();
  await scene.chn.start();
  await wang.page.getByText(/No news from the station since/).waitFor({ state: 'detached' });
  assert.deepEqual((await scene.chn.get('/v1/alarms')).alarms.filter((alarm) => alarm.rings), []);
  await wang.page.reload();
  await wang.entry(text).first().waitFor();
  await wang.page.getByText('Attending 1 line').waitFor();
  assert.equal(await wang.alarm.count(), 0);
  assert.equal(await wang.sounds(), false);
});

step('an exercise is released as an exercise and as nothing else', async (scene) => {
  const drill = 'Missile inbound. Seek shelter.';
  await smith.go('Desk');
  await smith.submit(drill, { class: 'Exercise', exercise: 'HARBOUR', precedence: 'FLASH' });
  await jones.openRelease(drill);
  await jones.dialog.getByText('This is an exercise.').waitFor();
  await jones.dialog.getByLabel(/^Type:/).fill('live flash');
  await jones.button('Release', jones.dialog).click();
  await jones.dialog.getByText('That is not what goes out. It is: exercise HARBOUR flash').waitFor();
  assert.equal((await scene.usa.texts(drill)).length, 0);
  await jones.dialog.getByLabel(/^Type:/).fill('exercise HARBOUR flash');
  await jones.button('Release', jones.dialog).click();
  await wang.rings();
  await wang.alarm.getByText('EXERCISE HARBOUR · FLASH').waitFor();
  assert.equal((await scene.chn.texts(drill))[0].class, 'exercise');
});

step('taken back by one releaser, it stands withdrawn on the far screen', async (scene) => {
  const drill = 'Missile inbound. Seek shelter.';
  await smith.go('Desk');
  const [mine, theirs] = [smith.entry(drill), wang.entry(drill)];
  await smith.button('Take back…', mine.first()).click();
  await smith.button('Send DISREGARD', smith.dialog).click();
  await theirs.getByText('DISREGARD: its author took it back').first().waitFor();
  await mine.getByText('DISREGARD: its author took it back').first().waitFor();
  assert.equal((await scene.chn.texts(drill)).length, 1, 'it stays on record');
});

step('a text with a mistake is taken back and written anew in one go', async (scene) => {
  const [wrong, right] = ['The convoy leaves at 08:00.', 'The convoy leaves at 18:00.'];
  await smith.send(wrong, { class: 'Live', precedence: 'ROUTINE' });
  await smith.button('Take back…', smith.entry(wrong).first()).click();
  await smith.button('Send it and write anew', smith.dialog).click();
  await smith.dialog.waitFor({ state: 'detached' });
  const text = smith.composer.getByRole('textbox', { name: /^Text/ });
  assert.equal(await text.inputValue(), wrong);
  await text.fill(right);
  await smith.button(/^Send \(/, smith.composer).click();
  await wang.entry(right).first().waitFor();
  await wang.entry(wrong).first().getByText('DISREGARD: its author took it back').first().waitFor();
  const labels = async (words) => (await scene.chn.texts(words))[0].labels;
  assert.deepEqual(await labels(right), []);
  assert.deepEqual(await labels(wrong), ['disregard: its author took it back']);
});
