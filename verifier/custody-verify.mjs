#!/usr/bin/env node
// A second verifier of archives: Node.js, or a browser as a module; no other file and no package is needed.
// Made from verifier/src by verifier/bundle.mjs; its SHA-256 stands in verifier/SHA256SUMS.

const of_bytes = (() => {
// Bytes and their spellings: UTF-8, hexadecimal and base64, each in its one form. Nothing here is of custody.

/** What is wrong with an input; `code` is stable, the message a sentence. */
class Refused extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

const ENCODER = new TextEncoder();
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** The UTF-8 bytes of a text. */
function utf8(text) {
  return ENCODER.encode(text);
}

/** The text of bytes that are UTF-8 without exception; null otherwise. A byte order mark stays a character. */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal digits. */
function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hexadecimal digits; null for anything else. */
function unhex(text) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Standard padded base64. */
function base64(bytes) {
  const letters = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [one, two, three] = [bytes[at], bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    letters.push(ALPHABET[one >> 2], ALPHABET[((one & 3) << 4) | (two >> 4)]);
    letters.push(at + 1 < bytes.length ? ALPHABET[((two & 15) << 2) | (three >> 6)] : "=");
    letters.push(at + 2 < bytes.length ? ALPHABET[three & 63] : "=");
  }
  return letters.join("");
}

/** The bytes of standard padded base64 without stray bits; null for every other spelling. */
function unbase64(text) {
  if (typeof text !== "string" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, to = 0; at < text.length; at += 4) {
    let bits = 0;
    for (let place = 0; place < 4; place += 1) bits = (bits << 6) | (VALUE_OF.get(text[at + place]) ?? 0);
    for (const byte of [(bits >> 16) & 255, (bits >> 8) & 255, bits & 255]) {
      if (to < bytes.length) bytes[to++] = byte;
    }
  }
  return base64(bytes) === text ? bytes : null;
}

/** Several runs of bytes, one after the other. */
function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two runs of bytes are the same. */
function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** -1, 0 or 1: the order of two texts by their UTF-8 bytes. */
function byBytes(one, other) {
  const [left, right] = [utf8(one), utf8(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return left[at] < right[at] ? -1 : 1;
  }
  return Math.sign(left.length - right.length);
}

return { Refused, utf8, textOf, hex, unhex, base64, unbase64, joined, isSame, byBytes };
})();

const of_sha256 = (() => {
// SHA-256 (FIPS 180-4), here rather than the runtime's because a tree is hashed node by node, and that one is asynchronous.

const { hex } = of_bytes;

const K = new Uint32Array(64);
const START = new Uint32Array(8);
makeConstants();

/** SHA-256 of bytes: 32 bytes. */
function sha256(bytes) {
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
function sha256Hex(bytes) {
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

return { sha256, sha256Hex };
})();

const of_ed25519 = (() => {
// Ed25519 with one verdict (docs/spec/events.md 16), whatever the runtime's own verifier would let pass.
//
// Encodings are judged here: A canonical and on the curve, neither A nor R of small order, S below the order. What remains,
// that [S]B - [k]A encodes to R byte for byte, is asked of the runtime (WebCrypto), whose verifiers agree on it; where a runtime
// has no Ed25519 it is computed here, slowly.

const { hex, isSame, joined } = of_bytes;

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGN = 1n << 255n;
const D = mod(-121665n * inverse(121666n));
const Y_OF_ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const SMALL_ORDER = new Set(
  [0n, 1n, P - 1n, P, P + 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8].flatMap((y) => [hex(littleEndian(y)), hex(littleEndian(y | SIGN))]),
);
const KEYS_REMEMBERED_MAX = 4096;
const loaded = new Map();
const points = new Map();

/** Whether a signature counts; never throws for odd input. */
async function verify(key, message, signature) {
  if (!isAdmissible(key, signature)) return false;
  const own = await load(key);
  if (own === null) return computedVerify(key, message, signature);
  return crypto.subtle.verify({ name: "Ed25519" }, own, signature, message);
}

/** The rule without the runtime's verifier. */
async function slowVerify(key, message, signature) {
  return isAdmissible(key, signature) && computedVerify(key, message, signature);
}

/** Points 1 to 3 of the rule: everything that can be said without the message. */
function isAdmissible(key, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  if (SMALL_ORDER.has(hex(key)) || SMALL_ORDER.has(hex(r))) return false;
  return numberOf(signature.subarray(32)) < L && remembered(points, hex(key), () => decoded(key)) !== null;
}

function load(key) {
  return remembered(loaded, hex(key), () => imported(key));
}

function remembered(known, name, make) {
  if (!known.has(name)) {
    if (known.size >= KEYS_REMEMBERED_MAX) known.clear();
    known.set(name, make());
  }
  return known.get(name);
}

async function imported(key) {
  try {
    return await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
}

async function computedVerify(key, message, signature) {
  const r = signature.subarray(0, 32);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", joined(r, key, message)));
  const k = numberOf(digest) % L;
  const s = numberOf(signature.subarray(32));
  const [x, y, z, t] = decoded(key);
  const sum = added(times(BASE, s), times([mod(-x), y, z, mod(-t)], k));
  return isSame(encoded(sum), r);
}

/** The point of an encoding (extended coordinates), null where it is not canonical or not on the curve. */
function decoded(bytes) {
  const whole = numberOf(bytes);
  const [y, sign] = [whole & (SIGN - 1n), whole >> 255n];
  if (y >= P) return null;
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * power(2n, (P - 1n) / 4n));
  if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function encoded([x, y, z]) {
  const by = inverse(z);
  const [left, up] = [mod(x * by), mod(y * by)];
  return littleEndian(up | ((left & 1n) << 255n));
}

function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
  const [c, d] = [mod(2n * D * t1 * t2), mod(2n * z1 * z2)];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(point, factor) {
  let sum = [0n, 1n, 1n, 0n];
  for (let left = factor, one = point; left > 0n; left >>= 1n, one = added(one, one)) {
    if (left & 1n) sum = added(sum, one);
  }
  return sum;
}

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let made = 1n;
  for (let left = exponent, one = mod(base); left > 0n; left >>= 1n, one = mod(one * one)) {
    if (left & 1n) made = mod(made * one);
  }
  return made;
}

function inverse(value) {
  return power(value, P - 2n);
}

function numberOf(bytes) {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function littleEndian(value) {
  return Uint8Array.from({ length: 32 }, (_, place) => Number((value >> BigInt(8 * place)) & 255n));
}

const BASE = decoded(littleEndian(mod(4n * inverse(5n))));

return { verify, slowVerify, isAdmissible };
})();

const of_shake = (() => {
// SHAKE128 and SHAKE256 (FIPS 202): bytes are taken in, and as many given out as are asked for.
//
// A lane of 64 bits is two words of 32: the lower half at the even place, the upper half at the odd one after it.

const WIDTH = 5;
const LANES = WIDTH * WIDTH;
const ROUNDS = 24;
const OFFSETS = new Uint8Array(LANES);
const TARGETS = new Uint8Array(LANES);
const CONSTANTS = new Uint32Array(2 * ROUNDS);
makeOffsets();
makeConstants();

/** The endless output of SHAKE128 over bytes, byte by byte. */
function shake128(bytes) {
  return squeezed(bytes, 168);
}

/** The endless output of SHAKE256 over bytes, byte by byte. */
function shake256(bytes) {
  return squeezed(bytes, 136);
}

/** The next so many bytes of such an output. */
function taken(output, count) {
  return Uint8Array.from({ length: count }, () => output.next().value);
}

function* squeezed(bytes, rate) {
  const state = new Uint32Array(2 * LANES);
  const padded = new Uint8Array((Math.floor(bytes.length / rate) + 1) * rate);
  padded.set(bytes);
  padded[bytes.length] ^= 0x1f;
  padded[padded.length - 1] ^= 0x80;
  for (let at = 0; at < padded.length; at += rate) {
    for (let place = 0; place < rate; place += 1) state[place >> 2] ^= padded[at + place] << (8 * (place & 3));
    permute(state);
  }
  for (;;) {
    for (let place = 0; place < rate; place += 1) yield (state[place >> 2] >>> (8 * (place & 3))) & 255;
    permute(state);
  }
}

/** Keccak-f[1600]: theta, rho and pi, chi, iota, 24 times (FIPS 202 section 3.3). */
function permute(state) {
  const moved = new Uint32Array(2 * LANES);
  for (let round = 0; round < ROUNDS; round += 1) {
    mixColumns(state);
    for (let lane = 0; lane < LANES; lane += 1) rotate(state, lane, moved);
    for (let word = 0; word < 2 * LANES; word += 1) {
      const [row, column] = [word - (word % 10), word % 10];
      state[word] = moved[word] ^ (~moved[row + ((column + 2) % 10)] & moved[row + ((column + 4) % 10)]);
    }
    state[0] ^= CONSTANTS[2 * round];
    state[1] ^= CONSTANTS[2 * round + 1];
  }
}

/** Theta: each lane takes in the parity of the column before it, and of the one after it turned by one bit. */
function mixColumns(state) {
  const parity = new Uint32Array(2 * WIDTH);
  for (let word = 0; word < 2 * LANES; word += 1) parity[word % 10] ^= state[word];
  for (let x = 0; x < WIDTH; x += 1) {
    const [before, after] = [2 * ((x + 4) % WIDTH), 2 * ((x + 1) % WIDTH)];
    const low = parity[before] ^ ((parity[after] << 1) | (parity[after + 1] >>> 31));
    const high = parity[before + 1] ^ ((parity[after + 1] << 1) | (parity[after] >>> 31));
    for (let lane = x; lane < LANES; lane += WIDTH) {
      state[2 * lane] ^= low;
      state[2 * lane + 1] ^= high;
    }
  }
}

/** Rho and pi: a lane, turned by its offset, in its new place. */
function rotate(state, lane, moved) {
  const by = OFFSETS[lane];
  const [low, high] = by < 32 ? [state[2 * lane], state[2 * lane + 1]] : [state[2 * lane + 1], state[2 * lane]];
  const rest = by % 32;
  moved[2 * TARGETS[lane]] = rest ? (low << rest) | (high >>> (32 - rest)) : low;
  moved[2 * TARGETS[lane] + 1] = rest ? (high << rest) | (low >>> (32 - rest)) : high;
}

function makeOffsets() {
  let [x, y] = [1, 0];
  for (let t = 0; t < ROUNDS; t += 1) {
    OFFSETS[x + WIDTH * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % WIDTH];
  }
  for (x = 0; x < WIDTH; x += 1) {
    for (y = 0; y < WIDTH; y += 1) TARGETS[x + WIDTH * y] = y + WIDTH * ((2 * x + 3 * y) % WIDTH);
  }
}

/** Iota's constants, out of the shift register of FIPS 202 algorithm 5. */
function makeConstants() {
  let register = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let j = 0; j <= 6; j += 1) {
      const bit = 2 ** j - 1;
      if (register & 1) CONSTANTS[2 * round + (bit >> 5)] ^= 1 << (bit & 31);
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
  }
}

return { shake128, shake256, taken };
})();

const of_mldsa44 = (() => {
// Verification of ML-DSA-44 (FIPS 204, algorithms 3 and 8, without a context): numbers and names are those of the standard.
//
// Polynomials are arrays of 256 numbers below q; a product of two such numbers is below 2^46, which a double holds exactly.

const { isSame, joined } = of_bytes;
const { shake128, shake256, taken } = of_shake;

const Q = 8_380_417;
const N = 256;
const D = 13;
const TAU = 39;
const GAMMA_1 = 2 ** 17;
const GAMMA_2 = (Q - 1) / 88;
const BETA = 78;
const OMEGA = 80;
const [K, L] = [4, 4];
const [PUBLIC_BYTES, SIGNATURE_BYTES] = [1_312, 2_420];
const [CHALLENGE_BYTES, T_BYTES, Z_BYTES] = [32, 320, 576];
const ZETAS = Array.from({ length: N }, (_, m) => powered(1_753, reversed(m)));
const OF_N = 8_347_681;

/** Whether a signature of 2,420 bytes over a message is that of a public key of 1,312 bytes; never throws for odd input. */
function verifyMlDsa44(key, message, signature) {
  if (key.length !== PUBLIC_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const challenge = signature.subarray(0, CHALLENGE_BYTES);
  const z = polynomials(signature, { from: CHALLENGE_BYTES, bytes: Z_BYTES, count: L, bits: 18 }).map((one) => one.map((given) => mod(GAMMA_1 - given)));
  const hints = unpackedHints(signature.subarray(CHALLENGE_BYTES + L * Z_BYTES));
  if (hints === null || z.some((one) => one.some((value) => Math.min(value, Q - value) >= GAMMA_1 - BETA))) return false;
  const bound = taken(shake256(key), 64);
  const mu = taken(shake256(joined(bound, Uint8Array.of(0, 0), message)), 64);
  const w1 = commitment(key, { z, challenge }).map((row, i) => row.map((value, at) => usedHint(hints[i].has(at), value)));
  return isSame(challenge, taken(shake256(joined(mu, ...w1.map(encoded))), CHALLENGE_BYTES));
}

/** A z - c t_1 2^d, row by row. */
function commitment(key, { z, challenge }) {
  const rho = key.subarray(0, 32);
  const t1 = polynomials(key, { from: 32, bytes: T_BYTES, count: K, bits: 10 });
  const c = transformed(sampledInBall(challenge));
  const zHat = z.map(transformed);
  return t1.map((t, r) => {
    const shifted = transformed(t.map((value) => value * 2 ** D));
    const row = c.map((value, at) => mod(-value * shifted[at]));
    for (const [s, one] of zHat.entries()) {
      const a = sampledUniformly(joined(rho, Uint8Array.of(s, r)));
      for (let at = 0; at < N; at += 1) row[at] = (row[at] + a[at] * one[at]) % Q;
    }
    return transformedBack(row);
  });
}

/** So many polynomials whose coefficients have so many bits each, the lowest bit first. */
function polynomials(data, { from, bytes, count, bits }) {
  return Array.from({ length: count }, (_, i) => numbers(data.subarray(from + i * bytes, from + (i + 1) * bytes), bits));
}

function numbers(bytes, bits) {
  const bit = (at) => (bytes[at >> 3] >> (at & 7)) & 1;
  return Array.from({ length: N }, (_, at) => {
    let made = 0;
    for (let place = bits - 1; place >= 0; place -= 1) made = 2 * made + bit(at * bits + place);
    return made;
  });
}

/** For each row the places that have a hint, null where they are not written in their one form (algorithm 21). */
function unpackedHints(bytes) {
  const rows = [];
  let index = 0;
  for (let i = 0; i < K; i += 1) {
    const end = bytes[OMEGA + i];
    if (end < index || end > OMEGA) return null;
    const row = [...bytes.subarray(index, end)];
    if (row.some((place, at) => at > 0 && row[at - 1] >= place)) return null;
    rows.push(new Set(row));
    index = end;
  }
  return bytes.subarray(index, OMEGA).every((byte) => byte === 0) ? rows : null;
}

/** The polynomial of 39 coefficients 1 or -1 that a challenge stands for (algorithm 29). */
function sampledInBall(challenge) {
  const output = shake256(challenge);
  const signs = taken(output, 8);
  const c = new Array(N).fill(0);
  for (let i = N - TAU; i < N; i += 1) {
    let j = output.next().value;
    while (j > i) j = output.next().value;
    const place = i + TAU - N;
    c[i] = c[j];
    c[j] = (signs[place >> 3] >> (place & 7)) & 1 ? Q - 1 : 1;
  }
  return c;
}

/** A polynomial of the matrix A, already transformed (algorithms 14 and 30). */
function sampledUniformly(seed) {
  const output = shake128(seed);
  const made = [];
  while (made.length < N) {
    const [low, middle, high] = taken(output, 3);
    const value = ((high & 127) << 16) | (middle << 8) | low;
    if (value < Q) made.push(value);
  }
  return made;
}

/** The number-theoretic transform (algorithm 41). */
function transformed(polynomial) {
  const w = polynomial.slice();
  let m = 0;
  for (let length = N / 2; length >= 1; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      m += 1;
      for (let j = start; j < start + length; j += 1) {
        const t = (ZETAS[m] * w[j + length]) % Q;
        w[j + length] = mod(w[j] - t);
        w[j] = (w[j] + t) % Q;
      }
    }
  }
  return w;
}

/** Its inverse (algorithm 42). */
function transformedBack(polynomial) {
  const w = polynomial.slice();
  let m = N;
  for (let length = 1; length < N; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      m -= 1;
      for (let j = start; j < start + length; j += 1) {
        const t = w[j];
        w[j] = (t + w[j + length]) % Q;
        w[j + length] = (ZETAS[m] * mod(w[j + length] - t)) % Q;
      }
    }
  }
  return w.map((value) => (value * OF_N) % Q);
}

/** The high part of a value as the signer had it (algorithms 36 and 40). */
function usedHint(isHinted, value) {
  const rest = value % (2 * GAMMA_2);
  let low = rest > GAMMA_2 ? rest - 2 * GAMMA_2 : rest;
  let high = (value - low) / (2 * GAMMA_2);
  if (value - low === Q - 1) [high, low] = [0, low - 1];
  if (!isHinted) return high;
  return (high + (low > 0 ? 1 : 43)) % 44;
}

/** Coefficients of 6 bits each as bytes (algorithm 28). */
function encoded(row) {
  const bytes = new Uint8Array((N * 6) / 8);
  row.forEach((value, at) => {
    for (let place = 0; place < 6; place += 1) bytes[(6 * at + place) >> 3] |= ((value >> place) & 1) << ((6 * at + place) & 7);
  });
  return bytes;
}

function mod(value) {
  const rest = value % Q;
  return rest < 0 ? rest + Q : rest;
}

function powered(base, exponent) {
  let made = 1;
  for (let times = 0; times < exponent; times += 1) made = (made * base) % Q;
  return made;
}

/** The eight bits of a number, in the other order. */
function reversed(number) {
  let made = 0;
  for (let bit = 0; bit < 8; bit += 1) made |= ((number >> bit) & 1) << (7 - bit);
  return made;
}

return { verifyMlDsa44 };
})();

const of_merkle = (() => {
// The Merkle tree of RFC 6962 with SHA-256 (docs/spec/c2sp.md 1 to 3): hashes, roots and both proofs.

const { isSame, joined, Refused } = of_bytes;
const { sha256 } = of_sha256;

const SIZE_MAX = Number.MAX_SAFE_INTEGER;
const EMPTY_ROOT = sha256(new Uint8Array());
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of an entry. */
function leafHash(entry) {
  return sha256(joined(LEAF, entry));
}

/** The hash above two subtrees. */
function nodeHash(left, right) {
  return sha256(joined(NODE, left, right));
}

/** The root over leaf hashes. */
function rootOver(hashes) {
  if (hashes.length === 0) return EMPTY_ROOT;
  let row = hashes;
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(nodeHash(row[at], row[at + 1]));
    if (row.length % 2) above.push(row[row.length - 1]);
    row = above;
  }
  return row[0];
}

/** Return if the proof leads from the leaf number `index` to the root of the tree; RFC 9162 section 2.1.3.2. */
function verifyInclusion({ leaf, index, size, proof, root }) {
  if (!isSize(size) || !isSize(index) || index >= size) throw new Refused("proof-index", "The index is not below the size.");
  let [fn, sn, found] = [BigInt(index), BigInt(size - 1), leaf];
  checkHashes([leaf, root, ...proof]);
  for (const sibling of proof) {
    if (sn === 0n) throw tooLong();
    if (fn & 1n || fn === sn) {
      found = nodeHash(sibling, found);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      found = nodeHash(found, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) throw new Refused("proof-length", "The proof is too short.");
  if (!isSame(found, root)) throw new Refused("proof-root", "The proof does not lead to the root.");
}

/** Return if the new tree begins with the old one; RFC 9162 section 2.1.4.2. */
function verifyConsistency({ old, oldRoot, size, root, proof }) {
  if (!isSize(old) || !isSize(size) || old > size) throw new Refused("proof-sizes", "The old size is above the new one.");
  checkHashes([oldRoot, root, ...proof]);
  if (old === 0 || old === size) return checkNothingToProve({ old, oldRoot, size, root, proof });
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : [...proof];
  if (path.length === 0) throw new Refused("proof-length", "The proof is too short.");
  let [fn, sn] = [BigInt(old - 1), BigInt(size - 1)];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [was, now] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (sn === 0n) throw tooLong();
    if (fn & 1n || fn === sn) {
      [was, now] = [nodeHash(sibling, was), nodeHash(sibling, now)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      now = nodeHash(now, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) throw new Refused("proof-length", "The proof is too short.");
  if (!isSame(was, oldRoot) || !isSame(now, root)) throw new Refused("proof-root", "The proof does not lead to both roots.");
}

function checkNothingToProve({ old, oldRoot, size, root, proof }) {
  if (proof.length) throw tooLong();
  if (old === 0 && !isSame(oldRoot, EMPTY_ROOT)) throw new Refused("proof-root", "The empty tree has another root.");
  if (old === size && !isSame(oldRoot, root)) throw new Refused("proof-root", "One size, two roots.");
}

function checkHashes(hashes) {
  if (hashes.some((hash) => hash.length !== 32)) throw new Refused("proof-hash", "A hash has 32 bytes.");
}

function isSize(number) {
  return Number.isSafeInteger(number) && number >= 0;
}

function isPowerOfTwo(number) {
  const whole = BigInt(number);
  return (whole & (whole - 1n)) === 0n;
}

function tooLong() {
  return new Refused("proof-length", "The proof is too long.");
}

return { SIZE_MAX, EMPTY_ROOT, leafHash, nodeHash, rootOver, verifyInclusion, verifyConsistency };
})();

const of_json = (() => {
// JSON in its one form, RFC 8785, of integers, texts, truth, null, lists and objects (docs/spec/events.md 1 to 3).
//
// Read, written again, and compared byte for byte: keys twice or out of order, other spellings and white space do not survive that.

const { isSame, Refused, textOf, utf8 } = of_bytes;

const DEPTH_MAX = 12;

/** The value of canonical JSON of at most so many bytes, nested at most 12 deep. */
function parseCanonical(bytes, bytesMax) {
  if (bytes.length > bytesMax) throw new Refused("json-size", "The JSON is too long.");
  const text = textOf(bytes);
  if (text === null) throw new Refused("json-utf8", "The JSON is not UTF-8.");
  if (isTooDeep(text)) throw new Refused("json-depth", "The JSON is nested too deep.");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused("json-form", "This is no JSON.");
  }
  if (!isSame(utf8(canonical(value)), bytes)) throw new Refused("json-canonical", "The JSON is not in its one form.");
  return value;
}

/** The one spelling of a value; refuses what has none. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Refused("json-number", "Numbers are integers within 2^53.");
  if (typeof value === "string" && !isWellFormed(value)) throw new Refused("json-text", "A text has half a character.");
  return JSON.stringify(value);
}

function isWellFormed(text) {
  return !/[\ud800-\udfff]/u.test(text);
}

/** Counted before parsing, so that depth costs nothing. */
function isTooDeep(text) {
  let [depth, inText] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inText) {
      if (letter === "\\") at += 1;
      else if (letter === '"') inText = false;
    } else if (letter === '"') inText = true;
    else if (letter === "[" || letter === "{") depth += 1;
    else if (letter === "]" || letter === "}") depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

return { parseCanonical, canonical };
})();

const of_envelope = (() => {
// Entries: the envelope in its one form, and what it signs (docs/spec/events.md 8 to 15).

const { isSame, joined, Refused, textOf, unbase64, utf8 } = of_bytes;
const { parseCanonical } = of_json;
const { sha256Hex } = of_sha256;

const PAYLOAD_TYPE = "application/vnd.custody.event.v1+json";
const ENTRY_BYTES_MAX = 65_535;
const PAYLOAD_BYTES_MAX = 40_000;
const SIGNATURES_MAX = 16;
const STANDS_FOR_A_RECORD = /^custody\/unrepresentable\/v1\n(?:null\n-|missing\n-|(?:0|[1-9][0-9]*)\n[0-9a-f]{64}|imitation\n[0-9a-f]{64})\n$/;

/** Payload, event id and signatures (`keyid`, `sig`) of an entry; Refused for what is no envelope. */
function parseEnvelope(entry) {
  if (entry.length > ENTRY_BYTES_MAX) throw refused("An entry has at most 65,535 bytes.");
  const value = parseCanonical(entry, ENTRY_BYTES_MAX);
  if (!hasExactly(value, ["payload", "payloadType", "signatures"])) throw refused("The fields are not those of an envelope.");
  const payload = unbase64(value.payload);
  if (payload === null || payload.length > PAYLOAD_BYTES_MAX) throw refused("The payload is no base64, or too long.");
  if (value.payloadType !== PAYLOAD_TYPE) throw refused("The payload is of another type.");
  const signatures = parseSignatures(value.signatures);
  return { payload, eventId: sha256Hex(preAuthentication(payload)), signatures };
}

/** The bytes that are signed (DSSE 1.0.2). */
function preAuthentication(payload) {
  return joined(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
}

/** The event of a payload as plain JSON. */
function parsePayload(payload) {
  const value = parseCanonical(payload, PAYLOAD_BYTES_MAX);
  if (value === null || typeof value !== "object" || typeof value.type !== "string") throw refused("The payload is no event.");
  return value;
}

/** Whether bytes at a position stand for a record that is no entry (docs/spec/c2sp.md 15). */
function standsForARecord(entry) {
  if (entry.length > 200 || !isSame(entry.subarray(0, 8), utf8("custody/"))) return false;
  return STANDS_FOR_A_RECORD.test(textOf(entry) ?? "");
}

function parseSignatures(list) {
  if (!Array.isArray(list) || list.length < 1 || list.length > SIGNATURES_MAX) throw refused("There are 1 to 16 signatures.");
  const signatures = list.map((one) => {
    const sig = hasExactly(one, ["keyid", "sig"]) ? unbase64(one.sig) : null;
    if (sig === null || sig.length !== 64 || typeof one.keyid !== "string" || !/^[0-9a-f]{64}$/.test(one.keyid)) {
      throw refused("A signature is a key id and 64 bytes.");
    }
    return { keyid: one.keyid, sig };
  });
  const isSorted = signatures.every((one, at) => at === 0 || signatures[at - 1].keyid < one.keyid);
  if (!isSorted) throw refused("Signatures are in order of key id, none twice.");
  return signatures;
}

/** Whether a value is an object with these fields and no others. */
function hasExactly(value, names) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.keys(value).sort().join() === [...names].sort().join();
}

function refused(sentence) {
  return new Refused("envelope", sentence);
}

return { PAYLOAD_TYPE, ENTRY_BYTES_MAX, PAYLOAD_BYTES_MAX, parseEnvelope, preAuthentication, parsePayload, standsForARecord, hasExactly };
})();

const of_notes = (() => {
// Signed notes, verifier keys, checkpoints and cosignatures (docs/spec/c2sp.md 4 to 11, 17 and 26), and tlog-proof files.

const { base64, hex, isSame, joined, Refused, textOf, unbase64, utf8 } = of_bytes;
const { verify } = of_ed25519;
const { EMPTY_ROOT, verifyInclusion } = of_merkle;
const { verifyMlDsa44 } = of_mldsa44;
const { sha256 } = of_sha256;

const NOTE_BYTES_MAX = 1_000_000;
const LOG_KEY = 0x01;
const COSIGNATURE = 0x04;
const ML_DSA_44 = 0x06;
const ML_DSA_44_BYTES = 2_428;
const ML_DSA_44_PUBLIC_BYTES = 1_312;
const ML_DSA_44_LINES_MAX = 8;
const ML_DSA_44_LABEL = utf8("subtree/v1\n\0");
const NAME_BYTES_MAX = 255;
const TIME_BYTES = 8;
const SIGNATURES_MAX = 100;
const TIME_MAX = 253_402_300_799n;
const DASH = "\u2014 ";
const NAME = /^[^\p{C}\p{Z}\s+]+$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const NUMBER = /^(?:0|[1-9][0-9]*)$/;

/** Text and signature lines (`name`, `id` as hex, `signature`) of a note. */
function parseNote(bytes) {
  if (bytes.length > NOTE_BYTES_MAX) throw refused("The note is too long.");
  const whole = textOf(bytes);
  if (whole === null || /[\x00-\x09\x0b-\x1f]/.test(whole) || !whole.endsWith("\n")) {
    throw refused("The note is no UTF-8, has a control character, or does not end in a newline.");
  }
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0 || gap + 2 === whole.length) throw refused("The note has no signatures after an empty line.");
  const lines = whole.slice(gap + 2, -1).split("\n").map(parseLine);
  const second = lines.filter((line) => line.signature.length === ML_DSA_44_BYTES);
  if (lines.length > SIGNATURES_MAX || second.length > ML_DSA_44_LINES_MAX) throw refused("The note has too many signatures.");
  if (new Set(lines.map((line) => `${line.id} ${line.name}`)).size !== lines.length) throw refused("The note names a key twice.");
  return { text: whole.slice(0, gap + 1), lines };
}

function parseLine(line) {
  const parts = line.startsWith(DASH) ? line.slice(DASH.length).split(" ") : [];
  const blob = parts.length === 2 && NAME.test(parts[0]) ? unbase64(parts[1]) : null;
  if (blob === null || blob.length <= 4) throw refused("A signature line is a dash, a name and base64.");
  return { name: parts[0], id: hex(blob.subarray(0, 4)), signature: blob.subarray(4) };
}

/** A verifier key's name, type (this one, or 0x06), id and public half out of `<name>+<id>+<base64>`. */
function parseAnyKey(text, type) {
  const material = unbase64(text.split("+").slice(2).join("+").slice(0, 4));
  return material?.[0] === ML_DSA_44 ? parseKey(text, ML_DSA_44) : parseKey(text, type);
}

/** A verifier key's name, type, id and public half out of `<name>+<id>+<base64>`. */
function parseKey(text, type) {
  const [name, id, encoded, ...more] = text.split("+", 2).concat(text.split("+").slice(2).join("+"));
  const material = unbase64(encoded ?? "");
  if (more.length || !NAME.test(name) || material === null || material[0] !== type || material.length !== lengthOf(type)) {
    throw new Refused("key-form", "This is no verifier key of that type.");
  }
  const key = makeKey(name, type, material.subarray(1));
  if (type === ML_DSA_44 && !hasRoom(name)) throw new Refused("key-form", "The name of the verifier key is too long.");
  if (key.id !== id) throw new Refused("key-form", "The id of the verifier key is another one's.");
  return key;
}

function lengthOf(type) {
  return 1 + (type === ML_DSA_44 ? ML_DSA_44_PUBLIC_BYTES : 32);
}

/** The key of a name, a type and a public half. */
function makeKey(name, type, publicKey) {
  const id = hex(sha256(joined(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
  return { name, type, id, publicKey };
}

/** The one text form of a verifier key. */
function formatKey(key) {
  return `${key.name}+${key.id}+${base64(joined(Uint8Array.of(key.type), key.publicKey))}`;
}

/** The line of a note that names this key. */
function lineOf(note, key) {
  return note.lines.find((line) => line.name === key.name && line.id === key.id);
}

/** Whether a line is the key's signature over the note's text. */
function isSignedBy(note, key, line) {
  return verify(key.publicKey, utf8(note.text), line.signature);
}

/** Whether a line of ML-DSA-44, with whatever time it states, is the key's signature over the note's checkpoint. */
function isSignedByMlDsa44(note, key, line) {
  const [time, signature] = [line.signature.subarray(0, TIME_BYTES), line.signature.subarray(TIME_BYTES)];
  const { origin, size, root } = parseCheckpoint(note.text);
  if (time[0] >= 0x80 || !hasRoom(key.name) || !hasRoom(origin)) return false;
  const message = joined(ML_DSA_44_LABEL, short(key.name), time, short(origin), eightBytes(0), eightBytes(size), root);
  return verifyMlDsa44(key.publicKey, message, signature);
}

/** Seconds since 1970 at which a witness cosigned; null where its line is false. */
async function cosignedAt(note, key, line) {
  const at = BigInt(`0x${hex(line.signature.subarray(0, TIME_BYTES))}`);
  const isGood = key.type === ML_DSA_44 ? isSignedByMlDsa44(note, key, line) : await isCosignedBy(note, key, line);
  return isGood && at > 0n && at <= TIME_MAX ? Number(at) : null;
}

async function isCosignedBy(note, key, line) {
  if (line.signature.length !== TIME_BYTES + 64) return false;
  const at = BigInt(`0x${hex(line.signature.subarray(0, TIME_BYTES))}`);
  return verify(key.publicKey, utf8(`cosignature/v1\ntime ${at}\n${note.text}`), line.signature.subarray(TIME_BYTES));
}

function hasRoom(name) {
  const { length } = utf8(name);
  return length >= 1 && length <= NAME_BYTES_MAX;
}

/** A text of up to 255 bytes after its length. */
function short(text) {
  return joined(Uint8Array.of(utf8(text).length), utf8(text));
}

function eightBytes(number) {
  const made = new Uint8Array(8);
  new DataView(made.buffer).setBigUint64(0, BigInt(number));
  return made;
}

/** Origin, size and root of a checkpoint's text. */
function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3] !== "") throw refused("A checkpoint is three lines.");
  const [origin, size, encoded] = lines;
  const root = unbase64(encoded);
  checkOrigin(origin);
  if (!NUMBER.test(size) || !Number.isSafeInteger(Number(size))) throw refused("The size is no number below 2^53.");
  if (root === null || root.length !== 32) throw refused("The root is not 32 bytes in base64.");
  if (size === "0" && !isSame(root, EMPTY_ROOT)) throw refused("The empty tree has another root.");
  return { origin, size: Number(size), root };
}

/** Refuse what is not `<domain>/<slug>/<16 hex digits>/<log number>`. */
function checkOrigin(origin) {
  const [domain, slug, election, log, ...more] = origin.split("/");
  const isGood = DOMAIN.test(domain) && SLUG.test(slug ?? "") && /^[0-9a-f]{16}$/.test(election ?? "");
  if (!isGood || !/^(?:0|[1-9][0-9]{0,8})$/.test(log ?? "") || more.length) throw refused("This is no origin.");
}

/** The parts of a C2SP tlog-proof file: `index`, `proof`, `note` and `checkpoint`. */
function parseProof(bytes) {
  const text = textOf(bytes) ?? "";
  const gap = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(gap, 0)).split("\n");
  if (first !== "c2sp.org/tlog-proof@v1") throw new Refused("proof-form", "This is no tlog-proof.");
  if (lines[0]?.startsWith("extra ") && unbase64(lines[0].slice(6)) !== null) lines.shift();
  const [word, index] = (lines.shift() ?? "").split(/ (.*)/s);
  const proof = lines.map((line) => unbase64(line));
  if (word !== "index" || !NUMBER.test(index ?? "") || proof.some((hash) => hash?.length !== 32)) {
    throw new Refused("proof-form", "Index or hashes of the tlog-proof are not in their form.");
  }
  const note = parseNote(utf8(text.slice(gap + 2)));
  return { index: Number(index), proof, note, checkpoint: parseCheckpoint(note.text) };
}

/** Return if a tlog-proof shows that the entry of this leaf hash is in the log of this key. Cosignatures are the policy's matter. */
async function verifyProof({ bytes, leaf, key }) {
  const { index, proof, note, checkpoint } = parseProof(bytes);
  const line = lineOf(note, key);
  if (checkpoint.origin !== key.name || line === undefined || !(await isSignedBy(note, key, line))) {
    throw new Refused("proof-checkpoint", "The checkpoint is not signed by the log.");
  }
  verifyInclusion({ leaf, index, size: checkpoint.size, proof, root: checkpoint.root });
  return { index, note, checkpoint };
}

function refused(sentence) {
  return new Refused("note", sentence);
}

return { NOTE_BYTES_MAX, LOG_KEY, COSIGNATURE, ML_DSA_44, ML_DSA_44_BYTES, ML_DSA_44_PUBLIC_BYTES, parseNote, parseAnyKey, parseKey, makeKey, formatKey, lineOf, isSignedBy, isSignedByMlDsa44, cosignedAt, parseCheckpoint, checkOrigin, parseProof, verifyProof };
})();

const of_policy = (() => {
// Witness policies (docs/spec/ledger.md, docs/spec/rules.md 79): which cosignatures together are enough, and whether it is sound.

const { isSame, Refused } = of_bytes;
const { COSIGNATURE, LOG_KEY, parseAnyKey, parseKey } = of_notes;

const POLICY_BYTES_MAX = 256 * 1024;
const NONE = "none";
const SPACES = /[ \t]+/;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/** A policy as an event carries it, checked: keys by the name in groups, groups by name, quorum; null where it is unsound. */
function makePolicy(stated) {
  try {
    const keys = new Map(stated.witnesses.map((one) => [one.name, parseKey(one.vkey, COSIGNATURE)]));
    const groups = new Map(stated.groups.map((group) => [group.name, group]));
    const policy = { keys, groups, quorum: stated.quorum };
    return isInForm(stated, policy) && !(stated.quorum !== null && splits(policy, stated.quorum)) ? policy : null;
  } catch {
    return null;
  }
}

/** Whether these witnesses, by their names in groups, meet the quorum. */
function isMet(policy, names) {
  return policy.quorum === null || meets(policy, policy.quorum, names);
}

/** A reader's own policy, C2SP tlog-policy (docs/spec/audit.md A20): the keys of the logs that it names, and the policy. */
function parsePolicyFile(text) {
  const read = { logs: [], keys: new Map(), groups: new Map(), placed: new Set(), quorum: null };
  for (const [number, line] of text.split("\n").entries()) {
    const words = line.split(SPACES).filter((word) => word);
    if (CONTROL.test(line) || (words.length && !words[0].startsWith("#") && !takeLine(words, read))) throw refused(`Line ${number + 1} is no line of a policy.`);
  }
  if (read.quorum === null) throw refused("It names no quorum.");
  const policy = { keys: read.keys, groups: read.groups, quorum: read.quorum === NONE ? null : read.quorum };
  if (policy.quorum !== null && splits(policy, policy.quorum)) throw refused("Two of its quorums have nobody in common.");
  return { logs: read.logs, policy };
}

function takeLine([word, ...rest], read) {
  const isNew = (name) => name !== NONE && !read.keys.has(name) && !read.groups.has(name);
  if (word === "log" && (rest.length === 1 || rest.length === 2)) return takeLog(rest, read);
  if (word === "witness" && (rest.length === 2 || rest.length === 3) && isNew(rest[0])) return takeWitness(rest, read);
  if (word === "group" && rest.length >= 3 && isNew(rest[0])) return takeGroup(rest, read);
  if (word !== "quorum" || rest.length !== 1 || read.quorum !== null || (rest[0] !== NONE && isNew(rest[0]))) return false;
  read.quorum = rest[0];
  return true;
}

function takeLog([vkey], read) {
  const key = parseAnyKey(vkey, LOG_KEY);
  return !isKnown(key, read.logs) && read.logs.push(key) > 0;
}

/** Whether a public key stands there already, under whatever name. */
function isKnown(key, keys) {
  return keys.some((one) => isSame(one.publicKey, key.publicKey));
}

function takeWitness([name, vkey], read) {
  const key = parseAnyKey(vkey, COSIGNATURE);
  if (isKnown(key, [...read.keys.values()])) return false;
  read.keys.set(name, key);
  return true;
}

function takeGroup([name, count, ...members], read) {
  const areKnown = members.every((one) => (read.keys.has(one) || read.groups.has(one)) && !read.placed.has(one));
  const threshold = { any: 1, all: members.length }[count] ?? (/^[1-9][0-9]{0,2}$/.test(count) ? Number(count) : 0);
  if (!areKnown || new Set(members).size !== members.length || threshold < 1 || threshold > members.length) return false;
  for (const one of members) read.placed.add(one);
  read.groups.set(name, { name, threshold, members });
  return true;
}

function refused(sentence) {
  return new Refused("policy-file", sentence);
}

function meets(policy, name, names) {
  const group = policy.groups.get(name);
  if (group === undefined) return names.has(name);
  return group.members.filter((member) => meets(policy, member, names)).length >= group.threshold;
}

/** Whether two sets of witnesses with nobody in common can both meet a group. */
function splits(policy, name) {
  const group = policy.groups.get(name);
  if (group === undefined) return false;
  const both = group.members.filter((member) => splits(policy, member)).length;
  return 2 * Math.max(0, group.threshold - both) <= group.members.length - both;
}

function isInForm(stated, policy) {
  const names = [...stated.witnesses, ...stated.groups].map((one) => one.name);
  const keys = [...policy.keys.values()];
  if (new Set(names).size !== names.length) return false;
  if (new Set(keys.map((key) => key.publicKey.join())).size !== keys.length) return false;
  if (new Set(keys.map((key) => key.name)).size !== keys.length) return false;
  const [known, placed] = [new Set(policy.keys.keys()), new Set()];
  for (const group of stated.groups) {
    if (group.threshold > group.members.length) return false;
    for (const member of group.members) {
      if (!known.has(member) || placed.has(member)) return false;
      placed.add(member);
    }
    known.add(group.name);
  }
  return policy.quorum === null || policy.groups.has(policy.quorum);
}

return { POLICY_BYTES_MAX, makePolicy, isMet, parsePolicyFile };
})();

const of_tiles = (() => {
// Tiles of C2SP tlog-tiles (docs/spec/c2sp.md 12 and 13): which belong to a size, their paths and their contents.

const { Refused } = of_bytes;

const WIDTH = 256;
const ENTRIES = -1;
const BUNDLE_BYTES_MAX = WIDTH * (2 + 65_535);
const LEVEL_MAX = 7;
const PATH = /^tile\/(entries|[0-7])\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** The path of a tile, from the log's folder. */
function tilePath({ level, index, width }) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level === ENTRIES ? "entries" : level}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The tile of a path in its one form; null for anything else. */
function parseTilePath(path) {
  const match = PATH.exec(path);
  if (match === null) return null;
  const level = match[1] === "entries" ? ENTRIES : Number(match[1]);
  const tile = { level, index: Number(match[2].replace(/[x/]/g, "")), width: Number(match[3] ?? WIDTH) };
  return tile.width <= WIDTH && tilePath(tile) === path ? tile : null;
}

/** How many hashes or entries a tile has in a log of this size; 0 where it has no such tile. */
function widthIn({ level, index }, size) {
  const hashes = Math.floor(size / WIDTH ** Math.max(level, 0));
  return Math.max(0, Math.min(WIDTH, hashes - index * WIDTH));
}

/** How many tiles, entry bundles among them, a log of this size has. */
function countTiles(size) {
  return levels().reduce((sum, level) => sum + countOn(level, size), 0);
}

/** All tiles of a log of this size, entry bundles first. */
function* tilesOf(size) {
  for (const level of levels()) {
    for (let index = 0; index < countOn(level, size); index += 1) {
      yield { level, index, width: widthIn({ level, index }, size) };
    }
  }
}

/** The hashes of a hash tile. */
function parseTile(bytes, width) {
  if (bytes.length !== 32 * width) throw new Refused("tile-length", "A tile has 32 bytes for each of its hashes.");
  return Array.from({ length: width }, (_, slot) => bytes.subarray(32 * slot, 32 * slot + 32));
}

/** The entries of a bundle. */
function parseBundle(bytes, width) {
  const entries = [];
  let at = 0;
  for (let number = 0; number < width; number += 1) {
    const length = at + 2 <= bytes.length ? bytes[at] * 256 + bytes[at + 1] : 0;
    if (length === 0 || at + 2 + length > bytes.length) throw new Refused("bundle-form", "The bundle ends within an entry, or one is empty.");
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== bytes.length) throw new Refused("bundle-form", "The bundle goes on after its last entry.");
  return entries;
}

function levels() {
  return Array.from({ length: LEVEL_MAX + 2 }, (_, place) => place - 1);
}

function countOn(level, size) {
  return Math.ceil(Math.floor(size / WIDTH ** Math.max(level, 0)) / WIDTH);
}

return { WIDTH, ENTRIES, BUNDLE_BYTES_MAX, tilePath, parseTilePath, widthIn, countTiles, tilesOf, parseTile, parseBundle };
})();

const of_archive = (() => {
// The files of an archive (docs/spec/archive.md): which there are, which belong, which are in their form and as summed.
//
// An archive comes as { files: path -> bytes, folders: paths, odd: paths of links and special files, isCut }. Nothing is believed.

const { byBytes, Refused, textOf } = of_bytes;
const { formatKey, LOG_KEY, parseCheckpoint, parseKey, parseNote } = of_notes;
const { sha256Hex } = of_sha256;
const { countTiles, ENTRIES, parseBundle, parseTile, parseTilePath, tilePath, tilesOf, widthIn } = of_tiles;

const PROBLEMS_MAX = 1000;
const ELECTION = "election.json";
const KEYS = "keys.json";
const NAMES = "names.json";
const SUMS = "SHA256SUMS";
const SUM_LINE = /^([0-9a-f]{64}) {2}([^\n]+)$/;
const LOG_FILE = /^logs\/(0|[1-9][0-9]{0,8})\/(.+)$/s;

/** Names of what is missing, extra, not in its form or of another sum, each with a sentence. */
function survey(archive) {
  const problems = new Problems();
  const sizes = sizesOf(archive);
  for (const path of archive.odd) problems.add(path, "This is a link or a special file.");
  const sums = new Map();
  for (const [path, bytes] of archive.files) {
    if (!belongs(path, sizes)) problems.add(path, "This file does not belong to an archive of these checkpoints.");
    else if (isInForm(path, bytes, problems)) sums.set(path, sha256Hex(bytes));
  }
  if (archive.isCut) problems.add("/", "An archive of these checkpoints has not so many names; the rest was not looked at.");
  else nameMissing(archive, sizes, problems);
  checkSums(archive, sums, problems);
  return problems.list();
}

/** The size that each log's checkpoint states; null where it states none. */
function sizesOf(archive) {
  const sizes = [];
  do sizes.push(statedSize(archive.files.get(`logs/${sizes.length}/checkpoint`)));
  while (archive.folders.has(`logs/${sizes.length}`));
  return sizes;
}

/** How many names an archive of such a checkpoint can have, and those beyond that are looked at all the same. */
function namesMax(sizes) {
  return sizes.reduce((sum, size) => sum + 100 + 2 * countTiles(size ?? 0), 10 * PROBLEMS_MAX);
}

class Problems {
  #found = new Map();

  add(path, sentence) {
    if (this.#found.size < PROBLEMS_MAX) this.#found.set(path, this.#found.get(path) ?? sentence);
    else this.#found.set("~", `There are more than ${PROBLEMS_MAX} problems.`);
  }

  list() {
    return [...this.#found].map(([path, sentence]) => ({ path, sentence }));
  }
}

function statedSize(bytes) {
  try {
    return bytes === undefined ? null : parseCheckpoint(parseNote(bytes).text).size;
  } catch (error) {
    return ifRefused(error, null);
  }
}

function belongs(path, sizes) {
  if ([ELECTION, KEYS, NAMES, SUMS].includes(path)) return true;
  const match = LOG_FILE.exec(path);
  if (match === null || Number(match[1]) >= sizes.length) return false;
  if (["checkpoint", "log.vkey"].includes(match[2])) return true;
  const [tile, size] = [parseTilePath(match[2]), sizes[Number(match[1])]];
  return tile !== null && (size === null || widthIn(tile, size) === tile.width);
}

function isInForm(path, bytes, problems) {
  try {
    checkForm(path, bytes);
    return true;
  } catch (error) {
    problems.add(path, ifRefused(error, error.message));
    return false;
  }
}

function checkForm(path, bytes) {
  if (bytes === null) throw new Refused("archive-length", "The file is longer than it can be, or cannot be read.");
  if ([ELECTION, KEYS, NAMES].includes(path)) return;
  if (path === SUMS) return void parseSums(bytes);
  const inner = LOG_FILE.exec(path)[2];
  if (inner === "checkpoint") return void parseCheckpoint(parseNote(bytes).text);
  if (inner === "log.vkey") return void parseKeyFile(bytes);
  const tile = parseTilePath(inner);
  return void (tile.level === ENTRIES ? parseBundle : parseTile)(bytes, tile.width);
}

/** The verifier key of a file that is one and a newline. */
function parseKeyFile(bytes) {
  const text = textOf(bytes) ?? "";
  const key = parseKey(text.replace(/\n$/, ""), LOG_KEY);
  if (`${formatKey(key)}\n` !== text) throw new Refused("archive-form", "The verifier key is not in its one form.");
  return key;
}

function nameMissing(archive, sizes, problems) {
  const expected = function* () {
    yield* [ELECTION, KEYS, SUMS];
    for (const number of sizes.keys()) yield* [`logs/${number}/checkpoint`, `logs/${number}/log.vkey`];
    for (const [number, size] of sizes.entries()) {
      for (const tile of tilesOf(size ?? 0)) yield `logs/${number}/${tilePath(tile)}`;
    }
  };
  let named = 0;
  for (const path of expected()) {
    if (archive.files.has(path)) continue;
    problems.add(path, "This file is missing.");
    if (++named > PROBLEMS_MAX) break;
  }
  const used = new Set(["logs"]);
  for (const path of archive.files.keys()) {
    for (let folder = path; folder.includes("/"); ) used.add((folder = folder.slice(0, folder.lastIndexOf("/"))));
  }
  for (const folder of archive.folders) if (!used.has(folder)) problems.add(`${folder}/`, "This folder is empty.");
}

function checkSums(archive, sums, problems) {
  let stated;
  try {
    stated = parseSums(archive.files.get(SUMS) ?? new Uint8Array());
  } catch (error) {
    return void ifRefused(error, null);
  }
  if (!archive.files.has(SUMS)) return;
  for (const [path, sum] of sums) {
    if (path !== SUMS && stated.get(path) !== sum) problems.add(path, "This file's sum is not the one in SHA256SUMS.");
  }
  if (archive.isCut) return;
  for (const path of stated.keys()) {
    if (!archive.files.has(path)) problems.add(path, "This file is listed in SHA256SUMS and missing.");
  }
}

function parseSums(bytes) {
  if (bytes === null) throw new Refused("archive-sums", "SHA256SUMS is too long.");
  const text = textOf(bytes);
  const isPlain = text !== null && /^[\x00-\x7f]*$/.test(text) && (text === "" || text.endsWith("\n"));
  const matches = isPlain && text !== "" ? text.slice(0, -1).split("\n").map((line) => SUM_LINE.exec(line)) : [];
  const isSorted = matches.every((match, at) => match !== null && (at === 0 || byBytes(matches[at - 1][2], match[2]) < 0));
  if (!isPlain || !isSorted) throw new Refused("archive-sums", "SHA256SUMS is not in its one form.");
  return new Map(matches.map((match) => [match[2], match[1]]));
}

/** A fallback for what an input does wrong; what the program does wrong goes on. */
function ifRefused(error, value) {
  if (error instanceof Refused) return value;
  throw error;
}

return { PROBLEMS_MAX, ELECTION, KEYS, NAMES, survey, sizesOf, namesMax, parseKeyFile, ifRefused };
})();

const of_signedtree = (() => {
// The entries against the signed root, and where they first differ (docs/spec/audit.md A7 to A9).

const { isSame } = of_bytes;
const { leafHash, rootOver } = of_merkle;
const { WIDTH, widthIn } = of_tiles;

const NOT_SIGNED = "the entry is not the one that the signed root commits to";

/**
 * The first contradiction, { position, reason }, or null. `bundles`: the leaf hashes of each bundle, null where it cannot be read;
 * `tile(level, index)`: the hashes of a hash tile, null likewise; `doubt`: the first entry that is no event or not well signed.
 */
function firstBad({ size, root, bundles, tile, doubt }) {
  const leaves = bundles.every((bundle) => bundle !== null) ? bundles.flat() : null;
  const isEdgeVouched = rootOfEdge(size, tile, root);
  const parents = isEdgeVouched ? vouchedParents(size, tile) : new Map();
  const located = locate({ bundles, tile, parents, isEdgeVouched });
  if (leaves === null) return located;
  const levels = levelsOver(leaves);
  if (isSame(rootOver(leaves), root)) return wrongTile(levels, tile);
  return located ?? guess({ bundles, tile, doubt });
}

/** Rows of complete hashes: the leaves, the roots over 256 of them, and so on. */
function levelsOver(leaves) {
  const rows = [leaves];
  while (rows.at(-1).length >= WIDTH) {
    const below = rows.at(-1);
    const count = Math.floor(below.length / WIDTH);
    rows.push(Array.from({ length: count }, (_, at) => rootOver(below.slice(at * WIDTH, (at + 1) * WIDTH))));
  }
  return rows;
}

/** Whether the partial tiles of the right edge together make the root. */
function rootOfEdge(size, tile, root) {
  let below = [];
  for (let level = 0; Math.floor(size / WIDTH ** level) > 0; level += 1) {
    const count = Math.floor(size / WIDTH ** level);
    const row = count % WIDTH ? tile(level, Math.floor(count / WIDTH)) : [];
    if (row === null) return false;
    const whole = [...row, ...below];
    below = whole.length ? [rootOver(whole)] : [];
  }
  return size > 0 && isSame(rootOver(below), root);
}

/** Bundle -> the hash that leads to the signed root, for all full bundles that have one. */
function vouchedParents(size, tile) {
  let vouched = new Map();
  let top = 0;
  while (Math.floor(size / WIDTH ** (top + 1)) > 0) top += 1;
  for (let level = top; level > 0; level -= 1) {
    const known = new Map();
    const count = Math.ceil(Math.floor(size / WIDTH ** level) / WIDTH);
    for (let index = 0; index < count; index += 1) {
      const hashes = tile(level, index);
      const isEdge = widthIn({ level, index }, size) < WIDTH;
      const parent = vouched.get(index);
      if (hashes === null || !(isEdge || (parent !== undefined && isSame(rootOver(hashes), parent)))) continue;
      hashes.forEach((hash, slot) => known.set(index * WIDTH + slot, hash));
    }
    vouched = known;
  }
  return vouched;
}

/** The first entry of which a vouched tile says that it is not the one that was signed. */
function locate({ bundles, tile, parents, isEdgeVouched }) {
  for (const [index, leaves] of bundles.entries()) {
    if (leaves === null) continue;
    const stored = tile(0, index);
    const slot = stored === null ? -1 : leaves.findIndex((leaf, at) => !isSame(leaf, stored[at]));
    const first = index * WIDTH;
    const parent = parents.get(index);
    if (parent === undefined) {
      if (slot >= 0 && isEdgeVouched && leaves.length < WIDTH) return { position: first + slot, reason: NOT_SIGNED };
      continue;
    }
    const isGood = isSame(rootOver(leaves), parent);
    if (isGood && slot < 0) continue;
    if (isGood) return { position: first + slot, reason: `the entry is the one that was signed, its hash tile says otherwise` };
    if (stored !== null && isSame(rootOver(stored), parent)) return { position: first + Math.max(slot, 0), reason: NOT_SIGNED };
    return { position: first + Math.max(slot, 0), reason: `one at least of the entries of bundle ${index} is not the one that was signed` };
  }
  return null;
}

/** The entries have the signed root; the first hash of a tile that says otherwise, in the order of building. */
function wrongTile(levels, tile) {
  const found = [];
  for (const [level, row] of levels.entries()) {
    for (let index = 0; index * WIDTH < row.length; index += 1) {
      const right = row.slice(index * WIDTH, (index + 1) * WIDTH);
      const stored = tile(level, index);
      const slot = stored === null ? -1 : right.findIndex((hash, at) => !isSame(hash, stored[at]));
      if (slot < 0) continue;
      const isFull = right.length === WIDTH;
      const done = isFull ? (index + 1) * WIDTH ** (level + 1) : Infinity;
      found.push({ done, level, position: (index * WIDTH + slot) * WIDTH ** level });
    }
  }
  found.sort((one, other) => one.done - other.done || one.level - other.level);
  return found.length ? { position: found[0].position, reason: "the entry is the one that was signed, a hash tile says otherwise" } : null;
}

/** The root is wrong and no tile is vouched for. */
function guess({ bundles, tile, doubt }) {
  for (const [index, leaves] of bundles.entries()) {
    const stored = tile(0, index);
    const slot = stored === null ? -1 : leaves.findIndex((leaf, at) => !isSame(leaf, stored[at]));
    if (slot >= 0) return { position: index * WIDTH + slot, reason: "the entries do not have the signed root; here they first differ from the hash tiles" };
  }
  if (doubt !== null) return { position: doubt, reason: "the entries do not have the signed root; this is the first one that is not well signed" };
  return { position: 0, reason: "the entries do not have the signed root, and no one entry can be named" };
}

/** The leaf hashes of entries. */
function leavesOf(entries) {
  return entries.map(leafHash);
}

return { firstBad, leavesOf };
})();

const of_roster = (() => {
// Whose keys there are, by then: those that genesis, enrolments and rotations name; and the root and the witness policy in force.
//
// Of the rules only one is judged here: how many persons of which roles must sign an enrolment (docs/spec/ledger.md, "Who must
// sign"). Revocations, badges, proofs of possession and who replaced whose key are not.

const { unhex } = of_bytes;
const { parseEnvelope, parsePayload, preAuthentication } = of_envelope;
const { verify } = of_ed25519;
const { ifRefused } = of_archive;
const { makePolicy } = of_policy;
const { sha256Hex } = of_sha256;

/** A log as it was taken in, entry by entry: events by id, keys by key id, counts, and the first doubtful position. */
class Story {
  keys = new Map();
  events = new Map();
  policies = [];
  doubt = null;
  election = null;
  #root = null;
  #rules = null;

  /** Take the entry at the next position. */
  async take(entry, position) {
    const read = readEntry(entry);
    if (read === null || read.event === null) return this.#doubts(position);
    const { envelope, event } = read;
    if (position === 0 && (await isOpenedBy(event, envelope))) this.#found(event, envelope.eventId);
    const known = this.events.get(envelope.eventId);
    const record = known ?? { id: envelope.eventId, position, event, signed: new Map(), rules: this.#rules };
    const listed = new Map((Array.isArray(event.signers) ? event.signers : []).map((one) => [one?.key, one]));
    for (const { keyid, sig } of envelope.signatures) {
      const key = this.keys.get(keyid) ?? succeeding(event, keyid);
      const isGood = key !== null && listed.has(keyid) && (await verify(key.public, preAuthentication(envelope.payload), sig));
      const { part, person } = listed.get(keyid) ?? {};
      if (isGood && !record.signed.has(keyid)) record.signed.set(keyid, { position, key, part, person });
      if (!isGood) this.#doubts(position);
    }
    if (record.signed.size === 0) return;
    this.events.set(record.id, record);
    this.#apply(record);
  }

  /** Distinct pairs of event and key that are valid. */
  get signatures() {
    return [...this.events.values()].reduce((sum, record) => sum + record.signed.size, 0);
  }

  #doubts(position) {
    this.doubt ??= position;
  }

  #found(event, id) {
    this.election = id;
    this.#root = event.root ?? null;
    this.#rules = event.rules ?? null;
    for (const one of event.root?.keys ?? []) this.#enrol({ ...one, role: "cec-officer", office: "CEC" });
    this.policies.push(makePolicy(event.witness_policy));
  }

  #enrol(stated) {
    const bytes = unhex(stated.public);
    if (bytes?.length !== 32) return;
    const keyid = sha256Hex(bytes);
    const { badge, role, office, person } = stated;
    if (!this.keys.has(keyid)) this.keys.set(keyid, { public: bytes, keyid, badge, role, office, person });
  }

  #apply(record) {
    const { event } = record;
    if (event.election !== this.election) return;
    if (event.type === "RulesSet" && isSignedAs(record)) this.#rules = event.rules;
    if (event.type === "KeyEnrolled" && isSignedAs(record)) for (const one of event.keys ?? []) this.#enrol(one);
    if (event.type === "KeyRotated") this.#enrol({ ...this.keys.get(event.key), public: event.public });
    if (record.isDone || !this.#isSignedByRoot(record, this.#root)) return;
    record.isDone = true;
    if (event.type === "RootChanged" && this.#isSignedByRoot(record, event.root)) this.#root = event.root;
    if (event.type === "WitnessPolicySet") {
      const policy = makePolicy(event.witness_policy);
      if (policy !== null) this.policies.push(policy);
    }
  }

  #isSignedByRoot(record, root) {
    return isSignedByThreshold(root, record.signed.keys());
  }
}

/** Whether keys of so many distinct persons of a root, as it asks for, are among these key ids. */
function isSignedByThreshold(root, keyids) {
  const personOf = new Map((root?.keys ?? []).map((one) => [sha256Hex(unhex(one.public) ?? new Uint8Array()), one.person]));
  const persons = new Set([...keyids].filter((keyid) => personOf.has(keyid)).map((keyid) => personOf.get(keyid)));
  return Number.isSafeInteger(root?.threshold) && root.threshold > 0 && persons.size >= root.threshold;
}

/** Whether so many persons of such roles signed an event as the rules at its first entry ask for. */
function isSignedAs({ event, signed, rules }) {
  const rows = (rules?.signatures ?? []).filter((row) => row.type === event.type);
  const by = [...signed.values()].filter(({ key, person }) => person !== null && key.person === person);
  return rows.length > 0 && rows.every((row) => row.quorums.some((quorum) => isQuorum(quorum, by.filter(({ part }) => part === row.part))));
}

function isQuorum({ persons, roles, including }, by) {
  const counted = by.filter(({ key }) => roles.includes(key.role));
  const isWith = including.length === 0 || counted.some(({ key }) => including.includes(key.role));
  return isWith && persons > 0 && new Set(counted.map(({ key }) => key.person)).size >= persons;
}

/** Distinct persons of the root signed, as many as it asks for; no key of it is the log's or twice there, no badge two persons'. */
async function isOpenedBy(event, envelope) {
  const keys = event.type === "ElectionOpened" ? (event.root?.keys ?? []) : [];
  const publicOf = new Map(keys.map((one) => [sha256Hex(unhex(one.public) ?? new Uint8Array()), unhex(one.public)]));
  const listed = new Set((event.signers ?? []).map((one) => one.key));
  const good = [];
  for (const { keyid, sig } of envelope.signatures) {
    const key = publicOf.get(keyid);
    if (key && listed.has(keyid) && (await verify(key, preAuthentication(envelope.payload), sig))) good.push(keyid);
  }
  const isSound = publicOf.size === keys.length && keys.every((one) => one.public !== event.log_key);
  const persons = new Set(keys.map((one) => one.person)).size;
  return isSound && new Set(keys.map((one) => one.badge)).size === persons && isSignedByThreshold(event.root, good);
}

/** Envelope and event of an entry; the event is null where the payload is none, all where it is no signed event. */
function readEntry(entry) {
  let envelope = null;
  try {
    envelope = parseEnvelope(entry);
    return { envelope, event: parsePayload(envelope.payload) };
  } catch (error) {
    return ifRefused(error, envelope && { envelope, event: null });
  }
}

/** The new key of a rotation signs it: its public half stands in the event. */
function succeeding(event, keyid) {
  const bytes = event.type === "KeyRotated" ? unhex(event.public) : null;
  return bytes !== null && bytes.length === 32 && sha256Hex(bytes) === keyid ? { public: bytes, keyid } : null;
}

return { Story, isSignedByThreshold, isSignedAs, isOpenedBy, readEntry };
})();

const of_stories = (() => {
// What can be told of one unit and of one station without the rules: who signed each act of the unit's chain, whether both hands
// signed a handover, where two acts follow one; and the identities among figures that a station's commission stated.
// Each says what it did not judge.

/** Types that say what was seen, or change nothing by themselves: nothing follows them. */
const FOLLOWED_BY_NOTHING = new Set([
  "AnswerAcknowledged", "CustodyBroken", "DelayReported", "DetailsDisclosed", "HandoverOffered", "HandoverWithdrawn",
  "ObserverRemarked", "OverdueNoted", "SealsChecked", "StopRecorded",
]);

const UNIT_NOT_JUDGED = [
  "who was entitled to act: mandates, roles, thresholds, revocations, separation of persons",
  "seals, packages, quantities, states, deadlines and clocks",
  "corrections, declarations of error and adjudications; where two acts follow one, which of them stands",
  "acts on packages around the unit or inside it",
];
const STATION_NOT_JUDGED = [
  "identities that need figures from other events than the closed account, its resupplies, spoiled papers and the voters list",
  "what was counted, packed and destroyed, and which of several accounts stands",
  "who was entitled to state a figure",
];

/** The chain of a unit's acts, from where it was created. */
function unitStory(story, unit) {
  const acts = [];
  const others = [];
  for (const record of story.events.values()) {
    const named = (record.event.units ?? []).find((one) => one?.unit === unit);
    if (named === undefined || record.event.election !== story.election) continue;
    const isAct = !FOLLOWED_BY_NOTHING.has(record.event.type) && !isRefusal(record.event);
    (isAct ? acts : others).push({ ...tell(record), previous: named.previous ?? null, handover: handoverOf(story, record) });
  }
  const ids = new Set(acts.map((act) => act.event));
  const followers = new Map();
  for (const act of acts) followers.set(act.previous, [...(followers.get(act.previous) ?? []), act]);
  const [chain, disputes] = [[], []];
  for (let at = null; followers.has(at); ) {
    const next = followers.get(at);
    if (next.length > 1) {
      disputes.push({ after: at, acts: next.map((act) => act.event) });
      break;
    }
    chain.push(next[0]);
    at = next[0].event;
  }
  const waiting = acts.filter((act) => act.previous !== null && !ids.has(act.previous)).map((act) => act.event);
  return { unit, chain, disputes, predecessor_missing: waiting, changed_nothing: others, not_judged: UNIT_NOT_JUDGED };
}

/** A line about one event: where it stands, what it claims, and which enrolled keys signed it. */
function tell(record) {
  const { event, id, position, signed } = record;
  const by = [...signed.values()].map(({ key, part }) => ({ badge: key.badge ?? null, role: key.role ?? null, part }));
  return { event: id, position, type: event.type, at: event.at, place: event.place, by };
}

function isRefusal(event) {
  return event.type === "HandoverAnswered" && event.result === "refused";
}

/** Whether both hands signed: null where it is no handover. */
function handoverOf(story, record) {
  const { event } = record;
  if (event.type !== "HandoverAnswered") return null;
  const offer = story.events.get(event.offer);
  if (offer === undefined) return { is_confirmed: false, why: "the offer is not on the log" };
  const receivers = [...record.signed].filter(([, one]) => one.part === "receiving");
  const givers = [...offer.signed].filter(([, one]) => one.part === "releasing");
  const why = faultOfHandover({ offer: offer.event, answer: event, givers, receivers });
  return { is_confirmed: why === null && event.result !== "refused", why, offer: event.offer };
}

function faultOfHandover({ offer, answer, givers, receivers }) {
  const unitsOf = (event) => JSON.stringify((event.units ?? []).map((one) => [one.unit, one.previous]).sort());
  if (offer.type !== "HandoverOffered") return "what it answers is no offer";
  if (unitsOf(offer) !== unitsOf(answer) || offer.nonce !== answer.nonce) return "it answers other units, acts or another nonce";
  if (!givers.length) return "no enrolled key of the giving side signed the offer";
  if (!receivers.some(([keyid]) => offer.to.includes(keyid))) return "no key that the offer names signed the answer";
  const persons = new Set(givers.map(([, one]) => one.key.person));
  if (receivers.some(([, one]) => persons.has(one.key.person))) return "one person signed for both sides";
  return null;
}

/** The identities of docs/spec/ledger.md 30 that figures of a station's closed accounts decide, for each such account. */
function stationFigures(story, station) {
  const about = [...story.events.values()].filter(({ event }) => event.station === station && event.election === story.election);
  const of = (type) => about.filter(({ event }) => event.type === type);
  const sum = (type) => of(type).reduce((total, { event }) => total + (event.papers ?? 0), 0);
  const closing = of("VoterListStated").filter(({ event }) => event.stage === "closing" && event.signatures !== null);
  const accounts = of("BallotAccountClosed").map((record) => ({ ...tell(record), identities: identitiesOf(record.event, { closing, of, sum }) }));
  return { station, accounts, not_judged: STATION_NOT_JUDGED };
}

function identitiesOf(stated, { closing, of, sum }) {
  const { spoiled, unused, defective, issued } = stated;
  const rows = [
    ["6 stated", issued, stated.signatures],
    ["6 boxes", issued, stated.in_boxes + stated.not_returned],
    ["6 valid", stated.in_boxes, stated.valid + stated.invalid],
    ["7", stated.cancelled, unused + spoiled + defective],
  ];
  if (closing.length === 1) rows.push(["6 signatures", closing[0].event.signatures, stated.signatures]);
  if (of("BallotsSpoiled").length) rows.push(["5 spoiled", sum("BallotsSpoiled"), spoiled]);
  if (!of("ResupplySent").length) rows.push(["5 unaccounted", stated.received, issued + spoiled + unused + defective + stated.unaccounted]);
  return rows.map(([identity, left, right]) => ({ identity, left, right, holds: left === right }));
}

return { FOLLOWED_BY_NOTHING, UNIT_NOT_JUDGED, STATION_NOT_JUDGED, unitStory, stationFigures };
})();

const of_audit = (() => {
// The audit of an archive (docs/spec/audit.md), as far as it can be made without the rules: files, genesis, the log key, the
// checkpoint, every entry and hash, every signature, cosignatures; and a list of what was not judged.

const { ELECTION, ifRefused, KEYS, NAMES, parseKeyFile, survey } = of_archive;
const { base64, hex, isSame, unhex, utf8 } = of_bytes;
const { canonical } = of_json;
const { checkOrigin, cosignedAt, isSignedBy, isSignedByMlDsa44, lineOf, LOG_KEY, makeKey, ML_DSA_44, ML_DSA_44_PUBLIC_BYTES, parseCheckpoint, parseNote } = of_notes;
const { isMet } = of_policy;
const { isOpenedBy, readEntry, Story } = of_roster;
const { sha256Hex } = of_sha256;
const { firstBad, leavesOf } = of_signedtree;
const { ENTRIES, parseBundle, parseTile, tilePath, WIDTH, widthIn } = of_tiles;

const FOLD_VERSION = 1;
const LOG = "logs/0";
const POLICY = "--policy";
const UNREADABLE_MAX = 1000;

const NOT_JUDGED = [
  "the rules: who was entitled to sign, custody, ballot accounts, deadlines, findings and the state digest",
  "whether events keep to their schemas and texts to the repertoire",
  "of enrolments, rotations and witness policies: whether they could be made, beyond how many persons of which roles signed them",
];

/** What was found against an archive. */
class Evidence {
  bad = [];
  gaps = new Map();

  contradict(position, reason) {
    this.bad.push({ log: 0, position, reason });
  }

  lack(name, sentence) {
    this.gaps.set(name, this.gaps.get(name) ?? sentence);
  }

  get verdict() {
    if (this.bad.length) return "TAMPERED";
    return this.gaps.size ? "NOT ESTABLISHED" : "VERIFIED";
  }

  get firstBad() {
    return this.bad.reduce((first, one) => (first === null || one.position < first.position ? one : first), null);
  }
}

/** Audit an archive (see archive.mjs) under a root, the election id that genesis must have; null: never VERIFIED. `own`: a reader's policy. */
async function audit(archive, root, own = null) {
  const evidence = new Evidence();
  for (const { path, sentence } of survey(archive)) evidence.lack(path, sentence);
  if (archive.folders.has("logs/1")) evidence.lack("logs/1", "This program judges archives of one log.");
  const genesis = await readGenesis(firstEntry(archive), root, evidence);
  const stated = await readStated(archive, genesis, evidence);
  const story = new Story();
  const counted = stated === null ? { entries: 0, isWhole: false } : await goThrough({ archive, genesis, stated, story, evidence });
  let witnesses = null;
  if (counted.isWhole) {
    compareDerived(archive, genesis, story, evidence);
    if (stated.isSigned) witnesses = await judgeCosignatures(stated, story, { evidence, own });
  }
  if (root === null) evidence.lack("--root", "No root was given, so nothing says that this is the right election.");
  return { report: report(evidence, { genesis, stated, story, counted, witnesses }), sentences: sentencesOf(evidence), story };
}

function report(evidence, { genesis, stated, story, counted, witnesses }) {
  return {
    verdict: evidence.verdict,
    election: genesis?.election ?? null,
    logs: stated === null ? [] : [{ origin: stated.origin, size: stated.size, root: base64(stated.root) }],
    entries: counted.entries,
    events: story.events.size,
    signatures: story.signatures,
    findings: null,
    first_bad: evidence.firstBad,
    missing: [...evidence.gaps.keys()].sort(),
    state_digest: null,
    bounded: null,
    witnesses,
    not_judged: NOT_JUDGED,
  };
}

function sentencesOf(evidence) {
  const bad = evidence.firstBad;
  const lines = bad === null ? [] : [`entry ${bad.position}: ${bad.reason}`];
  return [...lines, ...[...evidence.gaps].map(([name, sentence]) => `${name}: ${sentence}`)];
}

/** The entry at position 0, out of the first bundle whatever the checkpoint says: its width is in its name. */
function firstEntry(archive) {
  for (let width = WIDTH; width > 0; width -= 1) {
    const entries = bundleOf(archive, { level: ENTRIES, index: 0, width });
    if (entries !== null) return entries[0];
  }
  return null;
}

function bundleOf(archive, tile) {
  return partOf(archive, tile, parseBundle);
}

function partOf(archive, tile, parse) {
  const bytes = archive.files.get(`${LOG}/${tilePath(tile)}`) ?? null;
  try {
    return bytes === null ? null : parse(bytes, tile.width);
  } catch (error) {
    return ifRefused(error, null);
  }
}

/** What position 0 pins: the election, the log key where it can, and whether its own threshold signed it. */
async function readGenesis(entry, root, evidence) {
  if (entry === null) return void evidence.lack("genesis", "There is no entry at position 0.") ?? null;
  const read = readEntry(entry);
  if (read === null) {
    if (root !== null) evidence.contradict(0, "the entry is no signed event, so it is not the pinned root");
    evidence.lack("genesis", "Position 0 holds no signed event.");
    return null;
  }
  const { envelope, event } = read;
  const election = envelope.eventId;
  if (root !== null && election !== root) evidence.contradict(0, "the event id of genesis is not the root that was given");
  const fault = faultOf(event);
  if (fault !== null) {
    evidence.lack("genesis", fault);
    return { election, event: null, key: null, second: null, isOpen: false };
  }
  const isOpen = await isOpenedBy(event, envelope);
  if (!isOpen) evidence.lack("genesis", "Genesis is not signed by the root threshold that it names.");
  if (event.log !== 0) evidence.lack("genesis", `Genesis opens log ${event.log}, and lies in the folder of log 0.`);
  const key = isOpen || election === root ? pinnedKey(event, election, evidence) : null;
  const second = key === null || event.log_key_ml_dsa_44 === undefined ? null : makeKey(key.name, ML_DSA_44, unhex(event.log_key_ml_dsa_44));
  return { election, event, key, second, isOpen };
}

/** Why position 0 opens no election that this program can look at; null where it does. */
function faultOf(event) {
  if (event === null) return "Position 0 holds no well-formed event.";
  if (event.type !== "ElectionOpened") return `Position 0 holds ${event.type}, which opens no election.`;
  if (event.fold_version !== FOLD_VERSION) return `The log is to be judged by fold version ${event.fold_version}: upgrade this program.`;
  const texts = [event.domain, event.slug, event.log_key, event.voting_day];
  const keys = event.root?.keys;
  const second = event.log_key_ml_dsa_44;
  const isSecond = second === undefined || (typeof second === "string" && unhex(second)?.length === ML_DSA_44_PUBLIC_BYTES);
  const isGood = texts.every((text) => typeof text === "string") && unhex(event.log_key)?.length === 32 && isSecond;
  if (!isGood || !Number.isSafeInteger(event.log) || !Array.isArray(keys) || !keys.every((one) => unhex(one?.public)?.length === 32)) {
    return "Position 0 holds no well-formed event.";
  }
  return null;
}

function pinnedKey(event, election, evidence) {
  const origin = originOf(event, election);
  try {
    checkOrigin(origin);
  } catch (error) {
    return void evidence.lack("genesis", ifRefused(error, error.message)) ?? null;
  }
  return makeKey(origin, LOG_KEY, unhex(event.log_key));
}

function originOf(event, election) {
  return `${event.domain}/${event.slug}/${election.slice(0, 16)}/${event.log}`;
}

/** The checkpoint as it stands, and whether the log key signed it; null where it is not in its form. */
async function readStated(archive, genesis, evidence) {
  const key = chooseKey(archive, genesis, evidence);
  const bytes = archive.files.get(`${LOG}/checkpoint`) ?? null;
  if (bytes === null) return null;
  const name = `${LOG}/checkpoint`;
  let found;
  try {
    const note = parseNote(bytes);
    found = { ...parseCheckpoint(note.text), note, key, isSigned: false };
  } catch (error) {
    return ifRefused(error, null);
  }
  const line = key === null ? undefined : lineOf(found.note, key);
  if (key === null) evidence.lack(name, "Nothing says which key must have signed this checkpoint.");
  else if (line === undefined) {
    if (found.note.lines.some((one) => one.name === key.name)) {
      evidence.contradict(0, `${name} is signed under the log's name by another key than its own`);
    }
    evidence.lack(name, `The checkpoint is not signed by ${key.name}.`);
  } else if (!(await isSignedBy(found.note, key, line))) evidence.lack(name, "The signature of the log key is false.");
  else {
    found.isSigned = true;
    if (found.origin !== key.name) evidence.contradict(0, `the log key signed ${name} for another origin`);
  }
  checkSecond(found, genesis?.second ?? null, evidence);
  return found;
}

/** The log's second line, of ML-DSA-44, is there and right where genesis pins its key. */
function checkSecond(found, second, evidence) {
  found.spoken = [found.key, second].filter((one) => one !== null);
  if (second === null || !found.isSigned) return;
  const line = lineOf(found.note, second);
  if (line === undefined) evidence.lack(`${LOG}/checkpoint`, "The checkpoint is not signed by the log's ML-DSA-44 key.");
  else if (!isSignedByMlDsa44(found.note, second, line)) evidence.lack(`${LOG}/checkpoint`, "The signature of the log's ML-DSA-44 key is false.");
}

function chooseKey(archive, genesis, evidence) {
  let stated = null;
  try {
    stated = parseKeyFile(archive.files.get(`${LOG}/log.vkey`) ?? new Uint8Array());
  } catch (error) {
    ifRefused(error, null);
  }
  const pinned = genesis?.key ?? null;
  if (pinned === null) return stated;
  if (stated !== null && (stated.name !== pinned.name || !isSame(stated.publicKey, pinned.publicKey))) {
    evidence.contradict(0, `genesis pins another log key or origin than ${LOG}/log.vkey states`);
  }
  return pinned;
}

/** Hash every entry and look at every signature; the story stops at the first gap, the hashing goes on. */
async function goThrough({ archive, genesis, stated, story, evidence }) {
  const { size } = stated;
  if (size === 0) evidence.lack("entries", "The log has no entries: there is nothing to verify.");
  const bundles = [];
  let [entries, told, unreadable] = [0, 0, 0];
  for (let index = 0; index * WIDTH < size && unreadable < UNREADABLE_MAX; index += 1) {
    const tile = { level: ENTRIES, index, width: widthIn({ level: ENTRIES, index }, size) };
    const found = bundleOf(archive, tile);
    unreadable = found === null ? unreadable + 1 : 0;
    bundles.push(found === null ? null : leavesOf(found));
    if (found === null) continue;
    for (const entry of genesis?.isOpen && told === index * WIDTH ? found : []) await story.take(entry, told++);
    entries += found.length;
  }
  if (stated.isSigned && size > 0) {
    const tile = (level, index) => partOf(archive, { level, index, width: widthIn({ level, index }, size) }, parseTile);
    const bad = firstBad({ size, root: stated.root, bundles, tile, doubt: story.doubt });
    if (bad !== null) evidence.contradict(bad.position, bad.reason);
  }
  return { entries, isWhole: size > 0 && told === size && story.election === genesis.election };
}

/** election.json and keys.json say what the log says, byte for byte; the names by language are those that genesis states. */
function compareDerived(archive, genesis, story, evidence) {
  const { event, election } = genesis;
  const { slug, domain, log, voting_day, fold_version, log_key } = event;
  const said = { election, slug, domain, log, origin: originOf(event, election), voting_day, fold_version, log_key };
  const keys = Object.fromEntries([...story.keys.values()].map((key) => [key.keyid, hex(key.public)]));
  for (const [name, right] of [[ELECTION, said], [KEYS, keys]]) {
    const found = archive.files.get(name);
    if (found && !isSame(found, utf8(`${canonical(right)}\n`))) evidence.lack(name, "This file does not say what the log says.");
  }
  const names = archive.files.get(NAMES);
  if (names && sha256Hex(names) !== event.names) evidence.lack(NAMES, "Genesis does not state these names: nobody signed them.");
}

/** The policy in force is met, and there are no lines that nobody accounts for; who of the policy has cosigned, null for nobody asked. */
async function judgeCosignatures(stated, story, { evidence, own }) {
  const name = `${LOG}/checkpoint`;
  const policies = [...story.policies, own?.policy ?? null].filter((policy) => policy !== null);
  const known = policies.flatMap((policy) => [...policy.keys.values()]);
  const accounted = new Set([...stated.spoken, ...known].map((key) => `${key.id} ${key.name}`));
  if (stated.note.lines.some((line) => !accounted.has(`${line.id} ${line.name}`))) {
    evidence.lack(name, "It carries signatures that are neither the log key's nor of log witnesses that the log names.");
  }
  const times = new Map();
  for (const key of known) {
    const line = lineOf(stated.note, key);
    if (line === undefined) continue;
    const at = await cosignedAt(stated.note, key, line);
    if (at === null) evidence.lack(name, `The cosignature of ${key.name} is false.`);
    else times.set(nameOf(key), at);
  }
  const names = new Set(stated.spoken.map(nameOf));
  if (own?.logs.length && !own.logs.some((one) => names.has(nameOf(one)))) {
    evidence.lack(POLICY, "It is a policy for other logs.");
  }
  let heard = null;
  for (const [policy, place] of [[story.policies.at(-1) ?? null, name], [own?.policy ?? null, POLICY]]) {
    if (policy === null || policy.quorum === null) continue;
    heard = heardOf(policy, times);
    const count = Object.keys(heard.cosigned).length;
    if (!heard.met) evidence.lack(place, `The witness policy asks for more cosignatures: ${count} of ${heard.named.length} have cosigned.`);
  }
  return heard;
}

/** What tells one key from every other. */
function nameOf(key) {
  return `${key.type} ${hex(key.publicKey)} ${key.name}`;
}

/** Who of a policy has cosigned, when, from which groups, and whether they are enough. */
function heardOf(policy, times) {
  const by = [...policy.keys].filter(([, key]) => times.has(nameOf(key))).map(([short]) => short).sort();
  const placed = [...policy.groups.values()].flatMap((group) => group.members.map((one) => [one, group.name]));
  const groups = placed.filter(([one]) => policy.keys.has(one)).sort(([one], [other]) => (one < other ? -1 : 1));
  const quorum = policy.groups.get(policy.quorum);
  return {
    cosigned: Object.fromEntries(by.map((short) => [short, inUtc(times.get(nameOf(policy.keys.get(short))))])),
    named: [...policy.keys.keys()].sort(),
    needs: quorum === undefined ? `${policy.quorum} is needed` : `group ${quorum.name} needs ${quorum.threshold} of ${quorum.members.length}`,
    met: isMet(policy, new Set(by)),
    groups: Object.fromEntries(groups),
    from: [...new Set(groups.filter(([one]) => by.includes(one)).map(([, group]) => group))].sort(),
  };
}

/** Seconds since 1970 as RFC 3339 in UTC. */
function inUtc(at) {
  return `${new Date(Number(at) * 1000).toISOString().slice(0, 19)}+00:00`;
}

return { NOT_JUDGED, audit };
})();

const of_main = (() => {
// The command: custody-verify.mjs ARCHIVE --root R [--policy FILE] [--json] [--unit UNIT] [--station CODE]. Needs Node.js; the rest does not.

const { ifRefused, namesMax, sizesOf } = of_archive;
const { audit } = of_audit;
const { textOf } = of_bytes;
const { parsePolicyFile, POLICY_BYTES_MAX } = of_policy;
const { stationFigures, unitStory } = of_stories;

const EXITS = { VERIFIED: 0, TAMPERED: 1, "NOT ESTABLISHED": 2 };
const USAGE = 64;
const REFUSED = 65;
const INTERNAL = 70;
const BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 16;
const USE = "custody-verify.mjs ARCHIVE --root ROOT [--policy FILE] [--json] [--unit UNIT] [--station CODE]";

/** Run the command; the exit code. */
async function main(words, out = console.log, err = console.error) {
  const asked = parseWords(words);
  if (asked === null) {
    err(`custody-verify: ${USE}`);
    return USAGE;
  }
  const archive = await readArchive(asked.archive);
  if (archive === null) {
    err(`custody-verify: ${asked.archive} is no folder that can be read.`);
    return REFUSED;
  }
  const own = asked.policy === null ? null : await readPolicy(asked.policy);
  if (typeof own === "string") {
    err(`custody-verify: ${asked.policy}: ${own}`);
    return REFUSED;
  }
  const { report, sentences, story } = await audit(archive, asked.root, own);
  const told = { ...report };
  if (asked.unit !== null) told.unit = unitStory(story, asked.unit);
  if (asked.station !== null) told.station = stationFigures(story, asked.station);
  if (asked.json) out(JSON.stringify(told));
  else print({ report, told, sentences }, out);
  return EXITS[report.verdict];
}

function print({ report, told, sentences }, out) {
  out(`${report.verdict}${report.verdict === "VERIFIED" ? ` as of ${report.entries} entries` : ""}`);
  for (const sentence of sentences) out(`  ${sentence}`);
  out(`  events ${report.events}, signatures ${report.signatures}`);
  for (const part of [told.unit, told.station]) if (part) out(JSON.stringify(part, null, 1));
  out("Not judged:");
  for (const line of report.not_judged) out(`  ${line}`);
}

function parseWords(words) {
  const asked = { archive: null, root: null, policy: null, json: false, unit: null, station: null };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === "--json") asked.json = true;
    else if (["--root", "--policy", "--unit", "--station"].includes(word) && at + 1 < words.length) asked[word.slice(2)] = words[++at];
    else if (!word.startsWith("-") && asked.archive === null) asked.archive = word;
    else return null;
  }
  if (asked.archive === null || (asked.root !== null && !/^[0-9a-f]{64}$/.test(asked.root))) return null;
  return asked;
}

/** A reader's policy; a sentence where it cannot be read or is in no form. */
async function readPolicy(place) {
  const bytes = readRegular(await import("node:fs"), place);
  const text = bytes === null || bytes.length > POLICY_BYTES_MAX ? null : textOf(bytes);
  if (text === null) return "It cannot be read as text.";
  try {
    return parsePolicyFile(text);
  } catch (error) {
    return ifRefused(error, error.message);
  }
}

/** The files of a folder as audit.mjs takes them; null where it is no folder. Links are named, never followed. */
async function readArchive(root) {
  const [fs, path] = [await import("node:fs"), await import("node:path")];
  const archive = { files: new Map(), folders: new Set(), odd: new Set(), isCut: false };
  const bytesOf = (name) => readRegular(fs, path.join(root, name));
  try {
    if (!fs.statSync(root).isDirectory()) return null;
  } catch {
    return null;
  }
  let room = namesMax(await statedSizes(fs, path, root, bytesOf));
  const waiting = [""];
  while (waiting.length && !archive.isCut) {
    const folder = waiting.pop();
    let items;
    try {
      items = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
    } catch {
      archive.odd.add(folder || ".");
      continue;
    }
    if ((room -= items.length) < 0) archive.isCut = true;
    for (const item of archive.isCut ? [] : items.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const name = folder ? `${folder}/${item.name}` : item.name;
      if (item.isFile()) archive.files.set(name, bytesOf(name));
      else if (!item.isDirectory() || name.split("/").length > DEPTH_MAX) archive.odd.add(item.isDirectory() ? `${name}/` : name);
      else {
        archive.folders.add(name);
        waiting.push(name);
      }
    }
  }
  return archive;
}

async function statedSizes(fs, path, root, bytesOf) {
  const [files, folders] = [new Map(), new Set()];
  for (let number = 0; number < 10_000 && fs.existsSync(path.join(root, `logs/${number}`)); number += 1) {
    folders.add(`logs/${number}`);
    const bytes = bytesOf(`logs/${number}/checkpoint`);
    if (bytes !== null) files.set(`logs/${number}/checkpoint`, bytes);
  }
  return sizesOf({ files, folders });
}

/** The bytes of a regular file, null where it is none, cannot be read or is too long for anything in an archive. */
function readRegular(fs, place) {
  try {
    const found = fs.lstatSync(place);
    return found.isFile() && found.size <= BYTES_MAX ? new Uint8Array(fs.readFileSync(place)) : null;
  } catch {
    return null;
  }
}

/** As a program: run, and end with the exit code; nothing that goes wrong here looks like a verdict. */
async function runAsProgram() {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`custody-verify: internal error (${error?.name}): please report it.`);
    process.exitCode = INTERNAL;
  }
}

return { main, readArchive, runAsProgram };
})();

export const { canonical } = of_json;
export const { cosignedAt, parseAnyKey, parseCheckpoint, parseKey, parseNote, verifyProof } = of_notes;
export const { isAdmissible, slowVerify, verify } = of_ed25519;
export const { isMet, makePolicy, parsePolicyFile } = of_policy;
export const { parseEnvelope, parsePayload } = of_envelope;
export const { verifyConsistency, verifyInclusion } = of_merkle;
export const { sha256Hex } = of_sha256;
export const { verifyMlDsa44 } = of_mldsa44;
export const { survey } = of_archive;
export const { audit } = of_audit;
export const { FOLLOWED_BY_NOTHING, stationFigures, unitStory } = of_stories;
export const { main, readArchive } = of_main;
export const { Story } = of_roster;
export const { firstBad } = of_signedtree;

if (typeof process !== "undefined" && process.argv?.[1]?.endsWith("custody-verify.mjs")) await of_main.runAsProgram();
