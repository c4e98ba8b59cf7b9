// The small parts of a compact code: numbers, names, moments in as few bytes as they need (docs/spec/transport.md C1).

import { epochSeconds, formatOffset, formatSeal, formatUnit, momentAt, offsetSeconds, parseSeal, parseUnit, UNIT_LETTERS } from "./identifiers.ts";
import { hex, Refused, unhex, type Bytes } from "./shared.ts";

export const DIGEST_BYTES = 32;
const QUARTER_S = 900;
const OFFSETS = 64;
const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const LAST_SECOND = 4_133_980_800;

/** An act says something that the compact form has no room for: it travels as a set of codes. */
export class NotCompact extends Error {}

/** What is said of a content that nobody made so. */
export function malformed(): Error {
  return new Refused("compact-form", "This code is damaged, or of a form that this program does not know.");
}

/** Parts, one after the other. */
export class Writer {
  readonly #data: number[] = [];

  get bytes(): Bytes {
    return Uint8Array.from(this.#data);
  }

  byte(value: number): void {
    this.#data.push(value);
  }

  raw(value: Bytes): void {
    this.#data.push(...value);
  }

  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new NotCompact("a number out of range");
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128);
    this.byte(rest);
  }

  papers(value: number | null): void {
    this.number(value === null ? 0 : value + 1);
  }

  office(value: string): void {
    this.#big(letters(value), 2);
  }

  unit(value: string): void {
    const name = parseUnit(value);
    this.#big(letters(name.office) * 2 ** 17 + UNIT_LETTERS.indexOf(name.letter) * 2 ** 14 + name.number, 4);
  }

  seal(value: string): void {
    const name = parseSeal(value);
    this.#big(letters(name.issuer) * 2 ** 20 + name.number, 5);
  }

  moment(value: string): void {
    const offset = offsetSeconds(value);
    if (offset % QUARTER_S !== 0) throw new NotCompact("an offset between the quarters of an hour");
    this.number(epochSeconds(value));
    this.byte(offset / QUARTER_S + OFFSETS);
  }

  #big(value: number, length: number): void {
    for (let place = length - 1; place >= 0; place -= 1) this.byte(Math.floor(value / 256 ** place) % 256);
  }
}

/** Parts, one after the other; whatever is missing is refused. */
export class Reader {
  at = 0;
  readonly #data: Bytes;

  constructor(data: Bytes) {
    this.#data = data;
  }

  raw(length: number): Bytes {
    if (length > this.#data.length - this.at) throw malformed();
    this.at += length;
    return this.#data.slice(this.at - length, this.at);
  }

  byte(): number {
    return this.raw(1)[0]!;
  }

  choice(count: number): number {
    const value = this.byte();
    if (value >= count) throw malformed();
    return value;
  }

  number(): number {
    let [value, factor, byte] = [0, 1, 0];
    do {
      if (factor > 2 ** 49) throw malformed();
      byte = this.byte();
      value += (byte % 128) * factor;
      factor *= 128;
    } while (byte > 127);
    if ((byte === 0 && factor > 128) || value > NUMBER_MAX) throw malformed();
    return value;
  }

  count(most: number): number {
    const value = this.number();
    if (value > most) throw malformed();
    return value;
  }

  papers(): number | null {
    const value = this.number();
    return value === 0 ? null : value - 1;
  }

  office(): string {
    return ofLetters(this.#big(2));
  }

  unit(): string {
    const value = this.#big(4);
    const [kind, number] = [Math.floor(value / 2 ** 14) % 8, value % 2 ** 14];
    const letter = UNIT_LETTERS[kind];
    if (letter === undefined || number < 1 || number > 9_999) throw malformed();
    return formatUnit({ office: ofLetters(Math.floor(value / 2 ** 17)), letter, number });
  }

  seal(): string {
    const value = this.#big(5);
    const number = value % 2 ** 20;
    if (number > 999_999) throw malformed();
    return formatSeal({ issuer: ofLetters(Math.floor(value / 2 ** 20)), number });
  }

  moment(): string {
    const [at, quarters] = [this.number(), this.byte() - OFFSETS];
    if (Math.abs(quarters) > 56 || at > LAST_SECOND) throw malformed();
    return momentAt(at, formatOffset(quarters * QUARTER_S));
  }

  end(): void {
    if (this.at !== this.#data.length) throw malformed();
  }

  #big(length: number): number {
    return this.raw(length).reduce((sum, byte) => sum * 256 + byte, 0);
  }
}

/** The event ids that an act names, each once; a reference is its place, 0 for none. */
export class Digests {
  readonly known: string[];

  constructor(known: string[] = []) {
    this.known = known;
  }

  place(value: string | null): number {
    if (value === null) return 0;
    if (!this.known.includes(value)) this.known.push(value);
    return this.known.indexOf(value) + 1;
  }

  at(place: number): string | null {
    if (place > this.known.length) throw malformed();
    return place === 0 ? null : this.known[place - 1]!;
  }

  write(out: Writer): void {
    out.number(this.known.length);
    for (const one of this.known) out.raw(unhex(one));
  }

  static read(read: Reader, most: number): Digests {
    const known = Array.from({ length: read.count(most) }, () => hex(read.raw(DIGEST_BYTES)));
    if (new Set(known).size !== known.length) throw malformed();
    return new Digests(known);
  }
}

function letters(value: string): number {
  if (!/^[A-Z]{3}$/.test(value)) throw new NotCompact("an office of another form");
  return [...value].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 65, 0);
}

function ofLetters(value: number): string {
  if (value >= 26 ** 3) throw malformed();
  return [676, 26, 1].map((place) => String.fromCharCode(65 + (Math.floor(value / place) % 26))).join("");
}
