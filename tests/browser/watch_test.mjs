// SPDX-License-Identifier: Apache-2.0
// The watch passes from one officer to another: a report and a checklist that both sign, and an alarm that the new one
// hears.
import assert from 'node:assert/strict';
import { story, usualPlan } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

const checklist = ['Log of acts read', 'Keys counted'];
let smith, jones;

const step = story(async (scene) => {
  await scene.twoDesks({ usa: { plan: `${usualPlan}checklist = ${JSON.stringify(checklist)}\n` } });
  const browser = await scene.browser();
  [smith, jones] = await Promise.all(['smith', 'jones'].map((officer) => scene.screen(browser, officer)));
  await scene.chn.post('/v1/lines/defense/entries', { text: 'An answer is due tomorrow.', class: 'live', precedence: 'priority' });
});

async function openHandOver(screen) {
  await screen.page.goto(`${screen.station.url}/#/watch/defense/hand-over`);
  await screen.page.getByRole('heading', { level: 1 }).waitFor();
}

step('who is on watch opens the hand-over, and the report says what stands open', async () => {
  await openHandOver(smith);
  await smith.page.getByLabel(smith.t('handOver.to')).selectOption('jones');
  await smith.page.getByLabel(smith.t('handOver.remarks')).fill('They will call about the aircraft.');
  await smith.button(smith.t('handOver.begin')).click();
  const report = smith.page.getByRole('article').first();
  await report.getByText(smith.t('report.open_items')).waitFor();
  await report.getByText(/PRIORITY/).first().waitFor();
});

step('it cannot be signed while an item of the checklist is neither done nor explained', async () => {
  const sign = smith.button(smith.t('handOver.signGive'));
  assert.equal(await sign.count(), 0);
  await smith.page.getByRole('checkbox', { name: checklist[0] }).click();
  await smith.page.getByRole('checkbox', { name: checklist[1] }).click();
  await sign.click();
  await smith.page.getByText(/✓.*smith: signed/).first().waitFor();
});

step('the other sees that it waits, reads the same, and takes the watch', async (scene) => {
  await jones.page.getByRole('link', { name: new RegExp(jones.t('watch.handOverWaits')) }).waitFor();
  await openHandOver(jones);
  await jones.page.getByText('They will call about the aircraft.').waitFor();
  await jones.button(jones.t('handOver.signTake')).click();
  const watch = await until('the watch has passed', async () => {
    const now = await scene.usa.get('/v1/desks/defense/watch');
    return now.last_hand_over?.state === 'signed' && now;
  });
  assert.deepEqual(watch.last_hand_over.signed_by.map((one) => one.officer).sort(), ['jones', 'smith']);
});

step('the alarm rings for the test until the new one answers it', async (scene) => {
  await jones.rings();
  await jones.alarm.getByText(jones.t('alarm.test')).waitFor();
  await jones.answerAlarm();
  await jones.quiet();
  await until('the station has it', async () => (await scene.usa.get('/v1/desks/defense/watch')).alarm_tested);
  await jones.page.getByText(/heard/i).first().waitFor();
});

step('a supervisor plans a week; a shift without people is said to be wrong, and nothing is kept', async (scene) => {
  const { page } = smith;
  await page.goto(`${smith.station.url}/#/watch/defense/roster`);
  await smith.button(smith.t('roster.after')).click();
  await smith.button(smith.t('roster.edit')).click();
  await smith.button(smith.t('roster.add')).click();
  await smith.button(smith.t('roster.keep')).click();
  await page.getByText(smith.t('roster.wrong.officers')).waitFor();
  const planned = async () => (await scene.usa.get('/v1/desks/defense/roster')).shifts;
  assert.deepEqual(await planned(), []);
  await page.getByRole('checkbox', { name: 'Lt. A. Jones' }).check();
  await smith.button(`${smith.t('roster.tomorrow')} (1)`).click();
  await smith.button(smith.t('roster.keep')).click();
  await page.getByText(smith.t('roster.kept')).first().waitFor();
  const shifts = await planned();
  assert.deepEqual(shifts.map((shift) => shift.officers), [['jones'], ['jones']]);
  assert.equal(Date.parse(shifts[1].from) - Date.parse(shifts[0].from), 86_400_000);
  assert.equal(await page.getByRole('row').filter({ hasText: 'jones' }).count(), 2);
  // This week's begins today, also where its first days are over.
  await page.getByRole('button', { name: smith.t('roster.this'), exact: true }).click();
  await smith.button(smith.t('roster.edit')).click();
  await smith.button(smith.t('roster.add')).click();
  await page.getByRole('checkbox', { name: 'Cdr. J. Smith' }).check();
  await smith.button(smith.t('roster.keep')).click();
  const own = await until('it is in force', async () => (await planned()).find((shift) => shift.officers.includes('smith')));
  assert.ok(Math.abs(Date.parse(own.from) - Date.now()) < 86_400_000, own.from);
});
