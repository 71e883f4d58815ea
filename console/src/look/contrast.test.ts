// SPDX-License-Identifier: Apache-2.0
// Holds the colours of tokens.css to WCAG 2.2: 4.5:1 for words, 3:1 for the edges of controls, by day and by night.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function colours(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`));
  return new Map([...block.slice(0, block.indexOf('}')).matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]));
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['bg', 'panel', 'ours', 'theirs'];
const inks = ['ink', 'dim', 'accent', 'flash', 'immediate', 'priority', 'routine', 'exercise', 'good', 'warn', 'bad'];
/** Words on a coloured ground: [words, ground]. */
const turned = [['on-accent', 'accent'], ['on-alarm', 'alarm'], ['panel', 'ink'], ['panel', 'flash'], ['panel', 'immediate'], ['panel', 'priority'], ['panel', 'exercise']];

for (const [theme, selector] of [['day', ':root'], ['night', ':root[data-theme="night"]']] as const) {
  const named = colours(selector);
  const colour = (name: string): string => named.get(name) ?? assert.fail(`${theme} lacks --${name}`);

  test(`words can be read by ${theme}`, () => {
    for (const [words, ground] of [...inks.flatMap((ink) => grounds.map((ground) => [ink, ground])), ...turned] as [string, string][]) {
      const ratio = contrast(colour(words), colour(ground));
      assert.ok(ratio >= 4.5, `${words} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`controls have an edge by ${theme}`, () => {
    for (const ground of grounds) assert.ok(contrast(colour('edge'), colour(ground)) >= 3, ground);
  });
}

test('black on white is the most there is', () => assert.equal(contrast('#000000', '#ffffff'), 21));
