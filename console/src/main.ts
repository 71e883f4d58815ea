// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte';
import App from './App.svelte';
import './look/tokens.css';
import './look/base.css';
import { session } from './live/session.svelte.ts';
import { lines } from './live/stores.svelte.ts';
import { applyUsualTheme } from './look/theme.svelte.ts';
import { loadUsualLanguage } from './words/words.svelte.ts';

applyUsualTheme();
// Asked for together, before the first screen is drawn: most often there is a session, and the lines are what it shows.
const asked = session.ask();
lines.ask();
await loadUsualLanguage();
mount(App, { target: document.body });
await asked;
if (session.standing !== 'signed-in' || session.keyNeeded) lines.clear();
