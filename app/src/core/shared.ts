// What the second verifier has too, under the app's types: bytes, the one form of JSON, envelopes, Ed25519 with one verdict.

import * as bytes from "../../../verifier/src/bytes.mjs";
import * as ed25519 from "../../../verifier/src/ed25519.mjs";
import * as envelopes from "../../../verifier/src/envelope.mjs";
import * as json from "../../../verifier/src/json.mjs";
import * as merkle from "../../../verifier/src/merkle.mjs";
import * as notes from "../../../verifier/src/notes.mjs";
import * as policies from "../../../verifier/src/policy.mjs";
import * as hashes from "../../../verifier/src/sha256.mjs";

export type Bytes = Uint8Array<ArrayBuffer>;
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export interface Signature {
  keyid: string;
  sig: Bytes;
}

export interface Envelope {
  payload: Bytes;
  eventId: string;
  signatures: Signature[];
}

/** A key that signs checkpoints, or cosigns them. */
export interface NoteKey {
  name: string;
  id: string;
  publicKey: Bytes;
}

export interface NoteLine {
  name: string;
  id: string;
  signature: Bytes;
}

export interface Note {
  text: string;
  lines: NoteLine[];
}

/** What the proof of an entry says: its position, and the signed checkpoint that covers it. */
export interface ProvenAt {
  index: number;
  note: Note;
  checkpoint: { origin: string; size: number; root: Bytes };
}

export interface WitnessPolicy {
  keys: Map<string, NoteKey>;
  quorum: string | null;
}

/** What is wrong with an input; `code` is stable, the message a sentence. */
export const Refused = bytes.Refused as new (code: string, sentence: string) => Error & { code: string };
export type Refused = Error & { code: string };

export const utf8 = bytes.utf8 as (text: string) => Bytes;
export const textOf = bytes.textOf as (data: Bytes) => string | null;
export const hex = bytes.hex as (data: Uint8Array) => string;
export const base64 = bytes.base64 as (data: Bytes) => string;
export const unbase64 = bytes.unbase64 as (text: string) => Bytes | null;
export const joined = bytes.joined as (...parts: Bytes[]) => Bytes;
export const isSame = bytes.isSame as (one: Bytes, other: Bytes) => boolean;
export const canonical = json.canonical as (value: Json) => string;
export const parseCanonical = json.parseCanonical as (data: Bytes, bytesMax: number) => Json;
export const sha256 = hashes.sha256 as (data: Bytes) => Bytes;
export const sha256Hex = hashes.sha256Hex as (data: Bytes) => string;
export const parseEnvelope = envelopes.parseEnvelope as (entry: Bytes) => Envelope;
export const parsePayload = envelopes.parsePayload as (payload: Bytes) => JsonObject;
export const preAuthentication = envelopes.preAuthentication as (payload: Bytes) => Bytes;
export const leafHash = merkle.leafHash as (entry: Bytes) => Bytes;
export const makeLogKey = (origin: string, publicKey: Bytes): NoteKey => notes.makeKey(origin, notes.LOG_KEY, publicKey) as NoteKey;
export const verifyProof = notes.verifyProof as unknown as (proof: { bytes: Bytes; leaf: Bytes; key: NoteKey }) => Promise<ProvenAt>;
export const parseNote = notes.parseNote as unknown as (data: Bytes) => Note;
export const parseCheckpoint = notes.parseCheckpoint as unknown as (text: string) => ProvenAt["checkpoint"];
export const isSignedBy = notes.isSignedBy as unknown as (note: Note, key: NoteKey, line: NoteLine) => Promise<boolean>;
export const makePolicy = policies.makePolicy as unknown as (stated: JsonObject) => WitnessPolicy | null;
export const isMet = policies.isMet as unknown as (policy: WitnessPolicy, names: Set<string>) => boolean;
export const lineOf = notes.lineOf as unknown as (note: Note, key: NoteKey) => NoteLine | undefined;
export const cosignedAt = notes.cosignedAt as unknown as (note: Note, key: NoteKey, line: NoteLine) => Promise<number | null>;
export const PAYLOAD_TYPE = envelopes.PAYLOAD_TYPE as string;
export const verify = ed25519.verify as (key: Bytes, message: Bytes, signature: Bytes) => Promise<boolean>;

/** The bytes of lower-case hexadecimal digits; Refused for anything else. */
export function unhex(text: string): Bytes {
  const found = bytes.unhex(text) as Bytes | null;
  if (found === null) throw new Refused("hex-form", "These are no hexadecimal digits.");
  return found;
}

/** The event id of a payload: which fact it is. */
export function eventIdOf(payload: Bytes): string {
  return sha256Hex(preAuthentication(payload));
}

/** The key id of a raw public key. */
export function keyIdOf(publicKey: Bytes): string {
  return sha256Hex(publicKey);
}

/** The entry hash: which bytes they are. */
export function entryHashOf(entry: Bytes): string {
  return sha256Hex(joined(Uint8Array.of(0), entry));
}

/** The one spelling of an envelope. */
export function formatEnvelope(payload: Bytes, signatures: Signature[]): Bytes {
  const sorted = [...signatures].sort((one, other) => (one.keyid < other.keyid ? -1 : 1));
  const rows = sorted.map((one) => ({ keyid: one.keyid, sig: base64(one.sig) }));
  return utf8(canonical({ payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures: rows }));
}

/** A field of a JSON object that has to be an object. */
export function objectAt(value: JsonObject, name: string): JsonObject {
  const found = value[name];
  if (found === null || typeof found !== "object" || Array.isArray(found)) throw formless(name);
  return found;
}

/** A field that has to be a list. */
export function listAt(value: JsonObject, name: string): Json[] {
  const found = value[name];
  if (!Array.isArray(found)) throw formless(name);
  return found;
}

/** A field that has to be a list of objects. */
export function rowsAt(value: JsonObject, name: string): JsonObject[] {
  return listAt(value, name).map((row) => {
    if (row === null || typeof row !== "object" || Array.isArray(row)) throw formless(name);
    return row;
  });
}

/** A field that has to be a text. */
export function textAt(value: JsonObject, name: string): string {
  const found = value[name];
  if (typeof found !== "string") throw formless(name);
  return found;
}

/** A field that has to be a number. */
export function numberAt(value: JsonObject, name: string): number {
  const found = value[name];
  if (typeof found !== "number") throw formless(name);
  return found;
}

/** A field that has to be a list of texts. */
export function textsAt(value: JsonObject, name: string): string[] {
  return listAt(value, name).map((one) => {
    if (typeof one !== "string") throw formless(name);
    return one;
  });
}

function formless(name: string): Refused {
  return new Refused("event-form", `The field ${name} is not as it must be.`);
}
