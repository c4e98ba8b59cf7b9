// The device pack: what a device knows of the election, signed by a gateway (docs/spec/device-pack.md).

import { canonical, eventIdOf, keyIdOf, objectAt, parseCanonical, Refused, rowsAt, textAt, unbase64, unhex, utf8, joined, verify, hex, listAt, type Bytes, type Json, type JsonObject } from "../core/shared.ts";

export const PACK_TYPE = "application/vnd.custody.device-pack.v1+json";
export const RECEIPT_TYPE = "application/vnd.custody.receipt.v1+json";
export const REFUSAL_TYPE = "application/vnd.custody.refusal.v1+json";
const PACK_BYTES_MAX = 4_000_000;

export interface Holder {
  kind: string;
  office: string;
  person: string;
}

export interface RosterKey {
  key: string;
  public: Bytes;
  role: string;
  office: string;
  badge: string;
  person: string | null;
  revoked: boolean;
}

export interface PackedUnit {
  unit: string;
  kind: string;
  act: string;
  papers: number | null;
  seals: string[];
  station: string;
  consignment: string | null;
  holder: Holder | null;
  inside: string | null;
  hold: boolean;
  /** absent in packs that earlier versions of the gateway made */
  withCarrier?: boolean;
}

export type Zone = [number, string][];

export interface Pack {
  election: string;
  genesis: JsonObject;
  policy: JsonObject | null;
  checkpoint: string | null;
  origin: string;
  end: number;
  madeAt: string;
  zone: Zone;
  stations: { station: string; zone: Zone }[];
  roster: RosterKey[];
  mandates: { courier: string; consignments: string[]; firstDay: string; lastDay: string }[];
  consignments: { consignment: string; station: string; direction: string; legs: { number: number; releasing: string; receiving: string; due: string | null }[] }[];
  units: PackedUnit[];
  chains: { device: string; number: number; event: string }[];
  codes: { code: string; en: string; ru: string; kk: string }[];
  signedBy: string;
}

/** The payload of a gateway's statement of a type, and the key that signed it, once the signature was verified. */
export async function openStatement(data: Bytes, type: string, key: (keyid: string) => Bytes | null): Promise<{ payload: JsonObject; keyid: string }> {
  const envelope = parsed(data);
  const payload = unbase64(textAt(envelope, "payload"));
  const [signature] = rowsAt(envelope, "signatures");
  if (textAt(envelope, "payloadType") !== type || payload === null || signature === undefined) throw formless();
  const [keyid, sig] = [textAt(signature, "keyid"), unbase64(textAt(signature, "sig"))];
  const known = key(keyid);
  if (known === null) throw new Refused("statement-key", "This was signed by a key that is not a gateway's.");
  const head = utf8(`DSSEv1 ${type.length} ${type} ${payload.length} `);
  if (sig === null || !(await verify(known, joined(head, payload), sig))) throw new Refused("statement-signature", "The signature of the gateway does not hold.");
  return { payload: parsed(payload), keyid };
}

/** The pack of a statement. `pinned` is the gateway's key that this device trusts; null: the first one, which names its key itself. */
export async function openPack(data: Bytes, pinned: string | null): Promise<Pack> {
  const roster = rosterOf(data);
  const gateways = new Map(roster.filter((one) => one.role === "gateway").map((one) => [one.key, one.public]));
  const { payload, keyid } = await openStatement(data, PACK_TYPE, (key) => gateways.get(key) ?? null);
  if (textAt(payload, "format") !== "custody/device-pack/v1") throw formless();
  if (pinned !== null && pinned !== textAt(payload, "election")) throw new Refused("pack-election", "This is of another election than the one that this device knows.");
  if (eventIdOf(utf8(canonical(objectAt(payload, "genesis")))) !== payload["election"]) throw formless();
  return { ...(read(payload) as unknown as Omit<Pack, "roster" | "signedBy">), roster, signedBy: keyid };
}

function rosterOf(data: Bytes): RosterKey[] {
  const payload = unbase64(textAt(parsed(data), "payload"));
  if (payload === null) throw formless();
  return rowsAt(parsed(payload), "roster").map((row) => {
    const raw = unhex(textAt(row, "public"));
    if (keyIdOf(raw) !== row["key"]) throw formless();
    const person = row["person"];
    return {
      key: hex(unhex(textAt(row, "key"))),
      public: raw,
      role: textAt(row, "role"),
      office: textAt(row, "office"),
      badge: textAt(row, "badge"),
      person: typeof person === "string" ? person : null,
      revoked: row["revoked"] === true,
    };
  });
}

function read(payload: JsonObject): JsonObject {
  for (const name of ["zone", "stations", "mandates", "consignments", "units", "chains", "codes"]) listAt(payload, name);
  return payload;
}

function parsed(data: Bytes): JsonObject {
  try {
    const value: Json = parseCanonical(data, PACK_BYTES_MAX);
    return objectAt({ value }, "value");
  } catch {
    throw formless();
  }
}

function formless(): Error {
  return new Refused("pack-form", "This is no device pack.");
}
