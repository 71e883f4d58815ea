// SPDX-License-Identifier: Apache-2.0
// A browser that lets no page ring until somebody has touched it: the screen says that alarms cannot be heard here.
import assert from 'node:assert/strict';
import { story } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

let wang;

const step = story(async (scene) => {
  await scene.twoDesks();
  wang = await scene.screen(await scene.browser({ sound: false }), 'wang');
});

step('who has just signed in has touched the page: it rings', async (scene) => {
  await scene.chn.post('/v1/lines/defense/alarm-test');
  await wang.rings();
  assert.equal(await wang.page.getByText(wang.t('alarm.blocked')).count(), 0);
});

step('a window that nobody has touched says that sound is blocked, while the alarm stands there all the same', async () => {
  await wang.openAgain();
  const bar = await until('the bar says both', async () => {
    const text = (await wang.glimpse("document.getElementById('alarm-bar')?.textContent")) ?? '';
    return text.includes(wang.t('alarm.blocked')) && text.includes(wang.t('alarm.test')) && text;
  });
  assert.ok(bar);
  assert.equal(await wang.glimpse("window.observed.contexts.some((context) => context.state === 'running')"), false);
});

step('a press turns the sound on, and it rings', async () => {
  // A press of the mouse and nothing before it: whatever else the library asks of a page is a hand on it already.
  const words = JSON.stringify(wang.t('alarm.allowSound'));
  const [x, y] = await wang.glimpse(`(() => {
    const box = [...document.querySelectorAll('#alarm-bar button')].find((one) => one.textContent.includes(${words})).getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  })()`);
  await wang.page.mouse.click(x, y);
  await wang.rings();
  await wang.page.getByText(wang.t('alarm.blocked')).waitFor({ state: 'detached' });
});

step('answered, it is quiet, and the station has who answered', async (scene) => {
  await wang.answerAlarm();
  await wang.quiet();
  const { alarms } = await scene.chn.get('/v1/alarms');
  await until('the alarm is over or answered', () => !alarms.some((alarm) => alarm.rings));
});
