// SPDX-License-Identifier: Apache-2.0
// The geometry of the 24 hours. Pure.
import type { History, Lamp } from '../../api/types.ts';

type Sample = History['samples'][number];

/** SVG paths of the round trips, one for each run without a hole; a scale that shows 5 ms and 5 s alike: logarithmic. */
export function curve(samples: readonly Sample[], at: (time: string) => number, height: number): string[] {
  const paths: string[] = [];
  let path = '';
  for (const sample of samples) {
    if (sample.round_trip_ms == null) {
      if (path !== '') paths.push(path);
      path = '';
      continue;
    }
    const share = Math.min(1, Math.log10(1 + sample.round_trip_ms) / 5);
    path += `${path === '' ? 'M' : 'L'}${at(sample.time).toFixed(1)} ${(height - 2 - share * (height - 4)).toFixed(1)}`;
  }
  if (path !== '') paths.push(path);
  return paths;
}

/** Where packets were lost, from a sample to the next, and what share of them. */
export function losses(samples: readonly Sample[], at: (time: string) => number): { from: number; to: number; share: number }[] {
  return samples.flatMap((sample, i) => {
    if (!sample.loss) return [];
    return [{ from: at(sample.time), to: at(samples[i + 1]?.time ?? sample.time), share: Math.min(1, sample.loss) }];
  });
}

/** Runs of one lamp. A run lasts until the next sample. */
export function bands(samples: readonly Sample[], at: (time: string) => number): { lamp: Lamp; from: number; to: number }[] {
  const result: { lamp: Lamp; from: number; to: number }[] = [];
  samples.forEach((sample, i) => {
    if (!sample.lamp) return;
    const from = at(sample.time);
    const to = at(samples[i + 1]?.time ?? sample.time);
    const last = result.at(-1);
    if (last && last.lamp === sample.lamp && Math.abs(last.to - from) < 0.01) last.to = to;
    else result.push({ lamp: sample.lamp, from, to });
  });
  return result;
}

/** Our own tests: whether they answered. Theirs are for their plot. */
export const testMarks = (tests: History['tests']): History['tests'] => tests.filter((test) => test.own);
