// SPDX-License-Identifier: Apache-2.0
// Day or night. Kept on this machine, since the room decides it and not the officer.
export type Theme = 'day' | 'night';

const stored = 'openline.theme';
const chosen = $state<{ theme: Theme }>({ theme: 'day' });

function apply(theme: Theme): void {
  chosen.theme = theme;
  document.documentElement.dataset.theme = theme;
}

/** To be called before the first screen. */
export function applyUsualTheme(): void {
  const own = localStorage.getItem(stored);
  if (own === 'day' || own === 'night') apply(own);
  else apply(matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'day');
}

export const theme = (): Theme => chosen.theme;

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(stored, theme);
  apply(theme);
}
