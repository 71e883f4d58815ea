// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of docs/pictures. The stations, the record and the screens are real; the story is made up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Scene } from './lib/scene.mjs';
import { smallPng } from './lib/png.mjs';
import { until } from './lib/stations.mjs';

const folder = process.argv[2];
const mostBytes = 150_000;
mkdirSync(folder, { recursive: true });
const scene = new Scene();

async function take(screen, name) {
  await screen.page.mouse.move(0, 0);
  await screen.page.locator('.toast, [role=status]').getByRole('button').first().click({ timeout: 500 }).catch(() => {});
  const bytes = smallPng(await screen.page.screenshot({ animations: 'disabled', caret: 'hide' }));
  if (bytes.length > mostBytes) throw new Error(`${name} has ${bytes.length} bytes`);
  writeFileSync(join(folder, `${name}.png`), bytes);
  console.log(`${name}.png ${bytes.length} bytes`);
}

async function talk({ usa, chn }) {
  const live = (precedence) => ({ class: 'live', precedence });
  const say = (station, body) => station.post('/v1/lines/defense/entries', body);
  const arrived = async (station, id) => until('it is there', async () => (await station.record()).some((entry) => entry.id === id));
  const turns = [
    [usa, chn, { text: 'Line test by voice at 09:00 UTC went well. We hear you five by five.', ...live('routine') }],
    [chn, usa, { text: '贵方侦察机今晨进入我演习区。请说明其任务和预定航线。', ...live('priority') }],
    [usa, chn, { text: 'The aircraft is in international airspace on a routine flight. It leaves the area to the east by 10:40 UTC.', ...live('priority') }],
    [chn, usa, { text: '演习：请确认收到本次演习电文。', class: 'exercise', exercise: 'HARBOUR', precedence: 'immediate' }],
  ];
  for (const [from, to, body] of turns) {
    const { entries } = await say(from, body);
    await arrived(to, entries[0].id);
    await to.post('/v1/lines/defense/shown', { entries: [entries[0].id] });
    await to.post('/v1/lines/defense/ack', { id: entries[0].id });
  }
  await chn.post('/v1/lines/defense/notices', { form: 'airborne-object', fields: {}, ...live('immediate') }).catch(() => {});
  const asked = await chn.post('/v1/lines/defense/contacts', { to_roles: ['国防部长', '联合参谋部作战局局长'], subject: '关于贵方侦察机', ...live('immediate') });
  await arrived(usa, asked.entries[0].id);
}

try {
  await scene.twoDesks({ chn: { language: 'zh' } });
  await talk(scene);
  const browser = await scene.browser();
  const wang = await scene.screen(browser, 'wang', { language: 'zh-CN' });
  const smith = await scene.screen(browser, 'smith');
  await until('both desks are attended', async () => (await scene.usa.line()).lamp === 'open-attended');
  await smith.page.waitForFunction((words) => document.body.textContent.includes(words), smith.t('lamp.open-attended'));
  await take(smith, 'desk-day');

  const night = await scene.screen(browser, 'smith', { theme: 'night' });
  await night.entry('侦察机').first().waitFor();
  await take(night, 'desk-night');
  await night.context.close();
  const arabic = await scene.screen(browser, 'smith', { language: 'ar' });
  await arabic.entry('侦察机').first().waitFor();
  await take(arabic, 'desk-arabic');
  await arabic.context.close();

  await smith.button(smith.t('matter.open'), smith.entry('国防部长').first()).click();
  await smith.side.getByText(smith.t('evidence.title')).waitFor();
  await take(smith, 'request');
  await smith.page.keyboard.press('Escape');

  await smith.button(smith.t('notice.do'), smith.composer).click();
  const { forms } = await scene.usa.get('/v1/forms?language=en');
  const form = forms.find((one) => one.fields.some((field) => field.choices?.some((choice) => choice.name === 'balloon'))) ?? forms[0];
  await smith.side.getByRole('combobox').first().selectOption(form.form);
  for (const field of form.fields) {
    const control = smith.side.getByLabel(field.label).first();
    if (field.choices) await control.selectOption((field.choices.find((choice) => choice.name === 'balloon') ?? field.choices.find((choice) => choice.name === 'none-known') ?? field.choices[0]).name);
    else if (field.type === 'number') await control.fill(String({ altitude_m: 18300, heading_deg: 95, speed_kn: 42, objects: 1 }[field.name] ?? field.least));
  }
  await smith.side.evaluate((side) => side.scrollTo(0, 0));
  await take(smith, 'notice');
  await smith.button(new RegExp(`^${smith.t('look.close')}`), smith.side).click();

  await smith.submit('Your balloon is over our territory at 18,300 m, heading 95 at 42 kn. State its purpose and bring it out of our airspace.', { class: 'Live', precedence: 'FLASH' });
  const jones = await scene.screen(browser, 'jones');
  await jones.openRelease('Your balloon is over');
  await jones.dialog.getByLabel(/^Type:/).fill('live fl');
  await take(jones, 'release');
  void wang;
} finally {
  await scene.end();
}
