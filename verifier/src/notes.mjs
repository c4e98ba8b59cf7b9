// Signed notes, verifier keys, checkpoints and cosignatures (docs/spec/c2sp.md 4 to 11, 17 and 26), and tlog-proof files.

import { base64, hex, isSame, joined, Refused, textOf, unbase64, utf8 } from "./bytes.mjs";
import { verify } from "./ed25519.mjs";
import { EMPTY_ROOT, verifyInclusion } from "./merkle.mjs";
import { verifyMlDsa44 } from "./mldsa44.mjs";
import { sha256 } from "./sha256.mjs";

export const NOTE_BYTES_MAX = 1_000_000;
export const LOG_KEY = 0x01;
export const COSIGNATURE = 0x04;
export const ML_DSA_44 = 0x06;
export const ML_DSA_44_BYTES = 2_428;
export const ML_DSA_44_PUBLIC_BYTES = 1_312;
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
export function parseNote(bytes) {
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
export function parseAnyKey(text, type) {
  const material = unbase64(text.split("+").slice(2).join("+").slice(0, 4));
  return material?.[0] === ML_DSA_44 ? parseKey(text, ML_DSA_44) : parseKey(text, type);
}

/** A verifier key's name, type, id and public half out of `<name>+<id>+<base64>`. */
export function parseKey(text, type) {
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
export function makeKey(name, type, publicKey) {
  const id = hex(sha256(joined(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
  return { name, type, id, publicKey };
}

/** The one text form of a verifier key. */
export function formatKey(key) {
  return `${key.name}+${key.id}+${base64(joined(Uint8Array.of(key.type), key.publicKey))}`;
}

/** The line of a note that names this key. */
export function lineOf(note, key) {
  return note.lines.find((line) => line.name === key.name && line.id === key.id);
}

/** Whether a line is the key's signature over the note's text. */
export function isSignedBy(note, key, line) {
  return verify(key.publicKey, utf8(note.text), line.signature);
}

/** Whether a line of ML-DSA-44, with whatever time it states, is the key's signature over the note's checkpoint. */
export function isSignedByMlDsa44(note, key, line) {
  const [time, signature] = [line.signature.subarray(0, TIME_BYTES), line.signature.subarray(TIME_BYTES)];
  const { origin, size, root } = parseCheckpoint(note.text);
  if (time[0] >= 0x80 || !hasRoom(key.name) || !hasRoom(origin)) return false;
  const message = joined(ML_DSA_44_LABEL, short(key.name), time, short(origin), eightBytes(0), eightBytes(size), root);
  return verifyMlDsa44(key.publicKey, message, signature);
}

/** Seconds since 1970 at which a witness cosigned; null where its line is false. */
export async function cosignedAt(note, key, line) {
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
export function parseCheckpoint(text) {
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
export function checkOrigin(origin) {
  const [domain, slug, election, log, ...more] = origin.split("/");
  const isGood = DOMAIN.test(domain) && SLUG.test(slug ?? "") && /^[0-9a-f]{16}$/.test(election ?? "");
  if (!isGood || !/^(?:0|[1-9][0-9]{0,8})$/.test(log ?? "") || more.length) throw refused("This is no origin.");
}

/** The parts of a C2SP tlog-proof file: `index`, `proof`, `note` and `checkpoint`. */
export function parseProof(bytes) {
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
export async function verifyProof({ bytes, leaf, key }) {
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
