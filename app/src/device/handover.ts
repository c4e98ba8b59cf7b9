// What a device does at a handover, offline: invite, offer, read and answer, read the answer (docs/spec/handover.md).

import { readCompact, writeCompact, type Context } from "../core/compact.ts";
import { isSingle, parseSingle, readInvitation, singleCode, writeInvitation, INVITATION_FORMAT, type Invited } from "../core/invitation.ts";
import { pack, unpack } from "../core/packing.ts";
import { NotCompact } from "../core/parts.ts";
import {
  canonical, eventIdOf, hex, numberAt, objectAt, parseCanonical, parseEnvelope, parsePayload, preAuthentication, Refused, rowsAt, textAt, textsAt, utf8, verify, type Bytes, type Json, type JsonObject,
} from "../core/shared.ts";
import { Gathering, setOf, shown, type Carried } from "../core/transport.ts";
import { comparisonNumbers } from "../core/words.ts";
import type { Device, Made } from "./device.ts";
import type { Knowledge } from "./knowledge.ts";

const CHARS_ON_SCREEN = 900;
const TRAVEL_MAX = 31;
const NAMED_DIGITS = 16;
const MET_MAX = 8;

/** What was read from the other device. */
export type Read =
  | { what: "invitation"; invited: Invited }
  | { what: "offer"; id: string; event: JsonObject; entry: Bytes; along: Bytes[]; unseen: string[] }
  | { what: "answer"; id: string; event: JsonObject; entry: Bytes; numbers: number[] }
  | { what: "more"; known: number; count: number };

/** One code, or the frames of a set of which a cycle is shown. */
export interface Codes {
  single: string | null;
  cycle: (number: number) => string[];
}

/** An invitation to whoever hands over to the person in hand. */
export async function invite(device: Device): Promise<{ invited: Invited; codes: Codes }> {
  const [keys, knowledge] = [await device.ownKeys(), await device.knowledge()];
  const nonce = hex(crypto.getRandomValues(new Uint8Array(16)));
  const receiving = device.hands.map((one) => one.person.key);
  const invitation = { format: INVITATION_FORMAT, election: knowledge.pack.election, keys: receiving, nonce };
  await device.store.invite({ nonce, election: invitation.election, keys: receiving, answered: null });
  const met = (await device.store.met()).slice(-MET_MAX).map((one) => ({ device: one.device.slice(0, NAMED_DIGITS), number: one.number }));
  const invited = { invitation, device: keys.key, met };
  const single = singleCode(writeInvitation(invited), "N");
  return { invited, codes: await codesOf(single, { kind: "B", data: utf8(canonical({ ...invitation })) }) };
}

/** Offer units to whoever invited. */
export async function offer(device: Device, invited: Invited, units: string[], mode = "hand"): Promise<{ made: Made; codes: Codes; history: Codes }> {
  const knowledge = await device.knowledge();
  if (invited.invitation.election !== knowledge.pack.election) throw new Refused("offer-election", "The invitation is for another election than the one this device knows.");
  if (invited.invitation.keys.some((key) => device.hands.some((one) => one.person.key === key))) throw new Refused("own-handover", "Nobody hands over to himself.");
  if (!invited.invitation.keys.some((key) => knowledge.key(key)?.revoked === false)) throw new Refused("invited-unknown", "This invitation is of somebody whom this device does not know.");
  const heads = units.map((name) => knowledge.units.get(name)!);
  const papers = heads.every((unit) => unit.papers !== null) ? heads.reduce((sum, unit) => sum + (unit.papers ?? 0), 0) : null;
  const made = await device.make({
    type: "HandoverOffered",
    to: invited.invitation.keys,
    nonce: invited.invitation.nonce,
    mode,
    units: heads.map((unit) => ({ unit: unit.unit, previous: unit.act })),
    declared: { packages: heads.length, papers, seals: heads.flatMap((unit) => unit.seals).sort() },
  });
  const met = (await device.store.met()).find((one) => one.device === invited.device)?.number ?? 0;
  return { made, ...(await offerCodes(device, made.entry, met)) };
}

/** The codes of an offer that was made here, now or before. */
export async function offerCodes(device: Device, entry: Bytes, met = 0): Promise<{ codes: Codes; history: Codes }> {
  const history = await companions(device, entry);
  const data = pack([...history, entry].map((one) => ({ entry: one, keys: new Map() })));
  const whole: Carried = { kind: "A", data };
  return { codes: await codesOf(compactCode(entry, null, met), whole), history: await codesOf(null, whole) };
}

/** The codes of an answer that was made here, now or before. */
export async function answerCodes(device: Device, entry: Bytes): Promise<Codes> {
  const event = parsePayload(parseEnvelope(entry).payload);
  const [kept] = await device.store.find(textAt(event, "offer"));
  const offered = kept === undefined ? null : parseEnvelope(kept.entry).payload;
  return codesOf(offered === null ? null : compactCode(entry, offered, 0), { kind: "A", data: pack([{ entry, keys: new Map() }]) });
}

/** Answer an offer that was read; `said` states result, found and codes. */
export async function answer(device: Device, read: Extract<Read, { what: "offer" }>, said: JsonObject): Promise<{ made: Made; codes: Codes; numbers: number[] }> {
  const to = textsAt(read.event, "to");
  if (!device.hands.some((one) => to.includes(one.person.key))) throw new Refused("offer-recipient", "The offer is made to others than those who would answer here.");
  if (read.unseen.length > 0 && said["result"] !== "refused") throw new Refused("history-unseen", "This device has not seen what came before: read the history too, or refuse.");
  const given = (await device.store.invitations()).find((one) => one.nonce === read.event["nonce"]);
  if (given?.answered) throw new Refused("offer-answered", "This device has answered an offer to that invitation already.");
  const about = { type: "HandoverAnswered", offer: read.id, nonce: textAt(read.event, "nonce"), units: read.event["units"]! };
  const made = await device.make({ ...about, ...said }, [...read.along, read.entry]);
  return { made, codes: await answerCodes(device, made.entry), numbers: comparisonNumbers(read.id, made.id) };
}

/** Reads codes as they come: of one code, or of frames until the set is whole. */
export class Reading {
  readonly #device: Device;
  readonly #gathering = new Gathering();

  constructor(device: Device) {
    this.#device = device;
  }

  /** What a code says. Refused in words where it is none for this device. */
  async take(text: string): Promise<Read> {
    const knowledge = await this.#device.knowledge();
    const code = text.trim();
    if (isSingle(code)) return this.#single(code, knowledge);
    if (code.startsWith("{")) return this.#carried({ kind: "B", data: utf8(code) }, knowledge);
    const setId = this.#gathering.add(code);
    const content = await this.#gathering.content(setId);
    return content === null ? { what: "more", ...this.#gathering.progress(setId) } : this.#carried(content, knowledge);
  }

  /** What a file says that a command line made: an invitation, or envelopes a line each. */
  async file(data: Bytes): Promise<Read> {
    const knowledge = await this.#device.knowledge();
    const lines = splitLines(data);
    const first = parseCanonical(lines[0] ?? data, 65_535);
    if (isObject(first) && first["format"] === INVITATION_FORMAT) return this.#carried({ kind: "B", data: lines[0]! }, knowledge);
    return this.#acts(lines.slice(-1)[0]!, lines.slice(0, -1), knowledge);
  }

  async #single(text: string, knowledge: Knowledge): Promise<Read> {
    const { kind, content } = parseSingle(text);
    if (kind === "N") return this.#invitation(readInvitation(content), knowledge);
    const { entry, met } = await readCompact(content, await contextOf(this.#device, knowledge));
    await this.#device.hear(met);
    return this.#acts(entry, [], knowledge);
  }

  async #carried(content: Carried, knowledge: Knowledge): Promise<Read> {
    if (content.kind === "A") {
      const acts = unpack(content.data).map((act) => act.entry);
      return this.#acts(acts.at(-1)!, acts.slice(0, -1), knowledge);
    }
    const value = parseCanonical(content.data, 65_535);
    if (!isObject(value) || value["format"] !== INVITATION_FORMAT) throw new Refused("code-unknown", "This code is neither an invitation nor an act.");
    const invitation = { format: INVITATION_FORMAT, election: textAt(value, "election"), keys: textsAt(value, "keys"), nonce: textAt(value, "nonce") };
    return this.#invitation({ invitation, device: "", met: [] }, knowledge);
  }

  async #invitation(invited: Invited, knowledge: Knowledge): Promise<Read> {
    if (invited.invitation.election !== knowledge.pack.election) throw new Refused("offer-election", "The invitation is for another election than the one this device knows.");
    const own = (await this.#device.ownKeys()).key;
    for (const one of invited.met) if (own.startsWith(one.device)) await this.#device.hear(one.number);
    return { what: "invitation", invited };
  }

  async #acts(entry: Bytes, along: Bytes[], knowledge: Knowledge): Promise<Read> {
    const { payload } = parseEnvelope(entry);
    const [event, id] = [parsePayload(payload), eventIdOf(payload)];
    if (event["election"] !== knowledge.pack.election) throw new Refused("offer-election", "This is of another election than the one this device knows.");
    if (event["type"] === "HandoverOffered") return this.#offer({ id, event, entry, along }, knowledge);
    if (event["type"] === "HandoverAnswered") return this.#answer({ id, event, entry }, knowledge);
    throw new Refused("code-unknown", "This is neither an offer nor an answer.");
  }

  async #offer(read: { id: string; event: JsonObject; entry: Bytes; along: Bytes[] }, knowledge: Knowledge): Promise<Read> {
    await checkSigned(read.entry, read.event, "releasing", knowledge);
    const given = (await this.#device.store.invitations()).find((one) => one.nonce === read.event["nonce"]);
    if (given === undefined) throw new Refused("compact-invitation", "The offer does not answer an invitation of this device: it may be old or a copy.");
    if (given.answered !== null) throw new Refused("offer-answered", "This device has answered an offer to that invitation already.");
    await this.#meet(read.event);
    const ids = new Set(read.along.map((one) => eventIdOf(parseEnvelope(one).payload)));
    const previous = rowsAt(read.event, "units").map((row) => row["previous"] as string | null);
    const unseen = [...new Set(previous.filter((act) => !knowledge.knows(act) && !ids.has(act!)))] as string[];
    return { what: "offer", ...read, along: read.along.slice(-TRAVEL_MAX), unseen };
  }

  /** Remember how far the chain of the other device has come: whoever restores an old copy of it is told so at the next meeting. */
  async #meet(event: JsonObject): Promise<void> {
    if (event["device"] === null) return;
    const mark = objectAt(event, "device");
    await this.#device.store.meet(textAt(mark, "key"), numberAt(mark, "number"));
  }

  async #answer(read: { id: string; event: JsonObject; entry: Bytes }, knowledge: Knowledge): Promise<Read> {
    const offered = knowledge.events.get(textAt(read.event, "offer"));
    const isOwn = (await this.#device.store.find(textAt(read.event, "offer"))).some((one) => one.source === "own");
    if (offered === undefined || !isOwn) throw new Refused("compact-offer", "The answer is not to an offer made on this device.");
    await checkSigned(read.entry, read.event, "receiving", knowledge);
    const to = textsAt(offered.event, "to");
    if (!rowsAt(read.event, "signers").some((signer) => to.includes(textAt(signer, "key")))) throw new Refused("answer-signature", "The answer is signed by others than those whom the offer was made to.");
    if (read.event["nonce"] !== offered.event["nonce"]) throw new Refused("answer-nonce", "The answer repeats another nonce than the offer's.");
    await this.#device.store.keep([read.entry], "pair", new Date().toISOString());
    await this.#meet(read.event);
    return { what: "answer", ...read, numbers: comparisonNumbers(offered.id, read.id) };
  }
}

/** What the device knows that a compact code leaves out. */
async function contextOf(device: Device, knowledge: Knowledge): Promise<Context> {
  const given = await device.store.invitations();
  const offers = (await device.store.entries()).filter((one) => one.source === "own").map((one) => parseEnvelope(one.entry).payload);
  const named = new Map(offers.filter((payload) => parsePayload(payload)["type"] === "HandoverOffered").map((payload) => [eventIdOf(payload), payload]));
  return {
    keys: (digits) => knowledge.keysLike(digits).filter((key) => !key.revoked).map((key) => ({ keyid: key.key, public: key.public, person: key.person })),
    invitations: (digits) => given.filter((one) => one.nonce.startsWith(digits)).map((one) => ({ format: INVITATION_FORMAT, ...one })),
    offers: (digits) => [...named].filter(([id]) => id.startsWith(digits)).map(([, payload]) => payload),
  };
}

/** Every signature holds under a key that this device knows, and all listed signers of the side have signed. */
async function checkSigned(entry: Bytes, event: JsonObject, part: string, knowledge: Knowledge): Promise<void> {
  const { payload, signatures } = parseEnvelope(entry);
  const listed = new Map(rowsAt(event, "signers").map((signer) => [textAt(signer, "key"), textAt(signer, "part")]));
  const message = preAuthentication(payload);
  for (const { keyid, sig } of signatures) {
    const key = knowledge.key(keyid);
    const isGood = key !== null && !key.revoked && listed.has(keyid) && (await verify(key.public, message, sig));
    if (!isGood) throw new Refused("compact-signature", "The signatures do not hold, or are of keys that this device does not know.");
  }
  const made = new Set(signatures.map((one) => one.keyid));
  const side = [...listed].filter(([, one]) => one === part);
  if (side.length === 0 || !side.every(([key]) => made.has(key))) throw new Refused("compact-signature", "Not everybody of the other side has signed.");
}

/** What the offer follows, oldest first, as far as it is kept here. */
async function companions(device: Device, entry: Bytes): Promise<Bytes[]> {
  const [found, queue] = [new Map<string, Bytes>(), previousOf(entry)];
  for (let name = queue.shift(); name !== undefined && found.size < TRAVEL_MAX; name = queue.shift()) {
    const [kept] = found.has(name) ? [] : await device.store.find(name);
    if (kept === undefined) continue;
    found.set(name, kept.entry);
    queue.push(...previousOf(kept.entry));
  }
  return [...found.values()].reverse();
}

function previousOf(entry: Bytes): string[] {
  const event = parsePayload(parseEnvelope(entry).payload);
  const rows = rowsAt(event, "units").map((row) => row["previous"]);
  return [...rows, event["offer"]].filter((one): one is string => typeof one === "string");
}

function compactCode(entry: Bytes, offered: Bytes | null, met: number): string | null {
  try {
    return singleCode(writeCompact(entry, offered, met), "C");
  } catch (error) {
    if (error instanceof NotCompact) return null;
    throw error;
  }
}

async function codesOf(single: string | null, content: Carried): Promise<Codes> {
  if (single !== null) return { single, cycle: () => [single] };
  const frames = await setOf(content, CHARS_ON_SCREEN);
  return { single: null, cycle: (number) => shown(frames, number) };
}

function splitLines(data: Bytes): Bytes[] {
  const lines: Bytes[] = [];
  for (let from = 0; from <= data.length; ) {
    const at = data.indexOf(10, from);
    const end = at < 0 ? data.length : at;
    if (end > from) lines.push(data.slice(from, end));
    from = end + 1;
  }
  return lines;
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

