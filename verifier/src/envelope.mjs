// Entries: the envelope in its one form, and what it signs (docs/spec/events.md 8 to 15).

import { isSame, joined, Refused, textOf, unbase64, utf8 } from "./bytes.mjs";
import { parseCanonical } from "./json.mjs";
import { sha256Hex } from "./sha256.mjs";

export const PAYLOAD_TYPE = "application/vnd.custody.event.v1+json";
export const ENTRY_BYTES_MAX = 65_535;
export const PAYLOAD_BYTES_MAX = 40_000;
const SIGNATURES_MAX = 16;
const STANDS_FOR_A_RECORD = /^custody\/unrepresentable\/v1\n(?:null\n-|missing\n-|(?:0|[1-9][0-9]*)\n[0-9a-f]{64}|imitation\n[0-9a-f]{64})\n$/;

/** Payload, event id and signatures (`keyid`, `sig`) of an entry; Refused for what is no envelope. */
export function parseEnvelope(entry) {
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
export function preAuthentication(payload) {
  return joined(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
}

/** The event of a payload as plain JSON. */
export function parsePayload(payload) {
  const value = parseCanonical(payload, PAYLOAD_BYTES_MAX);
  if (value === null || typeof value !== "object" || typeof value.type !== "string") throw refused("The payload is no event.");
  return value;
}

/** Whether bytes at a position stand for a record that is no entry (docs/spec/c2sp.md 15). */
export function standsForARecord(entry) {
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
export function hasExactly(value, names) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  return Object.keys(value).sort().join() === [...names].sort().join();
}

function refused(sentence) {
  return new Refused("envelope", sentence);
}
