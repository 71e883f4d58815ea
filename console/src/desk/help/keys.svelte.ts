// SPDX-License-Identifier: Apache-2.0
// Whether keys without Ctrl or Alt act by themselves. Who speaks to the machine, or types with a stick, turns them off.
const name = 'openline.singleKeys';
const chosen = $state({ on: localStorage.getItem(name) !== 'off' });

export const singleKeys = {
  get on(): boolean {
    return chosen.on;
  },
  set on(on: boolean) {
    chosen.on = on;
    localStorage.setItem(name, on ? 'on' : 'off');
  },
};
