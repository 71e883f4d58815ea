// SPDX-License-Identifier: Apache-2.0
// The bell: tones of this page's own making. A browser may refuse sound until somebody has touched the page; that is told
// as an alarm of its own, since a desk that cannot ring is not manned.

export type Ring = 'flash' | 'drill' | 'other' | null;

type Strokes = readonly (readonly [start: number, hertz: number])[];
/** Told apart without looking: two quick high tones for a FLASH, the same low for that of an exercise, one slow low one else. */
const tones: Record<'flash' | 'drill' | 'other', { strokes: Strokes; stroke: number; round: number }> = {
  flash: { strokes: [[0, 880], [0.18, 1175], [0.36, 880], [0.54, 1175]], stroke: 0.16, round: 1.2 },
  drill: { strokes: [[0, 440], [0.18, 587], [0.36, 440], [0.54, 587]], stroke: 0.16, round: 1.2 },
  other: { strokes: [[0, 587]], stroke: 0.7, round: 2.4 },
};

const rate = 22_050;

/** One round of the bell, looped by the sound system: no timer that a sleeping tab would slow. `pressing`: without a pause. */
function round(context: AudioContext, ring: keyof typeof tones, pressing: boolean): AudioBuffer {
  const { strokes, stroke, round: usual } = tones[ring];
  const seconds = pressing ? Math.max(...strokes.map(([start]) => start)) + stroke + 0.02 : usual;
  const buffer = context.createBuffer(1, rate * seconds, rate);
  const samples = buffer.getChannelData(0);
  for (const [start, hertz] of strokes) {
    for (let i = 0; i < stroke * rate; i++) {
      const at = i / rate;
      const envelope = Math.min(1, at / 0.008) * Math.exp((-3 * at) / stroke);
      samples[Math.floor(start * rate) + i]! += 0.5 * envelope * (Math.sin(2 * Math.PI * hertz * at) + 0.3 * Math.sin(4 * Math.PI * hertz * at));
    }
  }
  return buffer;
}

class Bell {
  blocked = $state(false);
  #context: AudioContext | null = null;
  #source: AudioBufferSourceNode | null = null;
  #ring: Ring = null;
  #pressing = false;

  /** Opens the sound. To be called from a click or key where there is one; says `blocked` if the browser does not let it. */
  async open(): Promise<void> {
    this.#context ??= new AudioContext();
    this.#context.onstatechange = () => this.#look();
    // A promise that a browser leaves open for ever while sound is blocked: hence the race.
    await Promise.race([this.#context.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 400))]);
    this.#look();
    const ring = this.#ring;
    this.#ring = null;
    this.sound(ring, this.#pressing);
  }

  /** Rings so, or not at all. `pressing`: it was not answered, and a step of the plan was taken. */
  sound(ring: Ring, pressing = false): void {
    if (ring === this.#ring && pressing === this.#pressing) return;
    this.#ring = ring;
    this.#pressing = pressing;
    this.#source?.stop();
    this.#source = null;
    this.#look();
    if (ring === null || !this.#context) return;
    this.#source = this.#context.createBufferSource();
    this.#source.buffer = round(this.#context, ring, pressing);
    this.#source.loop = true;
    this.#source.connect(this.#context.destination);
    this.#source.start();
  }

  #look(): void {
    this.blocked = this.#context !== null && this.#context.state !== 'running';
  }
}

export const bell = new Bell();
