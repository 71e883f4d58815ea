// SPDX-License-Identifier: Apache-2.0
// A security key beside the password, by Chromium's virtual authenticator: added, asked, missed, copied, removed. And a desk
// that demands one.
import assert from 'node:assert/strict';
import { story, usualPlan } from './lib/scene.mjs';
import { Screen } from './lib/screen.mjs';

let smith, browser;

/** The console by the name localhost: browsers take no key on an IP address. */
const named = (station) => ({ ...station, url: station.url.replace('127.0.0.1', 'localhost'), code: station.code });

/** What stands for a key in this window: a USB key of CTAP2 that is touched at once. */
async function plugIn(screen) {
  screen.cdp = await screen.context.newCDPSession(screen.page);
  await screen.cdp.send('WebAuthn.enable', { enableUI: false });
  return newKey(screen);
}

async function newKey(screen) {
  const options = { protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: false, automaticPresenceSimulation: true };
  const { authenticatorId } = await screen.cdp.send('WebAuthn.addVirtualAuthenticator', { options });
  return authenticatorId;
}

const credentials = async (screen, authenticatorId) => (await screen.cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

async function fillIn(screen, officer) {
  await screen.page.locator('input[autocomplete=username]').fill(officer.name);
  await screen.page.locator('input[autocomplete=current-password]').fill(officer.password);
  await screen.page.locator('form button[type=submit]').click();
}

async function openAccount(screen) {
  await screen.page.locator('a[href$="account"]').click();
  await screen.page.getByRole('heading', { name: screen.t('securityKey.title') }).waitFor();
}

async function add(screen, name) {
  await screen.page.getByLabel(screen.t('securityKey.name')).fill(name);
  await screen.button(screen.t('securityKey.add')).click();
  await screen.button(`Remove the security key ${name}`).waitFor();
}

async function signOut(screen) {
  await screen.button(screen.t('account.signOut')).first().click();
  await screen.page.locator('input[autocomplete=username]').waitFor();
  await screen.page.goto(screen.station.url); // else the account's page comes first again
}

const acts = async (station) => (await station.get('/v1/audit?limit=1000')).acts;

const step = story(async (scene) => {
  await scene.twoDesks({ chn: { plan: `[session]\nsecurity_keys = "required"\n${usualPlan}` } });
  browser = await scene.browser();
  smith = await Screen.open(browser, named(scene.usa), { name: 'smith' });
  scene.screens.push(smith);
  smith.key = await plugIn(smith);
  await smith.signIn(scene.officers.smith);
});

step('an officer adds a key, and the account says so', async (scene) => {
  await openAccount(smith);
  await smith.said('There is none yet');
  await add(smith, 'blue');
  const made = await credentials(smith, smith.key);
  assert.equal(made.length, 1);
  assert.equal(made[0].rpId, 'localhost');
  const { officers } = await scene.usa.get('/v1/officers');
  assert.equal(officers.find((one) => one.name === 'smith').security_keys, 1);
});

step('signing in takes the password and the key', async (scene) => {
  await signOut(smith);
  await smith.signIn(scene.officers.smith);
  const { keys } = await smith.page.evaluate(async () => (await fetch('/v1/security-keys')).json());
  assert.ok(keys[0].last_used);
  const [signed] = (await acts(scene.usa)).filter((one) => one.note?.includes('with the security key "blue"'));
  assert.equal(signed.status, 200);
});

step('another key does not open it, nor does none', async (scene) => {
  await openAccount(smith);
  await signOut(smith);
  const [mine] = await credentials(smith, smith.key);
  await smith.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: smith.key });
  smith.key = await newKey(smith);
  await fillIn(smith, scene.officers.smith);
  await smith.said(smith.t('problem.key_cancelled'));
  assert.equal(await smith.page.getByRole('feed').count(), 0);
  // The page asks in vain as well: without a key's answer the station opens nothing.
  const told = await smith.page.evaluate(async ([name, password]) => {
    const answer = await fetch('/v1/sign-in', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, password }) });
    return { status: answer.status, body: await answer.json(), me: (await fetch('/v1/me')).status };
  }, [scene.officers.smith.name, scene.officers.smith.password]);
  assert.deepEqual([told.status, told.body.error.code, told.me], [401, 'second_factor', 401]);
  await smith.cdp.send('WebAuthn.addCredential', { authenticatorId: smith.key, credential: mine });
  await smith.signIn(scene.officers.smith);
});

step('a copy of the key is refused, and the log says it', async (scene) => {
  const [mine] = await credentials(smith, smith.key);
  assert.ok(mine.signCount > 1);
  await openAccount(smith);
  await signOut(smith);
  // Set back: what a copy that was made earlier would say.
  await smith.cdp.send('WebAuthn.removeCredential', { authenticatorId: smith.key, credentialId: mine.credentialId });
  await smith.cdp.send('WebAuthn.addCredential', { authenticatorId: smith.key, credential: { ...mine, signCount: 0 } });
  await fillIn(smith, scene.officers.smith);
  await smith.said(smith.t('problem.copied_key'));
  assert.equal(await smith.page.getByRole('feed').count(), 0);
  const copied = (await acts(scene.usa)).filter((one) => one.act === 'POST /v1/sign-in' && one.note?.includes('there is a copy of it'));
  assert.equal(copied.length, 1);
  assert.equal(copied[0].status, 401);
  // The one that has signed most goes on.
  await smith.cdp.send('WebAuthn.removeCredential', { authenticatorId: smith.key, credentialId: mine.credentialId });
  await smith.cdp.send('WebAuthn.addCredential', { authenticatorId: smith.key, credential: { ...mine, signCount: mine.signCount + 10 } });
  await smith.signIn(scene.officers.smith);
});

step('by an IP address the screen says why no key works there', async (scene) => {
  const elsewhere = await scene.entrance(browser, scene.usa);
  await fillIn(elsewhere, scene.officers.smith);
  await elsewhere.said(elsewhere.t('problem.host_name_needed'));
  await elsewhere.said('console.names');
});

step('removed, the password alone signs in again', async (scene) => {
  await openAccount(smith);
  await smith.button('Remove the security key blue').click();
  await smith.said('There is none yet');
  await signOut(smith);
  await smith.signIn(scene.officers.smith);
  await smith.checkPolicy();
});

step('a desk that demands a key opens nothing before there is one', async (scene) => {
  const wang = await Screen.open(browser, named(scene.chn), { name: 'wang' });
  scene.screens.push(wang);
  wang.key = await plugIn(wang);
  await fillIn(wang, scene.officers.wang);
  await wang.page.getByRole('heading', { name: wang.t('problem.security_key_needed') }).waitFor();
  assert.equal(await wang.page.getByRole('feed').count(), 0);
  const status = await wang.page.evaluate(async () => (await fetch('/v1/lines')).json());
  assert.equal(status.error.code, 'security_key_needed');
  await wang.page.getByLabel(wang.t('securityKey.name')).fill('first');
  await wang.button(wang.t('securityKey.add')).click();
  await wang.page.getByRole('feed').waitFor();
  await openAccount(wang);
  await wang.button('Remove the security key first').click();
  await wang.said('it is your last');
  await signOut(wang);
  await wang.signIn(scene.officers.wang);
  await wang.checkPolicy();
});
