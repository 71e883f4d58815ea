// SPDX-License-Identifier: Apache-2.0
// What the other side writes is shown as it is, and does nothing: no script runs, nothing is asked of anybody, nothing
// moves out of its place, and what may deceive the eye is marked.
import assert from 'node:assert/strict';
import { story } from './lib/scene.mjs';
import { addOfficer, until } from './lib/stations.mjs';

const markup = '<img src="http://evil.example/x.png" onerror="window.observed.ran=true"><script>window.observed.ran=true</script>';
const image = '<img src=x onerror=window.observed.ran=true>';
/** Short enough to go abroad whole beside the desk and the role. */
const mark = '<img src=x onerror=ran()>';
const hostile = {
  markup,
  svg: '<svg/onload=window.observed.ran=true><style>body{display:none}</style><iframe srcdoc="<script>parent.observed.ran=true</script>">',
  link: '"><a href="javascript:window.observed.ran=true" onclick="window.observed.ran=true">http://evil.example/</a>',
  template: "{{constructor.constructor('window.observed.ran=true')()}} ${window.observed.ran=true} {@html '<b>x</b>'} {n, plural, other {#}}",
  override: 'Hold fire \u202Enoitarepo eht ni\u202C and \u2066isolate\u2069 end',
  invisible: 'do\u200Bnot\u2060 open\uFEFF fire',
  homoglyph: 'Our ship Мoscow leaves the pоrt of Cаlais',
  long: 'W'.repeat(6000),
  marks: `Z${'\u0335\u0321\u0489\u0310'.repeat(60)} and after`,
  arabic: 'السفينة <b>اليوم</b> 12:00 \u200F!',
};
const deceiving = [hostile.override, hostile.invisible, hostile.homoglyph, hostile.arabic];
let smith, wang;

const step = story(async (scene) => {
  await scene.twoDesks({ chn: { name: image }, agreement: { more: 'release = { flash = 2 }\nidentify = "name"\n' } });
  const browser = await scene.browser();
  [smith, wang] = await Promise.all(['smith', 'wang'].map((officer) => scene.screen(browser, officer)));
});

/** Nothing of it became part of the page, or moved it. */
async function inert(screen) {
  await screen.checkPolicy();
  const found = await screen.page.evaluate(() => ({
    // Of the console's own there are no such elements.
    made: [...document.querySelectorAll('img, iframe, object, embed, base, a[href^="javascript"], a[href*="evil"], [onerror], [onload], [onclick], svg style, body script')].map((one) => one.outerHTML.slice(0, 200)),
    wide: document.scrollingElement.scrollWidth - innerWidth,
    out: [...document.querySelectorAll('article, [role=dialog], aside')].filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => `${box.tagName} ${box.textContent.slice(0, 60)}`),
  }));
  assert.deepEqual(found.made, []);
  assert.ok(found.wide <= 0, `the page is ${found.wide} px wider than the window`);
  assert.deepEqual(found.out, [], 'what is wider than its box');
}

step('their texts stand in the record, word for word', async (scene) => {
  for (const text of Object.values(hostile)) await scene.chn.post('/v1/lines/defense/entries', { text, class: 'live', precedence: 'priority' });
  await until('all are at the near station', async () => (await scene.usa.record()).filter((entry) => entry.kind === 'text').length === Object.keys(hostile).length);
  for (const text of Object.values(hostile)) {
    const entry = (await scene.usa.texts(text))[0];
    await smith.page.goto(`${scene.usa.url}/#/line/${scene.line}/${entry.serial}`);
    const box = smith.page.locator(`article[data-serial="${entry.serial}"]`);
    await box.waitFor();
    if (!deceiving.includes(text)) assert.ok((await box.textContent()).includes(text), text);
    await inert(smith);
  }
});

step('what may deceive the eye is marked where it stands', async (scene) => {
  const box = async (text) => {
    const [entry] = await scene.usa.texts(text);
    await smith.page.goto(`${scene.usa.url}/#/line/${scene.line}/${entry.serial}`);
    const found = smith.page.locator(`article[data-serial="${entry.serial}"]`);
    await found.locator('mark').first().waitFor();
    await inert(smith);
    return found;
  };
  const marks = async (found) => (await found.locator('mark').allTextContents()).join(' ');
  const override = await box(hostile.override);
  assert.match(await marks(override), /202E/);
  assert.ok(!(await override.textContent()).includes('\u202E'), 'an override turns the text around it');
  assert.match(await marks(await box(hostile.invisible)), /200B.*2060.*FEFF/);
  assert.ok((await (await box(hostile.homoglyph)).locator('mark').count()) >= 3);
});

step('nor do they in what rings, waits, is found or is answered', async () => {
  const { page } = smith;
  for (const place of ['inbox', 'drafts', 'audit', 'people']) {
    await page.goto(`${smith.station.url}/#/${place}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await inert(smith);
  }
  await smith.go(smith.t('page.desk'));
  await smith.button(smith.t('search.open')).click();
  await smith.side.getByRole('searchbox').fill(hostile.markup);
  await smith.side.getByRole('button', { name: smith.t('search.search'), exact: true }).click();
  await smith.side.getByText('observed.ran=true').or(smith.side.getByText(smith.t('search.none'))).or(smith.side.getByRole('alert').filter({ hasText: /./ })).first().waitFor();
  await inert(smith);
});

step('a FLASH of theirs rings with it, an exercise is named with it', async (scene) => {
  const draft = await scene.chn.post('/v1/lines/defense/drafts', { act: 'entries', body: { text: `${markup} ${hostile.long}`, class: 'exercise', exercise: '<b>JUNE</b>', precedence: 'flash' } });
  await wang.page.goto(`${scene.chn.url}/#/drafts/${draft.draft}`);
  await inert(wang);
  const chen = await scene.screen(scene.browsers[0], 'chen');
  await chen.release('observed.ran', 'exercise <b>JUNE</b> flash');
  await smith.rings();
  await smith.alarm.getByText('<b>JUNE</b>').first().waitFor();
  await inert(smith);
  await inert(chen);
});

step('neither do forms, roles, subjects and file names of theirs', async (scene) => {
  const { chn } = scene;
  await chn.post('/v1/lines/defense/contacts', { to_roles: ['<u>minister</u>', 'W'.repeat(60)], subject: `${hostile.override} ${markup}`, class: 'live', precedence: 'priority' });
  const { forms } = await chn.get('/v1/forms?language=en');
  const form = forms.find((one) => one.fields.some((field) => field.type === 'text') && !one.refers);
  const values = { choice: (field) => field.choices[0].name, number: (field) => field.least, time: () => '2026-11-27T12:00:00Z', position: () => '38.5 N 60.25 E', text: () => markup.slice(0, 100) };
  const fields = Object.fromEntries(form.fields.filter((field) => field.required || field.type === 'text').map((field) => [field.name, (values[field.type] ?? values.choice)(field)]));
  await chn.post('/v1/lines/defense/notices', { form: form.form, fields, class: 'live', precedence: 'priority' });
  const file = await chn.upload('map <img src=x onerror=observed.ran=true>.html', Buffer.from('<script>parent.observed.ran=true</script>'));
  await chn.post('/v1/lines/defense/entries', { text: 'with a file', class: 'live', attachments: [file] });
  await smith.go(smith.t('page.desk'));
  for (const words of ['<u>minister</u>', markup.slice(0, 40), 'with a file']) {
    const [entry] = await until(words, async () => (await scene.usa.record()).filter((one) => JSON.stringify(one).includes(JSON.stringify(words).slice(1, -1)) && one.kind !== 'text' || one.text === words));
    await smith.page.goto(`${scene.usa.url}/#/line/${scene.line}/${entry.serial}`);
    await smith.page.locator(`article[data-serial="${entry.serial}"]`).waitFor();
    await inert(smith);
  }
});

step('nor do the name of their station and the titles of their officers', async (scene) => {
  const text = 'Do you read this?';
  const han = await addOfficer(scene.chn, { name: 'han', title: `Maj. ${mark}`, roles: 'officer' });
  const { token } = await scene.chn.post('/v1/sign-in', { name: 'han', password: han.password });
  await smith.go(smith.t('page.desk'));
  await smith.send(text, { class: 'Live', precedence: 'ROUTINE' });
  const [theirs] = await until('it is there', async () => {
    const found = await scene.chn.texts(text);
    return found.length > 0 && found;
  });
  await scene.chn.post('/v1/lines/defense/ack', { id: theirs.id }, { authorization: `Bearer ${token}` });
  await smith.entry(text).first().getByText(`Maj. ${mark}`).first().waitFor();
  await inert(smith);
  await wang.go(wang.t('page.desk'));
  await wang.page.locator('header').getByText(image).waitFor();
  await inert(wang);
  await wang.page.goto(`${scene.chn.url}/#/people`);
  await wang.page.getByText(`Maj. ${mark}`).first().waitFor();
  await inert(wang);
});
