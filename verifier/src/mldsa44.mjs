// Verification of ML-DSA-44 (FIPS 204, algorithms 3 and 8, without a context): numbers and names are those of the standard.
//
// Polynomials are arrays of 256 numbers below q; a product of two such numbers is below 2^46, which a double holds exactly.

import { isSame, joined } from "./bytes.mjs";
import { shake128, shake256, taken } from "./shake.mjs";

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
export function verifyMlDsa44(key, message, signature) {
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
