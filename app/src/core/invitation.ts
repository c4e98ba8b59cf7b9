// An invitation: what a receiving device shows before an offer; and the codes that say all by themselves (transport.md C1, C3).

import { decode, encode } from "./base45.ts";
import { DIGEST_BYTES, Reader, Writer } from "./parts.ts";
import { hex, isSame, joined, Refused, sha256, unhex, utf8, type Bytes } from "./shared.ts";

export const INVITATION_FORMAT = "custody/invitation/v1";
export const CHARS_MAX = 450;
const NONCE_BYTES = 16;
const NAMED_BYTES = 8;
const ROWS_MAX = 16;
const CHECK_BYTES = 4;
const TAG = utf8("custody/invitation-code/v1\n");

export interface Invitation {
  format: string;
  election: string;
  keys: string[];
  nonce: string;
}

/** An invitation as a device shows it: by whom, and which numbers of others' chains it has met. */
export interface Invited {
  invitation: Invitation;
  device: string;
  met: { device: string; number: number }[];
}

export type SingleKind = "N" | "C";

/** The text of one code; null where it is too much for one. */
export function singleCode(content: Bytes, kind: SingleKind): string | null {
  const text = `BC1${kind}${encode(content)}`;
  return text.length <= CHARS_MAX ? text : null;
}

/** Whether a text claims to be a code that says all by itself. */
export function isSingle(text: string): boolean {
  return text.startsWith("BC1N") || text.startsWith("BC1C");
}

/** Kind and content of such a code. */
export function parseSingle(text: string): { kind: SingleKind; content: Bytes } {
  if (!isSingle(text) || text.length > CHARS_MAX) throw new Refused("single-kind", "This code is none that says all by itself.");
  return { kind: text[3] === "N" ? "N" : "C", content: decode(text.slice(4)) };
}

/** The content of an invitation's code. */
export function writeInvitation(shown: Invited): Bytes {
  const out = new Writer();
  out.raw(unhex(shown.invitation.election));
  out.raw(unhex(shown.invitation.nonce));
  out.number(shown.invitation.keys.length);
  for (const key of shown.invitation.keys) out.raw(unhex(key));
  out.raw(unhex(shown.device));
  out.number(shown.met.length);
  for (const one of shown.met) {
    out.raw(unhex(one.device));
    out.number(one.number);
  }
  return joined(out.bytes, check(out.bytes));
}

/** The invitation of a code. */
export function readInvitation(content: Bytes): Invited {
  const body = content.slice(0, Math.max(0, content.length - CHECK_BYTES));
  if (!isSame(content.slice(body.length), check(body))) throw formless();
  const read = new Reader(body);
  const [election, nonce] = [hex(read.raw(DIGEST_BYTES)), hex(read.raw(NONCE_BYTES))];
  const keys = Array.from({ length: read.count(ROWS_MAX) }, () => hex(read.raw(DIGEST_BYTES)));
  const device = hex(read.raw(DIGEST_BYTES));
  const met = Array.from({ length: read.count(ROWS_MAX) }, () => ({ device: hex(read.raw(NAMED_BYTES)), number: read.number() }));
  read.end();
  if (keys.length === 0) throw formless();
  return { invitation: { format: INVITATION_FORMAT, election, keys, nonce }, device, met };
}

function check(body: Bytes): Bytes {
  return sha256(joined(TAG, body)).slice(0, CHECK_BYTES);
}

function formless(): Error {
  return new Refused("invitation-form", "This is no invitation to a handover.");
}
