// Witness policies (docs/spec/ledger.md, docs/spec/rules.md 79): which cosignatures together are enough, and whether it is sound.

import { COSIGNATURE, parseKey } from "./notes.mjs";

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
