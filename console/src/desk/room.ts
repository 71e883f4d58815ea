// SPDX-License-Identifier: Apache-2.0
// The desk's own pages beside its main screen.
import type { Room } from './registry.ts';

export const desk: Room = { pages: [] };
