// SPDX-License-Identifier: Apache-2.0
// From the entrance to a FLASH that is out and acknowledged, by three officers without a pointer: Tab, arrows, Enter,
// Space, letters, F8. What has the keyboard is always seen to have it.
import assert from 'node:assert/strict';
import { story } from './lib/scene.mjs';
import { until } from './lib/stations.mjs';

const text = 'Hold your vessels where they are.';
const windows = {};

const step = story(async (scene) => {
  await scene.twoDesks();
  const browser = await scene.browser();
  for (const [officer, station] of [['smith', scene.usa], ['jones', scene.usa], ['wang', scene.chn]]) {
    windows[officer] = await scene.entrance(browser, station, { name: officer });
    // A pointer would be a fault of the test.
    windows[officer].page.mouse.click = windows[officer].page.click = () => assert.fail('no pointer here');
  }
});

/** What has the keyboard: what it is, how it is called, and whether an outline says so. */
const focused = (screen) => screen.page.evaluate(() => {
  const one = document.activeElement;
  const label = one.labels?.[0]?.textContent ?? '';
  const style = getComputedStyle(one);
  const around = one.closest('label') ? getComputedStyle(one.closest('label')) : style;
  return {
    tag: one.tagName, value: one.value ?? '', name: `${one.getAttribute('aria-label') ?? ''} ${label} ${one.tagName === 'INPUT' || one.tagName === 'TEXTAREA' ? '' : one.textContent.slice(0, 80)}`.replace(/\s+/g, ' ').trim(),
    outlined: [style, around].some((look) => look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0),
  };
});

/** Tab until what has the keyboard is so called. */
async function tabTo(screen, wanted, key = 'Tab') {
  const seen = [];
  for (let i = 0; i < 120; i++) {
    await screen.page.keyboard.press(key);
    const now = await focused(screen);
    seen.push(`${now.tag} ${now.name}`);
    if (wanted.test(now.name)) {
      assert.ok(now.outlined, `nothing shows that "${now.name}" has the keyboard`);
      return now;
    }
  }
  throw new Error(`no Tab leads to ${wanted}:\n${seen.join('\n')}`);
}

async function signIn(scene, officer) {
  const screen = windows[officer];
  await screen.page.locator('form').waitFor();
  await tabTo(screen, /^Name/);
  await screen.page.keyboard.type(officer);
  await tabTo(screen, /^Password/);
  await screen.page.keyboard.type(scene.officers[officer].password);
  await screen.page.keyboard.press('Enter');
  await screen.composer.waitFor();
}

step('three officers sign in', async (scene) => {
  await Promise.all(Object.keys(windows).map((officer) => signIn(scene, officer)));
});

step('one chooses class and precedence with arrows, writes, and sends for release with Ctrl Enter', async () => {
  const { page, composer } = windows.smith;
  await tabTo(windows.smith, /^(Live|Exercise|Test|Service)$/);
  await page.keyboard.press('Space');
  assert.ok(await composer.getByRole('radio', { name: 'Live', exact: true }).isChecked());
  await tabTo(windows.smith, /^(ROUTINE|PRIORITY|IMMEDIATE|FLASH)$/);
  const flash = composer.getByRole('radio', { name: 'FLASH', exact: true });
  for (let i = 0; i < 4 && !(await flash.isChecked()); i++) await page.keyboard.press('ArrowRight');
  assert.ok(await flash.isChecked());
  await tabTo(windows.smith, /^Text/);
  await page.keyboard.type(text);
  await page.keyboard.press('Control+Enter');
  await windows.smith.said(/Waits for release: 2 people in all/);
});

step('another goes to the drafts, opens it, types the words and releases', async (scene) => {
  const { page, dialog } = windows.jones;
  await tabTo(windows.jones, /^Drafts/);
  await page.keyboard.press('Enter');
  await windows.jones.draft(text).waitFor();
  await tabTo(windows.jones, /^Release…/);
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  // The dialog has the keyboard, and keeps it: the alarm bar is the only other place that one can get to.
  assert.match((await focused(windows.jones)).name, /^Type:/);
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.closest('[role=dialog], #alarm-bar') !== null));
  }
  await tabTo(windows.jones, /^Type:/);
  await page.keyboard.type('live flash');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement !== document.body); // the keyboard is not lost with the button
  await until('it is at the far station', async () => (await scene.chn.texts(text)).length === 1);
});

step('the far officer acknowledges with F8, and it is quiet', async () => {
  await windows.wang.rings();
  await windows.wang.alarm.getByRole('button', { disabled: false }).waitFor();
  await windows.wang.page.keyboard.press('F8');
  await windows.wang.quiet();
});

step('the near end sees it, and walks the record with arrows', async () => {
  const { page } = windows.smith;
  await windows.smith.entry(text).getByText(/✓.*acknowledged/).waitFor();
  await tabTo(windows.smith, /^Record of defense/, 'Shift+Tab');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  assert.equal((await focused(windows.smith)).tag, 'ARTICLE');
  await page.keyboard.press('End');
  await page.waitForFunction((words) => document.activeElement.textContent.includes(words), text);
  // D D opens what takes it back, Escape leaves it.
  await page.keyboard.press('d');
  await page.keyboard.press('d');
  await windows.smith.dialog.waitFor();
  await page.keyboard.press('Escape');
  await windows.smith.dialog.waitFor({ state: 'detached' });
  assert.equal((await focused(windows.smith)).tag, 'ARTICLE');
});
