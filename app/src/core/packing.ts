// Signed acts packed for codes: the payload as it is, each signature with its key (docs/spec/transport.md T12).

import { formatEnvelope, hex, isSame, joined, keyIdOf, parseEnvelope, Refused, unhex, type Bytes } from "./shared.ts";

const ACTS_MAX = 32;
const SIGNED_BYTES = 1 + 32 + 64;
const [KEY_ID, PUBLIC_KEY] = [0, 1];

/** An act as it came: its envelope, and the public keys that came along by key id. */
export interface PackedAct {
  entry: Bytes;
  keys: Map<string, Bytes>;
}

/** Acts one after the other. */
export function pack(acts: PackedAct[]): Bytes {
  if (acts.length < 1 || acts.length > ACTS_MAX) throw new Refused("packing-form", `One set of codes carries 1 to ${ACTS_MAX} acts.`);
  return joined(...acts.map(packed));
}

/** The acts that were packed, in their order. */
export function unpack(data: Bytes): PackedAct[] {
  const acts: PackedAct[] = [];
  let rest = data;
  do {
    const [act, after] = unpacked(rest);
    acts.push(act);
    rest = after;
    if (acts.length > ACTS_MAX) throw malformed();
  } while (rest.length > 0);
  if (!isSame(pack(acts), data)) throw malformed();
  return acts;
}

function packed(act: PackedAct): Bytes {
  const { payload, signatures } = parseEnvelope(act.entry);
  const rows = signatures.map(({ keyid, sig }) => {
    const key = act.keys.get(keyid);
    return key === undefined ? joined(Uint8Array.of(KEY_ID!), unhex(keyid), sig) : joined(Uint8Array.of(PUBLIC_KEY!), key, sig);
  });
  return joined(Uint8Array.of(payload.length >> 8, payload.length & 255), payload, Uint8Array.of(rows.length), ...rows);
}

function unpacked(data: Bytes): [PackedAct, Bytes] {
  const length = (data[0] ?? 0) * 256 + (data[1] ?? 0);
  const count = data[2 + length] ?? 0;
  const end = 3 + length + count * SIGNED_BYTES;
  if (data.length < end || count === 0) throw malformed();
  const keys = new Map<string, Bytes>();
  const signatures = Array.from({ length: count }, (_, place) => {
    const at = 3 + length + place * SIGNED_BYTES;
    const [how, key, sig] = [data[at], data.slice(at + 1, at + 33), data.slice(at + 33, at + SIGNED_BYTES)];
    if (how !== KEY_ID && how !== PUBLIC_KEY) throw malformed();
    const keyid = how === KEY_ID ? hex(key) : keyIdOf(key);
    if (how === PUBLIC_KEY) keys.set(keyid, key);
    return { keyid, sig };
  });
  const isSorted = signatures.every((one, at) => at === 0 || signatures[at - 1]!.keyid < one.keyid);
  if (!isSorted) throw malformed();
  return [{ entry: formatEnvelope(data.slice(2, 2 + length), signatures), keys }, data.slice(end)];
}

function malformed(): Error {
  return new Refused("packing-form", "What these codes carry are no signed acts.");
}
