// Enrolment: from a registrar's card to keys on this device, and the request that two registrars sign.

import { canonical, hex, objectAt, parseCanonical, Refused, rowsAt, textAt, textsAt, utf8, type Bytes, type Json, type JsonObject } from "../core/shared.ts";
import { PEOPLE } from "./knowledge.ts";
import type { Device } from "./device.ts";
import type { Pinned } from "./sync.ts";
import type { Person } from "./store.ts";
import { checkPin, makeDevice, makePerson, signed, type NewPerson } from "./vault.ts";

export const CARD_FORMAT = "custody/person-card/v1";

const FORMS: Record<string, RegExp> = {
  badge: /^(?=.{1,25}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, role: new RegExp(`^(?:${PEOPLE.join("|")})$`), office: /^[A-Z]{3}$/, person: /^[0-9a-f]{64}$/, election: /^[0-9a-f]{64}$/,
};

/** A registrar's card: whose key is to be made, of which election, and whose packs are believed. */
export interface Card extends Pinned, NewPerson {}

/** The card of a text or file. */
export function readCard(data: Bytes): Card {
  const value: Json = parseCanonical(data, 16_000);
  if (value === null || typeof value !== "object" || Array.isArray(value) || value["format"] !== CARD_FORMAT) throw new Refused("card-form", "This is no registrar's card.");
  const named = ["badge", "role", "office", "person", "election"].map((name) => [name, textAt(value, name)]);
  if (named.some(([name, text]) => !FORMS[name!]!.test(text!))) throw new Refused("card-form", "This is no registrar's card.");
  return { ...(Object.fromEntries(named) as unknown as Card), gateways: textsAt(value, "gateways") };
}

/** Make the keys that a card is for, and keep them; the request is made of them. */
export async function enrol(device: Device, card: Card, pin: string): Promise<Bytes> {
  const { person, rows } = await enrolRows(device, card, pin);
  const request = utf8(`${canonical({ keys: rows, type: "KeyEnrolled" })}\n`);
  await device.store.set(`request:${person.key}`, request);
  await device.store.putPerson(person);
  return request;
}

/** The keys that a card is for, the device's made and kept where it is new, and the rows that enrol them; the person is not kept yet. */
export async function enrolRows(device: Device, card: Card, pin: string): Promise<{ person: Person; rows: JsonObject[] }> {
  const pinned = await device.store.setting<Pinned>("pinned");
  if (pinned !== undefined && pinned.election !== card.election) throw new Refused("card-election", "This card is of another election than this device.");
  if ((await device.store.persons()).some((one) => one.badge === card.badge)) throw new Refused("card-used", "This person has a key on this device already.");
  checkPin(pin);
  let keys = await device.keys();
  const isFirst = keys === undefined;
  if (keys === undefined) {
    keys = await makeDevice(`${card.badge}-device`);
    await device.store.set("device", keys);
  }
  await device.store.set("pinned", { election: card.election, gateways: card.gateways });
  const { person, private: own } = await makePerson({ badge: card.badge, role: card.role, office: card.office, person: card.person }, pin, keys);
  const rows: JsonObject[] = [await row(card.election, { ...person, private: own }, card.office)];
  if (isFirst) rows.push(await row(card.election, { ...keys, role: "device", person: null }, card.office));
  return { person, rows };
}

/** Whether this device's key is neither enrolled, as far as it knows, nor in a person's request: whose request brings it may have been dropped. */
export async function lacksDevice(device: Device, person: Person): Promise<boolean> {
  const [keys, knowledge] = [await device.ownKeys(), await device.knowledge().catch(() => null)];
  const rows = await rowsOf(device, person);
  return rows.length === 1 && knowledge?.key(keys.key) == null;
}

/** Let a person's request bring the key of this device too. */
export async function bringDevice(device: Device, person: Person): Promise<void> {
  const [keys, pinned] = [await device.ownKeys(), await device.store.setting<Pinned>("pinned")];
  const rows = [...(await rowsOf(device, person)), await row(pinned!.election, { ...keys, role: "device", person: null }, person.office)];
  await device.store.set(`request:${person.key}`, utf8(`${canonical({ keys: rows, type: "KeyEnrolled" })}\n`));
}

async function rowsOf(device: Device, person: Person): Promise<JsonObject[]> {
  const request = (await device.store.setting<Bytes>(`request:${person.key}`)) ?? utf8("");
  return rowsAt(objectAt({ value: parseCanonical(request.slice(0, -1), 16_000) }, "value"), "keys");
}

interface NewKey {
  key: string;
  public: Bytes;
  role: string;
  person: string | null;
  badge: string;
  private: CryptoKey;
}

async function row(election: string, made: NewKey, office: string): Promise<JsonObject> {
  const message = utf8(`custody/key-enrolled/v1\n${election}\n${made.person ?? "-"}\n${made.role}\n${made.key}\n`);
  const proof = hex(await signed(made.private, message));
  return { badge: made.badge, next_key: null, office, person: made.person, proof, public: hex(made.public), role: made.role };
}
