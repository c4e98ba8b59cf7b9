// Ed25519 with one verdict (docs/spec/events.md 16), whatever the runtime's own verifier would let pass.
//
// Encodings are judged here: A canonical and on the curve, neither A nor R of small order, S below the order. What remains,
// that [S]B - [k]A encodes to R byte for byte, is asked of the runtime (WebCrypto), whose verifiers agree on it; where a runtime
// has no Ed25519 it is computed here, slowly.

import { hex, isSame, joined } from "./bytes.mjs";

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
export async function verify(key, message, signature) {
  if (!isAdmissible(key, signature)) return false;
  const own = await load(key);
  if (own === null) return computedVerify(key, message, signature);
  return crypto.subtle.verify({ name: "Ed25519" }, own, signature, message);
}

/** The rule without the runtime's verifier. */
export async function slowVerify(key, message, signature) {
  return isAdmissible(key, signature) && computedVerify(key, message, signature);
}

/** Points 1 to 3 of the rule: everything that can be said without the message. */
export function isAdmissible(key, signature) {
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
