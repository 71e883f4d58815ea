// SPDX-License-Identifier: Apache-2.0
// The bell: tones of this page's own making. A browser may refuse sound until somebody has touched the page; that is told
// as an alarm of its own, since a desk that cannot ring is not manned.

export type Ring = 'flash' | 'other' | null;

const rate = 22_050;

/** One round of the bell, looped by the sound system: no timer that a sleeping tab would slow. */
function round(context: AudioContext, ring: 'flash' | 'other'): AudioBuffer {
  // Two quick high tones for FLASH, one slow low one else: told apart without looking.
  const strokes = ring === 'flash' ? [[0, 880], [0.18, 1175], [0.36, 880], [0.54, 1175]] : [[0, 587]];
  const buffer = context.createBuffer(1, rate * (ring === 'flash' ? 1.2 : 2.4), rate);
  const samples = buffer.getChannelData(0);
  for (const [start = 0, hertz = 0] of strokes) {
    const length = ring === 'flash' ? 0.16 : 0.7;
    for (let i = 0; i < length * rate; i++) {
      const at = i / rate;
      const envelope = Math.min(1, at / 0.008) * Math.exp((-3 * at) / length);
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

  /** Opens the sound. To be called from a click or key where there is one; says `blocked` if the browser does not let it. */
  async open(): Promise<void> {
    this.#context ??= new AudioContext();
    this.#context.onstatechange = () => this.#look();
    // A promise that a browser leaves open for ever while sound is blocked: hence the race.
    await Promise.race([this.#context.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 400))]);
    this.#look();
    const ring = this.#ring;
    this.#ring = null;
    this.sound(ring);
  }

  /** Rings so, or not at all. */
  sound(ring: Ring): void {
    if (ring === this.#ring) return;
    this.#ring = ring;
    this.#source?.stop();
    this.#source = null;
    this.#look();
    if (ring === null || !this.#context) return;
    this.#source = this.#context.createBufferSource();
    this.#source.buffer = round(this.#context, ring);
    this.#source.loop = true;
    this.#source.connect(this.#context.destination);
    this.#source.start();
  }

  #look(): void {
    this.blocked = this.#context !== null && this.#context.state !== 'running';
  }
}

export const bell = new Bell();
