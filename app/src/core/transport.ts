// Frames with repair, in any order: what needs several codes (docs/spec/transport.md T1 to T10).

import { decode, encode } from "./base45.ts";
import { hex, joined, Refused, sha256, unhex, utf8, type Bytes } from "./shared.ts";
import { deflate, inflatePadded } from "./zlib.ts";

export type Kind = "A" | "B" | "I";

export const CONTENT_BYTES_MAX = 131_072;
export const SCREEN_CHARS_MAX = 900;
const COUNT_MAX = 255;
const INDEX_MAX = 36 ** 2 - 1;
const SETS_MAX = 64;
const REPAIRS_A_CYCLE = 16;
const HEAD_CHARS = 24;
const HEAD = /^BC1([ABI])([0-9A-F]{16})([0-9A-Z]{2})([0-9A-Z]{2})/;
const TAG = utf8("custody/transport/v1\n");

export interface Frame {
  kind: Kind;
  setId: string;
  count: number;
  index: number;
  body: Bytes;
}

export interface FrameSet {
  kind: Kind;
  setId: string;
  bodies: Bytes[];
}

export interface Carried {
  kind: Kind;
  data: Bytes;
}

/** Cut what is to be carried for frames of at most so many characters. */
export async function setOf(content: Carried, charsMax = SCREEN_CHARS_MAX): Promise<FrameSet> {
  const room = Math.floor((charsMax - HEAD_CHARS) / 3) * 2;
  const stream = await deflate(content.data);
  const count = Math.ceil(stream.length / room);
  if (content.data.length > CONTENT_BYTES_MAX || count > COUNT_MAX) throw new Refused("transport-oversize", "This is too much for one set of codes.");
  const size = Math.ceil(stream.length / count);
  const padded = joined(stream, new Uint8Array(size * count - stream.length));
  const bodies = Array.from({ length: count }, (_, at) => padded.slice(at * size, (at + 1) * size));
  return { kind: content.kind, setId: setIdOf(content.kind, bodies), bodies };
}

/** The codes that a screen shows in its cycle number 0, 1, 2 and so on. */
export function shown(frames: FrameSet, cycle: number): string[] {
  const count = frames.bodies.length;
  const repairs = Array.from({ length: count === 1 ? 0 : REPAIRS_A_CYCLE }, (_, more) => count + ((cycle * REPAIRS_A_CYCLE + more) % (INDEX_MAX + 1 - count)));
  return [...frames.bodies.keys(), ...repairs].map((index) => formatFrame(frameAt(frames, index)));
}

/** The frame of an index: a body, or past them a repair frame. */
export function frameAt(frames: FrameSet, index: number): Frame {
  const count = frames.bodies.length;
  const mask = maskOf(frames.setId, count, index);
  const body = new Uint8Array(frames.bodies[0]!.length);
  frames.bodies.forEach((one, place) => {
    if ((mask >> BigInt(place)) & 1n) xor(body, one);
  });
  return { kind: frames.kind, setId: frames.setId, count, index, body };
}

/** The text of a code. */
export function formatFrame(frame: Frame): string {
  const two = (value: number): string => value.toString(36).toUpperCase().padStart(2, "0");
  return `BC1${frame.kind}${frame.setId.toUpperCase()}${two(frame.count)}${two(frame.index)}${encode(frame.body)}`;
}

/** The frame that a code's text is. */
export function parseFrame(text: string): Frame {
  if (!text.startsWith("BC")) throw new Refused("transport-prefix", "This code is none of a set of signed acts.");
  const head = HEAD.exec(text);
  if (head === null) {
    if (!text.startsWith("BC1")) throw new Refused("transport-version", "This code is of a version that this program does not know.");
    throw new Refused("transport-form", "The head of this code is malformed.");
  }
  const [count, index] = [parseInt(head[3]!, 36), parseInt(head[4]!, 36)];
  const body = decode(text.slice(HEAD_CHARS));
  if (count < 1 || count > COUNT_MAX || body.length === 0 || body.length * count > CONTENT_BYTES_MAX * 2) {
    throw new Refused("transport-form", "The head of this code states what no set can be.");
  }
  return { kind: head[1] as Kind, setId: head[2]!.toLowerCase(), count, index, body };
}

interface Gathered {
  first: Frame;
  rows: Map<number, { mask: bigint; value: Bytes }>;
}

/** Frames as they come: in any order, of several sets, each as often as it likes. */
export class Gathering {
  readonly #sets = new Map<string, Gathered>();

  /** Take in the text of a code and return the id of its set. */
  add(text: string): string {
    const frame = parseFrame(text);
    const known = this.#sets.get(frame.setId);
    if (known === undefined && this.#sets.size >= SETS_MAX) throw new Refused("transport-oversize", `These codes are of more than ${SETS_MAX} sets.`);
    const gathered = known ?? { first: frame, rows: new Map() };
    this.#sets.set(frame.setId, gathered);
    try {
      take(gathered, frame);
    } catch (error) {
      this.#sets.delete(frame.setId);
      throw error;
    }
    return frame.setId;
  }

  /** How many bodies of a set are known, and of how many. */
  progress(setId: string): { known: number; count: number } {
    const gathered = this.#sets.get(setId);
    return { known: gathered?.rows.size ?? 0, count: gathered?.first.count ?? 0 };
  }

  /** What a set carried; null while frames are lacking. */
  async content(setId: string): Promise<Carried | null> {
    const gathered = this.#sets.get(setId);
    if (gathered === undefined || gathered.rows.size < gathered.first.count) return null;
    const bodies = solved(gathered);
    if (setIdOf(gathered.first.kind, bodies) !== setId) throw altered();
    return { kind: gathered.first.kind, data: await inflatePadded(joined(...bodies), bodies.length, CONTENT_BYTES_MAX) };
  }
}

function take(gathered: Gathered, frame: Frame): void {
  const { first, rows } = gathered;
  if (frame.kind !== first.kind || frame.count !== first.count || frame.body.length !== first.body.length) throw altered();
  let mask = maskOf(frame.setId, frame.count, frame.index);
  const value = frame.body.slice();
  while (mask !== 0n) {
    const lead = mask.toString(2).length - 1;
    const row = rows.get(lead);
    if (row === undefined) {
      rows.set(lead, { mask, value });
      return;
    }
    mask ^= row.mask;
    xor(value, row.value);
  }
  if (value.some((byte) => byte !== 0)) throw altered();
}

function solved(gathered: Gathered): Bytes[] {
  const bodies: Bytes[] = [];
  for (let lead = 0; lead < gathered.first.count; lead += 1) {
    const row = gathered.rows.get(lead)!;
    const value = row.value.slice();
    bodies.forEach((body, place) => {
      if ((row.mask >> BigInt(place)) & 1n) xor(value, body);
    });
    bodies.push(value);
  }
  return bodies;
}

function setIdOf(kind: Kind, bodies: Bytes[]): string {
  return hex(sha256(joined(TAG, utf8(kind), Uint8Array.of(bodies.length), ...bodies))).slice(0, 16);
}

function maskOf(setId: string, count: number, index: number): bigint {
  const every = (1n << BigInt(count)) - 1n;
  if (index < count) return 1n << BigInt(index);
  if (index === count) return every;
  const digest = sha256(joined(TAG, unhex(setId), Uint8Array.of(index >> 8, index & 255)));
  const chosen = digest.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) & every;
  return chosen === 0n ? every : chosen;
}

function xor(into: Bytes, other: Bytes): void {
  for (let at = 0; at < into.length; at += 1) into[at]! ^= other[at]!;
}

function altered(): Error {
  return new Refused("transport-altered", "A code of this set was altered: what its codes say together is not what was shown.");
}

