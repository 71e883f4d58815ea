// SPDX-License-Identifier: Apache-2.0
// The watch, its hand-over and its roster: what this room puts into the main screen.
import type { Room } from '../desk/registry.ts';

export const watch: Room = {};
