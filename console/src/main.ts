// SPDX-License-Identifier: Apache-2.0
import { mount } from 'svelte';
import App from './App.svelte';
import './look/tokens.css';
import './look/base.css';
import { session } from './live/session.svelte.ts';
import { applyUsualTheme } from './look/theme.svelte.ts';
import { loadUsualLanguage } from './words/words.svelte.ts';

applyUsualTheme();
await loadUsualLanguage();
mount(App, { target: document.body });
await session.ask();
