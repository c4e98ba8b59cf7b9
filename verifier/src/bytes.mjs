// Bytes and their spellings: UTF-8, hexadecimal and base64, each in its one form. Nothing here is of custody.

/** What is wrong with an input; `code` is stable, the message a sentence. */
export class Refused extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

const ENCODER = new TextEncoder();
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** The UTF-8 bytes of a text. */
export function utf8(text) {
  return ENCODER.encode(text);
}

/** The text of bytes that are UTF-8 without exception; null otherwise. A byte order mark stays a character. */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal digits. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hexadecimal digits; null for anything else. */
export function unhex(text) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Standard padded base64. */
export function base64(bytes) {
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
export function unbase64(text) {
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
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether two runs of bytes are the same. */
export function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** -1, 0 or 1: the order of two texts by their UTF-8 bytes. */
export function byBytes(one, other) {
  const [left, right] = [utf8(one), utf8(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    if (left[at] !== right[at]) return left[at] < right[at] ? -1 : 1;
  }
  return Math.sign(left.length - right.length);
}
