// SPDX-License-Identifier: Apache-2.0
// How a room (src/desk, src/matters, src/watch) puts its screens into the main one: by lists, loaded when they are opened.
import type { Component } from 'svelte';
import type { Draft, Entry, Kind, Line, Role } from '../api/types.ts';
import type { Key } from '../words/words.svelte.ts';

type Load<Props extends Record<string, unknown>> = () => Promise<{ default: Component<Props> }>;

/** A page that looks at what follows its name in the address, or does not. */
export type PageComponent = Component<{ rest: string }> | Component<Record<string, never>>;

/** A full page, at #/ID or #/ID/REST. */
export interface Page {
  id: string;
  title: Key;
  /** Whether the header's menu names it, and to which roles (all, if absent). */
  menu: boolean;
  roles?: Role[];
  load: () => Promise<{ default: PageComponent }>;
}

/** Opens another panel in the place of this one. */
export type OpenPanel = (panel: string, entry?: Entry) => void;
export type PanelProps = { line: Line; entry?: Entry | undefined; close: () => void; open: OpenPanel };

/** Beside the record: a form or a view about a line, or about one entry of it. */
export interface Panel {
  id: string;
  title: Key;
  load: Load<PanelProps>;
}

/** A button. On a line: beside the composer. On an entry: under it. It opens a panel, which gets the line and entry. */
export interface Action {
  id: string;
  words: Key;
  place: 'line' | 'entry';
  panel: string;
  /** One of these roles is needed at the line's desk. */
  roles: Role[];
  /** On an entry: whether it can be asked of this one. */
  suits?: (entry: Entry) => boolean;
}

export interface Room {
  pages?: Page[];
  panels?: Panel[];
  actions?: Action[];
  /** How the record shows entries of these kinds, in place of the plain list of what they say. */
  bodies?: Partial<Record<Kind, Component<{ entry: Entry }>>>;
  /** How a draft of these acts is shown to who releases it; its text, files and other fields stand beside it as ever. */
  drafts?: Record<string, Component<{ draft: Draft }>>;
  /** Under an entry's own words, whatever its kind: what others added to it later, such as translations. */
  unders?: Component<{ entry: Entry }>[];
  /** Always there once somebody is signed in, above everything but the alarm bar: questions that cannot wait. */
  overlays?: Component[];
  /** In the header, at its end: short states with a button. */
  headers?: Component[];
  /** At the side of the record while no panel is open: what stands open on the line. */
  sides?: Component<{ line: Line; open: OpenPanel }>[];
}
