// Witness policies (docs/spec/ledger.md, docs/spec/rules.md 79): which cosignatures together are enough, and whether it is sound.

import { isSame, Refused } from "./bytes.mjs";
import { COSIGNATURE, LOG_KEY, parseAnyKey, parseKey } from "./notes.mjs";

export const POLICY_BYTES_MAX = 256 * 1024;
const NONE = "none";
const SPACES = /[ \t]+/;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

/** A policy as an event carries it, checked: keys by the name in groups, groups by name, quorum; null where it is unsound. */
export function makePolicy(stated) {
  try {
    const keys = new Map(stated.witnesses.map((one) => [one.name, parseKey(one.vkey, COSIGNATURE)]));
    const groups = new Map(stated.groups.map((group) => [group.name, group]));
    const policy = { keys, groups, quorum: stated.quorum };
    return isInForm(stated, policy) && !(stated.quorum !== null && splits(policy, stated.quorum)) ? policy : null;
  } catch {
    return null;
  }
}

/** Whether these witnesses, by their names in groups, meet the quorum. */
export function isMet(policy, names) {
  return policy.quorum === null || meets(policy, policy.quorum, names);
}

/** A reader's own policy, C2SP tlog-policy (docs/spec/audit.md A20): the keys of the logs that it names, and the policy. */
export function parsePolicyFile(text) {
  const read = { logs: [], keys: new Map(), groups: new Map(), placed: new Set(), quorum: null };
  for (const [number, line] of text.split("\n").entries()) {
    const words = line.split(SPACES).filter((word) => word);
    if (CONTROL.test(line) || (words.length && !words[0].startsWith("#") && !takeLine(words, read))) throw refused(`Line ${number + 1} is no line of a policy.`);
  }
  if (read.quorum === null) throw refused("It names no quorum.");
  const policy = { keys: read.keys, groups: read.groups, quorum: read.quorum === NONE ? null : read.quorum };
  if (policy.quorum !== null && splits(policy, policy.quorum)) throw refused("Two of its quorums have nobody in common.");
  return { logs: read.logs, policy };
}

function takeLine([word, ...rest], read) {
  const isNew = (name) => name !== NONE && !read.keys.has(name) && !read.groups.has(name);
  if (word === "log" && (rest.length === 1 || rest.length === 2)) return takeLog(rest, read);
  if (word === "witness" && (rest.length === 2 || rest.length === 3) && isNew(rest[0])) return takeWitness(rest, read);
  if (word === "group" && rest.length >= 3 && isNew(rest[0])) return takeGroup(rest, read);
  if (word !== "quorum" || rest.length !== 1 || read.quorum !== null || (rest[0] !== NONE && isNew(rest[0]))) return false;
  read.quorum = rest[0];
  return true;
}

function takeLog([vkey], read) {
  const key = parseAnyKey(vkey, LOG_KEY);
  return !isKnown(key, read.logs) && read.logs.push(key) > 0;
}

/** Whether a public key stands there already, under whatever name. */
function isKnown(key, keys) {
  return keys.some((one) => isSame(one.publicKey, key.publicKey));
}

function takeWitness([name, vkey], read) {
  const key = parseAnyKey(vkey, COSIGNATURE);
  if (isKnown(key, [...read.keys.values()])) return false;
  read.keys.set(name, key);
  return true;
}

function takeGroup([name, count, ...members], read) {
  const areKnown = members.every((one) => (read.keys.has(one) || read.groups.has(one)) && !read.placed.has(one));
  const threshold = { any: 1, all: members.length }[count] ?? (/^[1-9][0-9]{0,2}$/.test(count) ? Number(count) : 0);
  if (!areKnown || new Set(members).size !== members.length || threshold < 1 || threshold > members.length) return false;
  for (const one of members) read.placed.add(one);
  read.groups.set(name, { name, threshold, members });
  return true;
}

function refused(sentence) {
  return new Refused("policy-file", sentence);
}

function meets(policy, name, names) {
  const group = policy.groups.get(name);
  if (group === undefined) return names.has(name);
  return group.members.filter((member) => meets(policy, member, names)).length >= group.threshold;
}

/** Whether two sets of witnesses with nobody in common can both meet a group. */
function splits(policy, name) {
  const group = policy.groups.get(name);
  if (group === undefined) return false;
  const both = group.members.filter((member) => splits(policy, member)).length;
  return 2 * Math.max(0, group.threshold - both) <= group.members.length - both;
}

function isInForm(stated, policy) {
  const names = [...stated.witnesses, ...stated.groups].map((one) => one.name);
  const keys = [...policy.keys.values()];
  if (new Set(names).size !== names.length) return false;
  if (new Set(keys.map((key) => key.publicKey.join())).size !== keys.length) return false;
  if (new Set(keys.map((key) => key.name)).size !== keys.length) return false;
  const [known, placed] = [new Set(policy.keys.keys()), new Set()];
  for (const group of stated.groups) {
    if (group.threshold > group.members.length) return false;
    for (const member of group.members) {
      if (!known.has(member) || placed.has(member)) return false;
      placed.add(member);
    }
    known.add(group.name);
  }
  return policy.quorum === null || policy.groups.has(policy.quorum);
}
