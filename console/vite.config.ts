// SPDX-License-Identifier: Apache-2.0
// The station serves the result under a policy without inline scripts, inline styles or outside requests: hence no
// module-preload polyfill and no assets as data: URLs.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { words } from './words/plugin.ts';

export default defineConfig({
  plugins: [words(), svelte()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    // What the first screen needs is one file, and each room that is opened later one more: forty small ones took a browser
    // longer to ask for than to run.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'main', test: /src[\\/]main\.ts$/ }] } } },
  },
});
