// Whose keys there are, by then: those that genesis, enrolments and rotations name; and the root and the witness policy in force.
//
// Of the rules only one is judged here: how many persons of which roles must sign an enrolment (docs/spec/ledger.md, "Who must
// sign"). Revocations, badges, proofs of possession and who replaced whose key are not.

import { unhex } from "./bytes.mjs";
import { parseEnvelope, parsePayload, preAuthentication } from "./envelope.mjs";
import { verify } from "./ed25519.mjs";
import { ifRefused } from "./archive.mjs";
import { makePolicy } from "./policy.mjs";
import { sha256Hex } from "./sha256.mjs";

/** A log as it was taken in, entry by entry: events by id, keys by key id, counts, and the first doubtful position. */
export class Story {
  keys = new Map();
  events = new Map();
  policies = [];
  doubt = null;
  election = null;
  #root = null;
  #rules = null;

  /** Take the entry at the next position. */
  async take(entry, position) {
    const read = readEntry(entry);
    if (read === null || read.event === null) return this.#doubts(position);
    const { envelope, event } = read;
    if (position === 0 && (await isOpenedBy(event, envelope))) this.#found(event, envelope.eventId);
    const known = this.events.get(envelope.eventId);
    const record = known ?? { id: envelope.eventId, position, event, signed: new Map(), rules: this.#rules };
    const listed = new Map((Array.isArray(event.signers) ? event.signers : []).map((one) => [one?.key, one]));
    for (const { keyid, sig } of envelope.signatures) {
      const key = this.keys.get(keyid) ?? succeeding(event, keyid);
      const isGood = key !== null && listed.has(keyid) && (await verify(key.public, preAuthentication(envelope.payload), sig));
      const { part, person } = listed.get(keyid) ?? {};
      if (isGood && !record.signed.has(keyid)) record.signed.set(keyid, { position, key, part, person });
      if (!isGood) this.#doubts(position);
    }
    if (record.signed.size === 0) return;
    this.events.set(record.id, record);
    this.#apply(record);
  }

  /** Distinct pairs of event and key that are valid. */
  get signatures() {
    return [...this.events.values()].reduce((sum, record) => sum + record.signed.size, 0);
  }

  #doubts(position) {
    this.doubt ??= position;
  }

  #found(event, id) {
    this.election = id;
    this.#root = event.root ?? null;
    this.#rules = event.rules ?? null;
    for (const one of event.root?.keys ?? []) this.#enrol({ ...one, role: "cec-officer", office: "CEC" });
    this.policies.push(makePolicy(event.witness_policy));
  }

  #enrol(stated) {
    const bytes = unhex(stated.public);
    if (bytes?.length !== 32) return;
    const keyid = sha256Hex(bytes);
    const { badge, role, office, person } = stated;
    if (!this.keys.has(keyid)) this.keys.set(keyid, { public: bytes, keyid, badge, role, office, person });
  }

  #apply(record) {
    const { event } = record;
    if (event.election !== this.election) return;
    if (event.type === "RulesSet" && isSignedAs(record)) this.#rules = event.rules;
    if (event.type === "KeyEnrolled" && isSignedAs(record)) for (const one of event.keys ?? []) this.#enrol(one);
    if (event.type === "KeyRotated") this.#enrol({ ...this.keys.get(event.key), public: event.public });
    if (record.isDone || !this.#isSignedByRoot(record, this.#root)) return;
    record.isDone = true;
    if (event.type === "RootChanged" && this.#isSignedByRoot(record, event.root)) this.#root = event.root;
    if (event.type === "WitnessPolicySet") {
      const policy = makePolicy(event.witness_policy);
      if (policy !== null) this.policies.push(policy);
    }
  }

  #isSignedByRoot(record, root) {
    return isSignedByThreshold(root, record.signed.keys());
  }
}

/** Whether keys of so many distinct persons of a root, as it asks for, are among these key ids. */
export function isSignedByThreshold(root, keyids) {
  const personOf = new Map((root?.keys ?? []).map((one) => [sha256Hex(unhex(one.public) ?? new Uint8Array()), one.person]));
  const persons = new Set([...keyids].filter((keyid) => personOf.has(keyid)).map((keyid) => personOf.get(keyid)));
  return Number.isSafeInteger(root?.threshold) && root.threshold > 0 && persons.size >= root.threshold;
}

/** Whether so many persons of such roles signed an event as the rules at its first entry ask for. */
export function isSignedAs({ event, signed, rules }) {
  const rows = (rules?.signatures ?? []).filter((row) => row.type === event.type);
  const by = [...signed.values()].filter(({ key, person }) => person !== null && key.person === person);
  return rows.length > 0 && rows.every((row) => row.quorums.some((quorum) => isQuorum(quorum, by.filter(({ part }) => part === row.part))));
}

function isQuorum({ persons, roles, including }, by) {
  const counted = by.filter(({ key }) => roles.includes(key.role));
  const isWith = including.length === 0 || counted.some(({ key }) => including.includes(key.role));
  return isWith && persons > 0 && new Set(counted.map(({ key }) => key.person)).size >= persons;
}

/** Distinct persons of the root signed, as many as it asks for; no key of it is the log's or twice there, no badge two persons'. */
export async function isOpenedBy(event, envelope) {
  const keys = event.type === "ElectionOpened" ? (event.root?.keys ?? []) : [];
  const publicOf = new Map(keys.map((one) => [sha256Hex(unhex(one.public) ?? new Uint8Array()), unhex(one.public)]));
  const listed = new Set((event.signers ?? []).map((one) => one.key));
  const good = [];
  for (const { keyid, sig } of envelope.signatures) {
    const key = publicOf.get(keyid);
    if (key && listed.has(keyid) && (await verify(key, preAuthentication(envelope.payload), sig))) good.push(keyid);
  }
  const isSound = publicOf.size === keys.length && keys.every((one) => one.public !== event.log_key);
  const persons = new Set(keys.map((one) => one.person)).size;
  return isSound && new Set(keys.map((one) => one.badge)).size === persons && isSignedByThreshold(event.root, good);
}

/** Envelope and event of an entry; the event is null where the payload is none, all where it is no signed event. */
export function readEntry(entry) {
  let envelope = null;
  try {
    envelope = parseEnvelope(entry);
    return { envelope, event: parsePayload(envelope.payload) };
  } catch (error) {
    return ifRefused(error, envelope && { envelope, event: null });
  }
}

/** The new key of a rotation signs it: its public half stands in the event. */
function succeeding(event, keyid) {
  const bytes = event.type === "KeyRotated" ? unhex(event.public) : null;
  return bytes !== null && bytes.length === 32 && sha256Hex(bytes) === keyid ? { public: bytes, keyid } : null;
}
