// SPDX-License-Identifier: Apache-2.0
// Requests for contact, visits, calls, readouts, notices, translations: what this room puts into the main screen.
import type { Room } from '../desk/registry.ts';

export const matters: Room = {};
