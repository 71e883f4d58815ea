// SPDX-License-Identifier: Apache-2.0
// The watch, its hand-over and its roster: what this room puts into the main screen.
import type { Room } from '../desk/registry.ts';
import StillThere from './StillThere.svelte';
import WatchHeader from './WatchHeader.svelte';

export const watch: Room = {
  pages: [{ id: 'watch', title: 'watch.title', menu: true, load: () => import('./WatchPage.svelte') }],
  overlays: [StillThere],
  headers: [WatchHeader],
};
