// SPDX-License-Identifier: Apache-2.0
// All rooms together, and what they offer by name.
import type { Component } from 'svelte';
import type { Draft, Entry, Kind } from '../api/types.ts';
import { matters } from '../matters/room.ts';
import { watch } from '../watch/room.ts';
import type { Page, Panel, Room } from './registry.ts';
import { desk } from './room.ts';

const rooms: Room[] = [desk, matters, watch];

export const pages = rooms.flatMap((room) => room.pages ?? []);
export const panels = rooms.flatMap((room) => room.panels ?? []);
export const actions = rooms.flatMap((room) => room.actions ?? []);
export const overlays = rooms.flatMap((room) => room.overlays ?? []);
export const headers = rooms.flatMap((room) => room.headers ?? []);
export const unders = rooms.flatMap((room) => room.unders ?? []);
export const sides = rooms.flatMap((room) => room.sides ?? []);

export const pageOf = (id: string): Page | undefined => pages.find((page) => page.id === id);
export const panelOf = (id: string): Panel | undefined => panels.find((panel) => panel.id === id);
export function bodyOf(kind: Kind): Component<{ entry: Entry }> | undefined {
  return rooms.map((room) => room.bodies?.[kind]).find((body) => body !== undefined);
}
/** By the first word of a draft's act. */
export function draftOf(act: string): Component<{ draft: Draft }> | undefined {
  const [kind = ''] = act.split('/');
  return rooms.map((room) => room.drafts?.[kind]).find((body) => body !== undefined);
}
