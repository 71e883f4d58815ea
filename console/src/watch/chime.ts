// SPDX-License-Identifier: Apache-2.0
// Two soft falling tones, unlike the bell's: a question to whoever sits here, not a message.

let context: AudioContext | null = null;

export function chime(): void {
  context ??= new AudioContext();
  if (context.state !== 'running') void context.resume().catch(() => {});
  const start = context.currentTime + 0.02;
  for (const [at, hertz] of [[0, 660], [0.3, 495]] as const) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, start + at);
    loudness.gain.linearRampToValueAtTime(0.35, start + at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + at + 0.28);
    tone.connect(loudness).connect(context.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.3);
  }
}
