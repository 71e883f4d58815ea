// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte';
import App from './App.svelte';
import './look/tokens.css';
import './look/base.css';
import { foreseeRecord } from './desk/main/shown.ts';
import { takeForeseen } from './live/record.svelte.ts';
import { session } from './live/session.svelte.ts';
import { lines } from './live/stores.svelte.ts';
import { applyUsualTheme } from './look/theme.svelte.ts';
import { loadUsualLanguage } from './words/words.svelte.ts';

/** A station that answers later than that finds a screen which says that it is asked. */
const patienceMs = 300;

applyUsualTheme();
// Asked for together, before the first screen is drawn: most often there is a session, and the lines are what it shows.
const asked = session.ask();
const known = Promise.all([asked, lines.ask()]);
let drawn = false;
const foreseen = known.then(() => (drawn ? undefined : foreseeRecord())).catch((problem) => console.error(problem));
await Promise.all([loadUsualLanguage(), Promise.race([foreseen, new Promise((resolve) => setTimeout(resolve, patienceMs))])]);
drawn = true;
mount(App, { target: document.body });
takeForeseen(); // what no view took by now grows old
await asked;
if (session.standing !== 'signed-in' || session.keyNeeded) lines.clear();
