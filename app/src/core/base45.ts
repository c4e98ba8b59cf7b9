// Base45 of RFC 9285: bytes in the 45 characters that a QR code packs most densely. Decoding is strict.

import { Refused, type Bytes } from "./shared.ts";

export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** The characters of bytes. */
export function encode(data: Bytes): string {
  let text = "";
  for (let at = 0; at < data.length; at += 2) {
    const last = at + 1 === data.length;
    let value = last ? data[at]! : data[at]! * 256 + data[at + 1]!;
    for (let place = 0; place < (last ? 2 : 3); place += 1, value = Math.floor(value / 45)) text += ALPHABET[value % 45];
  }
  return text;
}

/** The bytes that a text stands for; Refused("base45-...") where it stands for none. */
export function decode(text: string): Bytes {
  if (text.length % 3 === 1) throw new Refused("base45-length", "Base45 comes in threes of characters, with two at the end at the most.");
  const digits = [...text].map((character) => {
    const value = VALUES.get(character);
    if (value === undefined) throw new Refused("base45-character", "This character is none of the 45.");
    return value;
  });
  const made: number[] = [];
  for (let at = 0; at < digits.length; at += 3) {
    const group = digits.slice(at, at + 3);
    const value = group.reduceRight((sum, digit) => sum * 45 + digit, 0);
    if (value >= 256 ** (group.length - 1)) throw new Refused("base45-value", "These characters stand for more than their bytes can hold.");
    if (group.length === 3) made.push(value >> 8);
    made.push(value & 255);
  }
  return Uint8Array.from(made);
}
