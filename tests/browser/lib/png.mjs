// SPDX-License-Identifier: Apache-2.0
// Makes a picture of a screen small: its colours are few, so it is written with a palette. A picture with more than 256
// colours (smooth edges of letters) has near ones joined, the rarest first into the nearest that stays.
import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

function chunk(type, data) {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

/** Width, height and red, green, blue of each pixel; of 8-bit pictures without interlacing, with or without transparency. */
function pixels(png) {
  let [width, height, channels] = [0, 0, 0];
  const pieces = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') {
      [width, height, channels] = [data.readUInt32BE(0), data.readUInt32BE(4), { 2: 3, 6: 4 }[data[9]]];
      if (data[8] !== 8 || !channels || data[12] !== 0) throw new Error('a PNG of another kind than browsers write');
    }
    if (type === 'IDAT') pieces.push(data);
    at += 12 + length;
  }
  const raw = inflateSync(Buffer.concat(pieces));
  const row = width * channels;
  const lines = Buffer.alloc(height * row);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const left = x >= channels ? lines[y * row + x - channels] : 0;
      const up = y > 0 ? lines[(y - 1) * row + x] : 0;
      const corner = x >= channels && y > 0 ? lines[(y - 1) * row + x - channels] : 0;
      lines[y * row + x] = raw[y * (row + 1) + 1 + x] + predicted(filter, left, up, corner);
    }
  }
  return { width, height, channels, lines };
}

function predicted(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(left + up - corner - one));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

export function smallPng(png) {
  const { width, height, channels, lines } = pixels(png);
  const count = new Map();
  const colour = (at) => (lines[at] << 16) | (lines[at + 1] << 8) | lines[at + 2];
  for (let at = 0; at < lines.length; at += channels) count.set(colour(at), (count.get(colour(at)) ?? 0) + 1);
  const byUse = [...count.keys()].sort((a, b) => count.get(b) - count.get(a));
  const palette = byUse.slice(0, 256);
  const place = new Map(palette.map((one, i) => [one, i]));
  const apart = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
  for (const one of byUse.slice(256)) {
    let best = 0;
    for (let i = 1; i < palette.length; i++) if (apart(one, palette[i]) < apart(one, palette[best])) best = i;
    place.set(one, best);
  }
  const out = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * (width + 1) + 1 + x] = place.get(colour((y * width + x) * channels));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  return Buffer.concat([signature, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', deflateSync(out, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
