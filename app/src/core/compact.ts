// An offer or an answer in one code: what both devices know already is left out (docs/spec/transport.md C4 to C9).

import { Digests, DIGEST_BYTES, malformed, NotCompact, Reader, Writer } from "./parts.ts";
import {
  canonical, eventIdOf, formatEnvelope, hex, isSame, listAt, numberAt, objectAt, parseCanonical, parseEnvelope, parsePayload,
  preAuthentication, Refused, rowsAt, textAt, textsAt, unhex, utf8, verify, type Bytes, type Json, type JsonObject,
} from "./shared.ts";
import type { Invitation } from "./invitation.ts";

const NAMED_BYTES = 4;
const SIGNATURE_BYTES = 64;
const [OFFER, ANSWER] = [1, 2];
const PARTS = ["acting", "releasing", "receiving", "present", "dispensing", "succeeding", "device", "service"];
const MODES = ["hand", "cabin", "hold", "captain", "road", "mission-staff", "storage"];
const RESULTS = ["accepted", "accepted with reservation", "refused"];
const CONDITIONS = ["intact", "broken", "missing", "altered"];
const COMMITTED = ["contact", "documents", "photographs", "remark"];
const USUAL: [string, Json][] = [["codes", []], ["present", []], ["seen", null]];
const SIGNERS_MAX = 16;
const ROWS_MAX = 300;
const SIDE_BYTES_MAX = 2_000;
const TRIES_MAX = 64;

/** A key of the roster: its id, the public key, whose it is (null for a device). */
export interface KnownKey {
  keyid: string;
  public: Bytes;
  person: string | null;
}

/** What the reading device knows; each lookup takes the first hexadecimal digits of an id and tells all that begin so. */
export interface Context {
  keys: (named: string) => KnownKey[];
  invitations: (named: string) => Invitation[];
  offers: (named: string) => Bytes[];
}

export interface Compact {
  entry: Bytes;
  met: number;
}

interface About {
  event: JsonObject;
  declared: string[];
  payload: Bytes | null;
}

/** The compact content of an offer, or of an answer with the payload of its offer; NotCompact where there is none. */
export function writeCompact(entry: Bytes, offer: Bytes | null, met = 0): Bytes {
  const { payload, signatures } = parseEnvelope(entry);
  const event = parsePayload(payload);
  const form = event["type"] === "HandoverOffered" ? OFFER : event["type"] === "HandoverAnswered" ? ANSWER : 0;
  if (form === 0 || (form === ANSWER) !== (offer !== null)) throw new NotCompact("neither an offer nor an answer");
  const out = new Writer();
  out.byte(form!);
  out.raw(unhex(textAt(event, offer === null ? "nonce" : "offer")).slice(0, NAMED_BYTES));
  out.number(met);
  const digests = writeCommon(out, event);
  if (offer === null) writeOffer(out, event, digests);
  else writeAnswer(out, event, parsePayload(offer));
  const made = new Map(signatures.map((one) => [one.keyid, one.sig]));
  const signers = rowsAt(event, "signers");
  if (signers.length !== made.size) throw new NotCompact("signatures are awaited");
  for (const signer of signers) {
    const sig = made.get(textAt(signer, "key"));
    if (sig === undefined) throw new NotCompact("signatures are awaited");
    out.raw(sig);
  }
  return out.bytes;
}

/** The act of a compact content, its signatures verified. Refused("compact-..."). */
export async function readCompact(content: Bytes, context: Context): Promise<Compact> {
  const read = new Reader(content);
  const form = read.byte();
  if (form !== OFFER && form !== ANSWER) throw malformed();
  const [named, met] = [hex(read.raw(NAMED_BYTES)), read.number()];
  const start = read.at;
  for (const about of form === OFFER ? aboutInvitations(named, context) : aboutOffers(named, context)) {
    read.at = start;
    const entry = await readAct(read, about, context);
    if (entry === null) continue;
    if (!isSame(writeCompact(entry, about.payload, met), content)) throw malformed();
    return { entry, met };
  }
  throw new Refused("compact-signature", "The signatures of this code do not hold: it was altered, or is a copy of another.");
}

function aboutInvitations(named: string, context: Context): About[] {
  const found = context.invitations(named);
  if (found.length === 0) throw new Refused("compact-invitation", "The offer does not answer an invitation of this device: it may be old or a copy.");
  return found.map((one) => ({
    event: { type: "HandoverOffered", election: one.election, nonce: one.nonce, to: one.keys },
    declared: [],
    payload: null,
  }));
}

function aboutOffers(named: string, context: Context): About[] {
  const found = context.offers(named);
  if (found.length === 0) throw new Refused("compact-offer", "The answer is not to an offer made on this device.");
  return found.map((payload) => {
    const offer = parsePayload(payload);
    const same = { election: offer["election"]!, nonce: offer["nonce"]!, units: offer["units"]! };
    const event = { type: "HandoverAnswered", ...same, offer: eventIdOf(payload) };
    return { event, declared: textsAt(objectAt(offer, "declared"), "seals"), payload };
  });
}

/** The envelope, null where no choice of keys makes the signatures hold. */
async function readAct(read: Reader, about: About, context: Context): Promise<Bytes | null> {
  const signers = Array.from({ length: read.count(SIGNERS_MAX) }, () => ({
    part: PARTS[read.choice(PARTS.length)]!,
    named: hex(read.raw(NAMED_BYTES)),
  }));
  const { common, mark, digests } = readCommon(read);
  const own = about.payload === null ? readOffer(read, digests) : readAnswer(read, about);
  const signatures = signers.map(() => read.raw(SIGNATURE_BYTES));
  read.end();
  const event: JsonObject = { version: 1, log: 0, ...about.event, ...common, ...own };
  const candidates = signers.map(({ named }) => {
    const found = context.keys(named);
    if (found.length === 0) throw new Refused("compact-key", "This code is signed with a key that this device does not know: go online once, and try again.");
    return found;
  });
  let tries = 0;
  for (const keys of choices(candidates)) {
    if ((tries += 1) > TRIES_MAX) break;
    const entry = await sealed(event, mark, signers.map(({ part }) => part), keys, signatures);
    if (entry !== null) return entry;
  }
  return null;
}

async function sealed(event: JsonObject, mark: JsonObject, parts: string[], keys: KnownKey[], signatures: Bytes[]): Promise<Bytes | null> {
  const device = keys.find((_, place) => parts[place] === "device");
  if (device === undefined || new Set(keys.map((key) => key.keyid)).size !== keys.length) return null;
  const signers = keys.map((key, place) => ({ key: key.keyid, person: key.person, part: parts[place]! }));
  const payload = utf8(canonical({ ...event, signers, device: { ...mark, key: device.keyid } }));
  const message = preAuthentication(payload);
  const verdicts = await Promise.all(keys.map((key, place) => verify(key.public, message, signatures[place]!)));
  if (!verdicts.every(Boolean)) return null;
  return formatEnvelope(payload, keys.map((key, place) => ({ keyid: key.keyid, sig: signatures[place]! })));
}

function* choices(candidates: KnownKey[][]): Generator<KnownKey[]> {
  const [first, ...rest] = candidates;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const one of first) for (const others of choices(rest)) yield [one, ...others];
}

function writeCommon(out: Writer, event: JsonObject): Digests {
  const signers = rowsAt(event, "signers");
  if (event["device"] === null || event["log"] !== 0) throw new NotCompact("not made on a device");
  const mark = objectAt(event, "device");
  if (signers.at(-1)?.["key"] !== mark["key"]) throw new NotCompact("not made on a device");
  out.number(signers.length);
  for (const signer of signers) {
    out.byte(PARTS.indexOf(textAt(signer, "part")));
    out.raw(unhex(textAt(signer, "key")).slice(0, NAMED_BYTES));
  }
  const digests = new Digests();
  const places = [mark["previous"] as string | null, ...textsAt(mark, "countersigned")].map((one) => digests.place(one));
  if (event["type"] === "HandoverOffered") for (const row of rowsAt(event, "units")) digests.place(row["previous"] as string | null);
  out.number(numberAt(mark, "number"));
  out.number(numberAt(mark, "elapsed_s"));
  digests.write(out);
  out.number(places.length);
  for (const place of places) out.number(place);
  out.moment(textAt(event, "at"));
  out.office(textAt(event, "place"));
  writeSide(out, event);
  return digests;
}

function readCommon(read: Reader): { common: JsonObject; mark: JsonObject; digests: Digests } {
  const [number, elapsed] = [read.number(), read.number()];
  const digests = Digests.read(read, ROWS_MAX);
  const places = Array.from({ length: read.count(SIGNERS_MAX + 1) }, () => digests.at(read.number()));
  if (places.length === 0) throw malformed();
  const mark = { number, elapsed_s: elapsed, previous: places[0]!, countersigned: places.slice(1) };
  const [at, place] = [read.moment(), read.office()];
  return { common: { at, place, ...readSide(read) }, mark, digests };
}

function writeSide(out: Writer, event: JsonObject): void {
  const { local_time: local, ...held } = objectAt(event, "commitments");
  const said: JsonObject = {};
  for (const [name, empty] of USUAL) if (canonical(event[name]!) !== canonical(empty)) said[name] = event[name]!;
  if (canonical(held) !== canonical(noCommitments())) said["commitments"] = held;
  const text = Object.keys(said).length === 0 ? utf8("") : utf8(canonical(said));
  out.number(text.length);
  out.raw(text);
  out.byte(local === undefined ? 0 : 1);
  if (typeof local === "string") out.raw(unhex(local));
}

function readSide(read: Reader): JsonObject {
  const said = sideOf(read.raw(read.count(SIDE_BYTES_MAX)));
  const held = said["commitments"] === undefined ? noCommitments() : objectAt(said, "commitments");
  const local: JsonObject = read.choice(2) === 1 ? { local_time: hex(read.raw(DIGEST_BYTES)) } : {};
  return { ...Object.fromEntries(USUAL), ...said, commitments: { ...held, ...local } };
}

function sideOf(text: Bytes): JsonObject {
  if (text.length === 0) return {};
  let value: Json;
  try {
    value = parseCanonical(text, SIDE_BYTES_MAX);
  } catch {
    throw malformed();
  }
  const names = [...USUAL.map(([name]) => name), "commitments"];
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw malformed();
  if (!Object.keys(value).every((name) => names.includes(name))) throw malformed();
  return value;
}

function noCommitments(): JsonObject {
  return Object.fromEntries(COMMITTED.map((name) => [name, null]));
}

function writeOffer(out: Writer, event: JsonObject, digests: Digests): void {
  out.byte(MODES.indexOf(textAt(event, "mode")));
  const units = rowsAt(event, "units");
  out.number(units.length);
  for (const row of units) {
    out.unit(textAt(row, "unit"));
    out.number(digests.place(row["previous"] as string | null));
  }
  const declared = objectAt(event, "declared");
  out.number(numberAt(declared, "packages"));
  out.papers(declared["papers"] as number | null);
  const seals = textsAt(declared, "seals");
  out.number(seals.length);
  for (const seal of seals) out.seal(seal);
}

function readOffer(read: Reader, digests: Digests): JsonObject {
  const mode = MODES[read.choice(MODES.length)]!;
  const units = Array.from({ length: read.count(ROWS_MAX) }, () => ({ unit: read.unit(), previous: digests.at(read.number()) }));
  const [packages, papers] = [read.number(), read.papers()];
  const seals = Array.from({ length: read.count(ROWS_MAX) }, () => read.seal());
  return { mode, units, declared: { packages, papers, seals } };
}

function writeAnswer(out: Writer, event: JsonObject, offer: JsonObject): void {
  const differs = ["election", "nonce", "units"].some((name) => canonical(event[name]!) !== canonical(offer[name]!));
  if (differs) throw new NotCompact("an answer about other units than the offer");
  const units = rowsAt(offer, "units").map((row) => textAt(row, "unit"));
  const declared = textsAt(objectAt(offer, "declared"), "seals");
  const found = objectAt(event, "found");
  out.byte(RESULTS.indexOf(textAt(event, "result")));
  out.number(numberAt(found, "packages"));
  out.papers(found["papers"] as number | null);
  const seals = rowsAt(found, "seals");
  out.number(seals.length);
  for (const row of seals) {
    const [place, seal] = [units.indexOf(textAt(row, "unit")), textAt(row, "seal")];
    if (place < 0) throw new NotCompact("a seal on another unit");
    out.number(place * CONDITIONS.length + CONDITIONS.indexOf(textAt(row, "condition")));
    out.number(declared.indexOf(seal) + 1);
    if (!declared.includes(seal)) out.seal(seal);
  }
}

function readAnswer(read: Reader, about: About): JsonObject {
  const units = listAt(about.event, "units") as JsonObject[];
  const result = RESULTS[read.choice(RESULTS.length)]!;
  const [packages, papers] = [read.number(), read.papers()];
  const seals = Array.from({ length: read.count(ROWS_MAX) }, () => {
    const [value, known] = [read.number(), read.number()];
    const unit = units[Math.floor(value / CONDITIONS.length)];
    if (unit === undefined || known > about.declared.length) throw malformed();
    const seal = known === 0 ? read.seal() : about.declared[known - 1]!;
    return { unit: unit["unit"]!, seal, condition: CONDITIONS[value % CONDITIONS.length]! };
  });
  return { result, found: { packages, papers, seals } };
}
