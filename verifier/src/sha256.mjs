// SHA-256 (FIPS 180-4), here rather than the runtime's because a tree is hashed node by node, and that one is asynchronous.

import { hex } from "./bytes.mjs";

const K = new Uint32Array(64);
const START = new Uint32Array(8);
makeConstants();

/** SHA-256 of bytes: 32 bytes. */
export function sha256(bytes) {
  const state = START.slice();
  const words = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) takeBlock(state, words, bytes, at);
  const rest = bytes.subarray(whole);
  const end = new Uint8Array(rest.length < 56 ? 64 : 128);
  end.set(rest);
  end[rest.length] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(end.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < end.length; at += 64) takeBlock(state, words, end, at);
  const made = new Uint8Array(32);
  const out = new DataView(made.buffer);
  state.forEach((word, place) => out.setUint32(4 * place, word));
  return made;
}

/** SHA-256 in hexadecimal. */
export function sha256Hex(bytes) {
  return hex(sha256(bytes));
}

function takeBlock(state, words, bytes, at) {
  for (let t = 0; t < 16; t += 1) {
    const from = at + 4 * t;
    words[t] = (bytes[from] << 24) | (bytes[from + 1] << 16) | (bytes[from + 2] << 8) | bytes[from + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const [early, late] = [words[t - 15], words[t - 2]];
    const one = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const two = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[t] = (words[t - 16] + one + words[t - 7] + two) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + words[t]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] += word));
}

function turned(word, by) {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractional parts of the cube and square roots of the first primes. */
function makeConstants() {
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  primes.forEach((prime, place) => (K[place] = Number(rootOf(BigInt(prime) << 96n, 3n) & 0xffffffffn)));
  primes.slice(0, 8).forEach((prime, place) => (START[place] = Number(rootOf(BigInt(prime) << 64n, 2n) & 0xffffffffn)));
}

/** The whole part of the n-th root. */
function rootOf(value, n) {
  let [low, high] = [0n, 1n << 45n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** n <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}
