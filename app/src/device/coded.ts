// Enrolment by a one-time code: the sealed card out of a box at the gateway, and the sealed request into it.
//
// The gateway learns neither the code nor what is in the box; a registrar's machine holds the request against the code.

import { canonical, objectAt, Refused, rowsAt, sha256Hex, textAt, unbase64, utf8, type Bytes, type JsonObject } from "../core/shared.ts";
import { boxOf, freshNonce, readCode, seal, tagOf, unseal } from "../core/one_time.ts";
import type { Device } from "./device.ts";
import { enrolRows, readCard, type Card } from "./enrolment.ts";
import { asked, objectOf } from "./sync.ts";

const GONE = 410;
const ABSENT = 404;
const MANY = 429;

/** A request that waits for the registrars: the box, what lies in it, and the same in the open, for a file. */
export interface Coded {
  box: string;
  sealed: Bytes;
  /** the code itself, for what the registrars' machine says of the request; absent in what earlier versions of the app kept */
  code?: string;
}

/** The card of whoever was told this code. Refused in words where it is mistyped, over, used, or not at this gateway. */
export async function cardOfCode(typed: string): Promise<{ card: Card; code: string }> {
  const code = readCode(typed);
  const answer = await asked(`/v1/enrolment/${await boxOf(code)}`, {}, [ABSENT]);
  if (answer.status === ABSENT) throw new Refused("one-time-unknown", "This gateway knows no such code.");
  const reply = objectOf(new Uint8Array(await answer.arrayBuffer()));
  const sealed = unbase64(textAt(reply, "sealed"));
  const said = await unseal(sealed ?? utf8(""), code, "card");
  if (said["used"] === true) throw new Refused("one-time-used", "This code was used already: it counts once.");
  if (reply["over"] === true) throw new Refused("one-time-over", "The time of this code is over.");
  return { card: readCard(utf8(canonical(objectAt(said, "card")))), code };
}

/** Make the keys that a code is for, keep them, and keep the request that the gateway is to carry. */
export async function enrolByCode(device: Device, card: Card, pin: string, code: string): Promise<void> {
  const { person, rows } = await enrolRows(device, card, pin);
  const own = await device.ownKeys();
  const tag = await tagOf(code, { election: card.election, person: person.key, device: own.key });
  const said: JsonObject = { device: own.key, election: card.election, keys: rows, tag, type: "KeyEnrolled" };
  const coded: Coded = { code, box: await boxOf(code), sealed: await seal(said, code, "request", freshNonce()) };
  await device.store.set(`coded:${person.key}`, coded);
  await device.store.set(`request:${person.key}`, utf8(canonical(said)));
  await device.store.putPerson(person);
}

/** Bring the request to the gateway, as often as anybody likes: the same bytes are kept once. */
export async function bring(coded: Coded): Promise<void> {
  const answer = await asked(`/v1/enrolment/${coded.box}`, { method: "POST", body: coded.sealed, headers: { "content-type": "application/octet-stream" } }, [ABSENT, GONE, MANY]);
  if (answer.status === ABSENT) throw new Refused("one-time-unknown", "This gateway knows no such code.");
  if (answer.status === GONE) throw new Refused("one-time-over", "The time of this code is over.");
  if (answer.status === MANY) throw new Refused("one-time-full", "Too many requests were made with this code.");
}

/** Why the registrars' machine did not take this request, as it says in the box; null as long as it says nothing of it. */
export async function refusalOf(coded: Coded): Promise<string | null> {
  if (coded.code === undefined) return null;
  const answer = await asked(`/v1/enrolment/${coded.box}`, {}, [ABSENT]);
  if (answer.status === ABSENT) return null;
  const sealed = unbase64(textAt(objectOf(new Uint8Array(await answer.arrayBuffer())), "sealed"));
  const said = await unseal(sealed ?? utf8(""), coded.code, "card");
  const own = sha256Hex(coded.sealed);
  if (said["used"] === true) return typeof said["taken"] === "string" && said["taken"] !== own ? "one-time-used" : null;
  if (said["refused"] === undefined) return null;
  const row = rowsAt(said, "refused").find((one) => one["request"] === own);
  return row === undefined ? null : textAt(row, "code");
}
