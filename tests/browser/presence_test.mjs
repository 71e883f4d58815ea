// SPDX-License-Identifier: Apache-2.0
// Who is on watch is asked whether they are there, in seconds instead of half an hour: one key answers, and without an
// answer the far end sees that nobody is.
import assert from 'node:assert/strict';
import { story, usualPlan } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

let smith;

const step = story(async (scene) => {
  await scene.twoDesks({ usa: { plan: `${usualPlan}confirm_every = "6s"\nconfirm_within = "8s"\n` } });
  smith = await scene.screen(await scene.browser(), 'smith');
});

const dialog = () => smith.page.getByRole('alertdialog');
const attended = async (scene) => (await scene.chn.line()).members.find((member) => member.code === 'USA').desk_state;

step('the question is answered by one key, and the watch goes on', async (scene) => {
  await until('the far end sees it', async () => (await attended(scene)) === 'attended');
  await dialog().getByText(smith.t('still.title')).waitFor();
  await smith.page.keyboard.press('Space');
  await dialog().waitFor({ state: 'detached' });
  assert.equal(await attended(scene), 'attended');
});

step('without an answer the far end sees nobody, until one key', async (scene) => {
  await dialog().getByText(smith.t('still.lapsedTitle')).waitFor();
  await until('the far end sees it', async () => (await attended(scene)) === 'unattended');
  await smith.page.keyboard.press('Space');
  await until('the far end sees that too', async () => (await attended(scene)) === 'attended');
  // The state comes by itself, and its entry beside it.
  const said = async () => (await scene.chn.record()).filter((entry) => entry.kind === 'attendance' && entry.author === 'USA').map((entry) => entry.attended);
  await until('it is on record', async () => String(await said()) === 'true,false,true');
});
