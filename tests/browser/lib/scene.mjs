// SPDX-License-Identifier: Apache-2.0
// What a test file plays on: two stations with people, browsers at their desks, and steps of which one that fails leaves
// pictures of all screens and the stations' logs behind.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Screen, openBrowser } from './screen.mjs';
import { Station, addOfficer, agree } from './stations.mjs';

export const programs = process.env.OPENLINE_PROGRAMS;
if (!programs) throw new Error('OPENLINE_PROGRAMS says where openline and openlined are; tests/browser/run sets it');

/** Stations are killed in these tests, and most of them are not about silence. */
export const usualPlan = '[[desk]]\nname = "*"\nsilence_after = "1h"\n';

export class Scene {
  name = basename(process.argv[1], '_test.mjs');
  work = mkdtempSync(join(tmpdir(), 'openline-browser-'));
  stations = [];
  screens = [];
  browsers = [];
  officers = {};

  /** Two stations that know each other, with the line "defense" and two people at each, who are officers and releasers; the first is supervisor too. */
  async twoDesks({ usa = {}, chn = {}, agreement = {} } = {}) {
    this.stations = await Promise.all([['USA', usa], ['CHN', chn]].map(([code, more]) => Station.make({ programs, work: this.work, code, plan: usualPlan, ...more })));
    [this.usa, this.chn] = this.stations;
    await Promise.all(this.stations.map((station) => station.start()));
    await agree(this.stations, { more: 'release = { flash = 2 }\n', ...agreement });
    const people = [
      [this.usa, [['smith', 'Cdr. J. Smith', 'supervisor,officer,releaser'], ['jones', 'Lt. A. Jones', 'officer,releaser']]],
      [this.chn, [['wang', 'Col. Wang', 'supervisor,officer,releaser'], ['chen', 'Maj. Chen', 'officer,releaser']]],
    ];
    await Promise.all(people.map(async ([station, all]) => {
      for (const [name, title, roles] of all) this.officers[name] = await addOfficer(station, { name, title, roles });
    }));
    this.line = (await this.usa.line()).line;
  }

  async browser(options) {
    const browser = await openBrowser(options);
    this.browsers.push(browser);
    return browser;
  }

  /** A window of its own for an officer, signed in. */
  async screen(browser, officer, options = {}) {
    const screen = await Screen.open(browser, this.officers[officer].station, { name: officer, ...options });
    this.screens.push(screen);
    await screen.signIn(this.officers[officer]);
    return screen;
  }

  /** One at the entrance, where nobody has signed in. */
  async entrance(browser, station, options = {}) {
    const screen = await Screen.open(browser, station, { name: `entrance-${station.code}`, ...options });
    this.screens.push(screen);
    return screen;
  }

  /** Pictures and logs, into a folder that is named on the standard error. */
  async keep(what) {
    const folder = join(process.env.OPENLINE_KEPT ?? join(tmpdir(), 'openline-browser-kept'), this.name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const screen of this.screens) {
      await screen.page.screenshot({ path: join(folder, `${screen.name}.png`), timeout: 30_000 }).catch(() => {});
      writeFileSync(join(folder, `${screen.name}.log`), screen.told.join('\n'));
    }
    for (const station of this.stations) {
      const log = join(station.folder, 'log');
      if (existsSync(log)) copyFileSync(log, join(folder, `${station.code}.log`));
    }
    process.stderr.write(`${what}: screens and logs are kept in ${folder}\n`);
  }

  async end() {
    await Promise.all(this.browsers.map((browser) => browser.close().catch(() => {})));
    await Promise.all(this.stations.map((station) => station.stop()));
    rmSync(this.work, { recursive: true, force: true });
  }
}

/** A story: steps in their order on one scene. After one that failed the rest is not tried, unless each stands by itself. */
export function story(setUp, { independent = false } = {}) {
  const scene = new Scene();
  let failed = null;
  before(async () => {
    try {
      await setUp(scene);
    } catch (error) {
      failed = 'the scene';
      await scene.keep('setting up');
      throw error;
    }
  });
  after(() => scene.end());
  return (name, act) =>
    test(name, async (t) => {
      if (failed) return t.skip(`after what failed: ${failed}`);
      try {
        await act(scene);
        for (const screen of scene.screens) screen.check();
      } catch (error) {
        if (!independent) failed = name;
        await scene.keep(name);
        throw error;
      }
    });
}
