// The audit of an archive (docs/spec/audit.md), as far as it can be made without the rules: files, genesis, the log key, the
// checkpoint, every entry and hash, every signature, cosignatures; and a list of what was not judged.

import { ELECTION, ifRefused, KEYS, NAMES, parseKeyFile, survey } from "./archive.mjs";
import { base64, hex, isSame, unhex, utf8 } from "./bytes.mjs";
import { canonical } from "./json.mjs";
import { checkOrigin, cosignedAt, isSignedBy, isSignedByMlDsa44, lineOf, LOG_KEY, makeKey, ML_DSA_44, ML_DSA_44_PUBLIC_BYTES, parseCheckpoint, parseNote } from "./notes.mjs";
import { isMet } from "./policy.mjs";
import { isOpenedBy, readEntry, Story } from "./roster.mjs";
import { sha256Hex } from "./sha256.mjs";
import { firstBad, leavesOf } from "./signedtree.mjs";
import { ENTRIES, parseBundle, parseTile, tilePath, WIDTH, widthIn } from "./tiles.mjs";

const FOLD_VERSION = 1;
const LOG = "logs/0";
const POLICY = "--policy";
const UNREADABLE_MAX = 1000;

export const NOT_JUDGED = [
  "the rules: who was entitled to sign, custody, ballot accounts, deadlines, findings and the state digest",
  "whether events keep to their schemas and texts to the repertoire",
  "of enrolments, rotations and witness policies: whether they could be made, beyond how many persons of which roles signed them",
];

/** What was found against an archive. */
class Evidence {
  bad = [];
  gaps = new Map();

  contradict(position, reason) {
    this.bad.push({ log: 0, position, reason });
  }

  lack(name, sentence) {
    this.gaps.set(name, this.gaps.get(name) ?? sentence);
  }

  get verdict() {
    if (this.bad.length) return "TAMPERED";
    return this.gaps.size ? "NOT ESTABLISHED" : "VERIFIED";
  }

  get firstBad() {
    return this.bad.reduce((first, one) => (first === null || one.position < first.position ? one : first), null);
  }
}

/** Audit an archive (see archive.mjs) under a root, the election id that genesis must have; null: never VERIFIED. `own`: a reader's policy. */
export async function audit(archive, root, own = null) {
  const evidence = new Evidence();
  for (const { path, sentence } of survey(archive)) evidence.lack(path, sentence);
  if (archive.folders.has("logs/1")) evidence.lack("logs/1", "This program judges archives of one log.");
  const genesis = await readGenesis(firstEntry(archive), root, evidence);
  const stated = await readStated(archive, genesis, evidence);
  const story = new Story();
  const counted = stated === null ? { entries: 0, isWhole: false } : await goThrough({ archive, genesis, stated, story, evidence });
  let witnesses = null;
  if (counted.isWhole) {
    compareDerived(archive, genesis, story, evidence);
    if (stated.isSigned) witnesses = await judgeCosignatures(stated, story, { evidence, own });
  }
  if (root === null) evidence.lack("--root", "No root was given, so nothing says that this is the right election.");
  return { report: report(evidence, { genesis, stated, story, counted, witnesses }), sentences: sentencesOf(evidence), story };
}

function report(evidence, { genesis, stated, story, counted, witnesses }) {
  return {
    verdict: evidence.verdict,
    election: genesis?.election ?? null,
    logs: stated === null ? [] : [{ origin: stated.origin, size: stated.size, root: base64(stated.root) }],
    entries: counted.entries,
    events: story.events.size,
    signatures: story.signatures,
    findings: null,
    first_bad: evidence.firstBad,
    missing: [...evidence.gaps.keys()].sort(),
    state_digest: null,
    bounded: null,
    witnesses,
    not_judged: NOT_JUDGED,
  };
}

function sentencesOf(evidence) {
  const bad = evidence.firstBad;
  const lines = bad === null ? [] : [`entry ${bad.position}: ${bad.reason}`];
  return [...lines, ...[...evidence.gaps].map(([name, sentence]) => `${name}: ${sentence}`)];
}

/** The entry at position 0, out of the first bundle whatever the checkpoint says: its width is in its name. */
function firstEntry(archive) {
  for (let width = WIDTH; width > 0; width -= 1) {
    const entries = bundleOf(archive, { level: ENTRIES, index: 0, width });
    if (entries !== null) return entries[0];
  }
  return null;
}

function bundleOf(archive, tile) {
  return partOf(archive, tile, parseBundle);
}

function partOf(archive, tile, parse) {
  const bytes = archive.files.get(`${LOG}/${tilePath(tile)}`) ?? null;
  try {
    return bytes === null ? null : parse(bytes, tile.width);
  } catch (error) {
    return ifRefused(error, null);
  }
}

/** What position 0 pins: the election, the log key where it can, and whether its own threshold signed it. */
async function readGenesis(entry, root, evidence) {
  if (entry === null) return void evidence.lack("genesis", "There is no entry at position 0.") ?? null;
  const read = readEntry(entry);
  if (read === null) {
    if (root !== null) evidence.contradict(0, "the entry is no signed event, so it is not the pinned root");
    evidence.lack("genesis", "Position 0 holds no signed event.");
    return null;
  }
  const { envelope, event } = read;
  const election = envelope.eventId;
  if (root !== null && election !== root) evidence.contradict(0, "the event id of genesis is not the root that was given");
  const fault = faultOf(event);
  if (fault !== null) {
    evidence.lack("genesis", fault);
    return { election, event: null, key: null, second: null, isOpen: false };
  }
  const isOpen = await isOpenedBy(event, envelope);
  if (!isOpen) evidence.lack("genesis", "Genesis is not signed by the root threshold that it names.");
  if (event.log !== 0) evidence.lack("genesis", `Genesis opens log ${event.log}, and lies in the folder of log 0.`);
  const key = isOpen || election === root ? pinnedKey(event, election, evidence) : null;
  const second = key === null || event.log_key_ml_dsa_44 === undefined ? null : makeKey(key.name, ML_DSA_44, unhex(event.log_key_ml_dsa_44));
  return { election, event, key, second, isOpen };
}

/** Why position 0 opens no election that this program can look at; null where it does. */
function faultOf(event) {
  if (event === null) return "Position 0 holds no well-formed event.";
  if (event.type !== "ElectionOpened") return `Position 0 holds ${event.type}, which opens no election.`;
  if (event.fold_version !== FOLD_VERSION) return `The log is to be judged by fold version ${event.fold_version}: upgrade this program.`;
  const texts = [event.domain, event.slug, event.log_key, event.voting_day];
  const keys = event.root?.keys;
  const second = event.log_key_ml_dsa_44;
  const isSecond = second === undefined || (typeof second === "string" && unhex(second)?.length === ML_DSA_44_PUBLIC_BYTES);
  const isGood = texts.every((text) => typeof text === "string") && unhex(event.log_key)?.length === 32 && isSecond;
  if (!isGood || !Number.isSafeInteger(event.log) || !Array.isArray(keys) || !keys.every((one) => unhex(one?.public)?.length === 32)) {
    return "Position 0 holds no well-formed event.";
  }
  return null;
}

function pinnedKey(event, election, evidence) {
  const origin = originOf(event, election);
  try {
    checkOrigin(origin);
  } catch (error) {
    return void evidence.lack("genesis", ifRefused(error, error.message)) ?? null;
  }
  return makeKey(origin, LOG_KEY, unhex(event.log_key));
}

function originOf(event, election) {
  return `${event.domain}/${event.slug}/${election.slice(0, 16)}/${event.log}`;
}

/** The checkpoint as it stands, and whether the log key signed it; null where it is not in its form. */
async function readStated(archive, genesis, evidence) {
  const key = chooseKey(archive, genesis, evidence);
  const bytes = archive.files.get(`${LOG}/checkpoint`) ?? null;
  if (bytes === null) return null;
  const name = `${LOG}/checkpoint`;
  let found;
  try {
    const note = parseNote(bytes);
    found = { ...parseCheckpoint(note.text), note, key, isSigned: false };
  } catch (error) {
    return ifRefused(error, null);
  }
  const line = key === null ? undefined : lineOf(found.note, key);
  if (key === null) evidence.lack(name, "Nothing says which key must have signed this checkpoint.");
  else if (line === undefined) {
    if (found.note.lines.some((one) => one.name === key.name)) {
      evidence.contradict(0, `${name} is signed under the log's name by another key than its own`);
    }
    evidence.lack(name, `The checkpoint is not signed by ${key.name}.`);
  } else if (!(await isSignedBy(found.note, key, line))) evidence.lack(name, "The signature of the log key is false.");
  else {
    found.isSigned = true;
    if (found.origin !== key.name) evidence.contradict(0, `the log key signed ${name} for another origin`);
  }
  checkSecond(found, genesis?.second ?? null, evidence);
  return found;
}

/** The log's second line, of ML-DSA-44, is there and right where genesis pins its key. */
function checkSecond(found, second, evidence) {
  found.spoken = [found.key, second].filter((one) => one !== null);
  if (second === null || !found.isSigned) return;
  const line = lineOf(found.note, second);
  if (line === undefined) evidence.lack(`${LOG}/checkpoint`, "The checkpoint is not signed by the log's ML-DSA-44 key.");
  else if (!isSignedByMlDsa44(found.note, second, line)) evidence.lack(`${LOG}/checkpoint`, "The signature of the log's ML-DSA-44 key is false.");
}

function chooseKey(archive, genesis, evidence) {
  let stated = null;
  try {
    stated = parseKeyFile(archive.files.get(`${LOG}/log.vkey`) ?? new Uint8Array());
  } catch (error) {
    ifRefused(error, null);
  }
  const pinned = genesis?.key ?? null;
  if (pinned === null) return stated;
  if (stated !== null && (stated.name !== pinned.name || !isSame(stated.publicKey, pinned.publicKey))) {
    evidence.contradict(0, `genesis pins another log key or origin than ${LOG}/log.vkey states`);
  }
  return pinned;
}

/** Hash every entry and look at every signature; the story stops at the first gap, the hashing goes on. */
async function goThrough({ archive, genesis, stated, story, evidence }) {
  const { size } = stated;
  if (size === 0) evidence.lack("entries", "The log has no entries: there is nothing to verify.");
  const bundles = [];
  let [entries, told, unreadable] = [0, 0, 0];
  for (let index = 0; index * WIDTH < size && unreadable < UNREADABLE_MAX; index += 1) {
    const tile = { level: ENTRIES, index, width: widthIn({ level: ENTRIES, index }, size) };
    const found = bundleOf(archive, tile);
    unreadable = found === null ? unreadable + 1 : 0;
    bundles.push(found === null ? null : leavesOf(found));
    if (found === null) continue;
    for (const entry of genesis?.isOpen && told === index * WIDTH ? found : []) await story.take(entry, told++);
    entries += found.length;
  }
  if (stated.isSigned && size > 0) {
    const tile = (level, index) => partOf(archive, { level, index, width: widthIn({ level, index }, size) }, parseTile);
    const bad = firstBad({ size, root: stated.root, bundles, tile, doubt: story.doubt });
    if (bad !== null) evidence.contradict(bad.position, bad.reason);
  }
  return { entries, isWhole: size > 0 && told === size && story.election === genesis.election };
}

/** election.json and keys.json say what the log says, byte for byte; the names by language are those that genesis states. */
function compareDerived(archive, genesis, story, evidence) {
  const { event, election } = genesis;
  const { slug, domain, log, voting_day, fold_version, log_key } = event;
  const said = { election, slug, domain, log, origin: originOf(event, election), voting_day, fold_version, log_key };
  const keys = Object.fromEntries([...story.keys.values()].map((key) => [key.keyid, hex(key.public)]));
  for (const [name, right] of [[ELECTION, said], [KEYS, keys]]) {
    const found = archive.files.get(name);
    if (found && !isSame(found, utf8(`${canonical(right)}\n`))) evidence.lack(name, "This file does not say what the log says.");
  }
  const names = archive.files.get(NAMES);
  if (names && sha256Hex(names) !== event.names) evidence.lack(NAMES, "Genesis does not state these names: nobody signed them.");
}

/** The policy in force is met, and there are no lines that nobody accounts for; who of the policy has cosigned, null for nobody asked. */
async function judgeCosignatures(stated, story, { evidence, own }) {
  const name = `${LOG}/checkpoint`;
  const policies = [...story.policies, own?.policy ?? null].filter((policy) => policy !== null);
  const known = policies.flatMap((policy) => [...policy.keys.values()]);
  const accounted = new Set([...stated.spoken, ...known].map((key) => `${key.id} ${key.name}`));
  if (stated.note.lines.some((line) => !accounted.has(`${line.id} ${line.name}`))) {
    evidence.lack(name, "It carries signatures that are neither the log key's nor of log witnesses that the log names.");
  }
  const times = new Map();
  for (const key of known) {
    const line = lineOf(stated.note, key);
    if (line === undefined) continue;
    const at = await cosignedAt(stated.note, key, line);
    if (at === null) evidence.lack(name, `The cosignature of ${key.name} is false.`);
    else times.set(nameOf(key), at);
  }
  const names = new Set(stated.spoken.map(nameOf));
  if (own?.logs.length && !own.logs.some((one) => names.has(nameOf(one)))) {
    evidence.lack(POLICY, "It is a policy for other logs.");
  }
  let heard = null;
  for (const [policy, place] of [[story.policies.at(-1) ?? null, name], [own?.policy ?? null, POLICY]]) {
    if (policy === null || policy.quorum === null) continue;
    heard = heardOf(policy, times);
    const count = Object.keys(heard.cosigned).length;
    if (!heard.met) evidence.lack(place, `The witness policy asks for more cosignatures: ${count} of ${heard.named.length} have cosigned.`);
  }
  return heard;
}

/** What tells one key from every other. */
function nameOf(key) {
  return `${key.type} ${hex(key.publicKey)} ${key.name}`;
}

/** Who of a policy has cosigned, when, from which groups, and whether they are enough. */
function heardOf(policy, times) {
  const by = [...policy.keys].filter(([, key]) => times.has(nameOf(key))).map(([short]) => short).sort();
  const placed = [...policy.groups.values()].flatMap((group) => group.members.map((one) => [one, group.name]));
  const groups = placed.filter(([one]) => policy.keys.has(one)).sort(([one], [other]) => (one < other ? -1 : 1));
  const quorum = policy.groups.get(policy.quorum);
  return {
    cosigned: Object.fromEntries(by.map((short) => [short, inUtc(times.get(nameOf(policy.keys.get(short))))])),
    named: [...policy.keys.keys()].sort(),
    needs: quorum === undefined ? `${policy.quorum} is needed` : `group ${quorum.name} needs ${quorum.threshold} of ${quorum.members.length}`,
    met: isMet(policy, new Set(by)),
    groups: Object.fromEntries(groups),
    from: [...new Set(groups.filter(([one]) => by.includes(one)).map(([, group]) => group))].sort(),
  };
}

/** Seconds since 1970 as RFC 3339 in UTC. */
function inUtc(at) {
  return `${new Date(Number(at) * 1000).toISOString().slice(0, 19)}+00:00`;
}
