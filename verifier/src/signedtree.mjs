// The entries against the signed root, and where they first differ (docs/spec/audit.md A7 to A9).

import { isSame } from "./bytes.mjs";
import { leafHash, rootOver } from "./merkle.mjs";
import { WIDTH, widthIn } from "./tiles.mjs";

const NOT_SIGNED = "the entry is not the one that the signed root commits to";

/**
 * The first contradiction, { position, reason }, or null. `bundles`: the leaf hashes of each bundle, null where it cannot be read;
 * `tile(level, index)`: the hashes of a hash tile, null likewise; `doubt`: the first entry that is no event or not well signed.
 */
export function firstBad({ size, root, bundles, tile, doubt }) {
  const leaves = bundles.every((bundle) => bundle !== null) ? bundles.flat() : null;
  const isEdgeVouched = rootOfEdge(size, tile, root);
  const parents = isEdgeVouched ? vouchedParents(size, tile) : new Map();
  const located = locate({ bundles, tile, parents, isEdgeVouched });
  if (leaves === null) return located;
  const levels = levelsOver(leaves);
  if (isSame(rootOver(leaves), root)) return wrongTile(levels, tile);
  return located ?? guess({ bundles, tile, doubt });
}

/** Rows of complete hashes: the leaves, the roots over 256 of them, and so on. */
function levelsOver(leaves) {
  const rows = [leaves];
  while (rows.at(-1).length >= WIDTH) {
    const below = rows.at(-1);
    const count = Math.floor(below.length / WIDTH);
    rows.push(Array.from({ length: count }, (_, at) => rootOver(below.slice(at * WIDTH, (at + 1) * WIDTH))));
  }
  return rows;
}

/** Whether the partial tiles of the right edge together make the root. */
function rootOfEdge(size, tile, root) {
  let below = [];
  for (let level = 0; Math.floor(size / WIDTH ** level) > 0; level += 1) {
    const count = Math.floor(size / WIDTH ** level);
    const row = count % WIDTH ? tile(level, Math.floor(count / WIDTH)) : [];
    if (row === null) return false;
    const whole = [...row, ...below];
    below = whole.length ? [rootOver(whole)] : [];
  }
  return size > 0 && isSame(rootOver(below), root);
}

/** Bundle -> the hash that leads to the signed root, for all full bundles that have one. */
function vouchedParents(size, tile) {
  let vouched = new Map();
  let top = 0;
  while (Math.floor(size / WIDTH ** (top + 1)) > 0) top += 1;
  for (let level = top; level > 0; level -= 1) {
    const known = new Map();
    const count = Math.ceil(Math.floor(size / WIDTH ** level) / WIDTH);
    for (let index = 0; index < count; index += 1) {
      const hashes = tile(level, index);
      const isEdge = widthIn({ level, index }, size) < WIDTH;
      const parent = vouched.get(index);
      if (hashes === null || !(isEdge || (parent !== undefined && isSame(rootOver(hashes), parent)))) continue;
      hashes.forEach((hash, slot) => known.set(index * WIDTH + slot, hash));
    }
    vouched = known;
  }
  return vouched;
}

/** The first entry of which a vouched tile says that it is not the one that was signed. */
function locate({ bundles, tile, parents, isEdgeVouched }) {
  for (const [index, leaves] of bundles.entries()) {
    if (leaves === null) continue;
    const stored = tile(0, index);
    const slot = stored === null ? -1 : leaves.findIndex((leaf, at) => !isSame(leaf, stored[at]));
    const first = index * WIDTH;
    const parent = parents.get(index);
    if (parent === undefined) {
      if (slot >= 0 && isEdgeVouched && leaves.length < WIDTH) return { position: first + slot, reason: NOT_SIGNED };
      continue;
    }
    const isGood = isSame(rootOver(leaves), parent);
    if (isGood && slot < 0) continue;
    if (isGood) return { position: first + slot, reason: `the entry is the one that was signed, its hash tile says otherwise` };
    if (stored !== null && isSame(rootOver(stored), parent)) return { position: first + Math.max(slot, 0), reason: NOT_SIGNED };
    return { position: first + Math.max(slot, 0), reason: `one at least of the entries of bundle ${index} is not the one that was signed` };
  }
  return null;
}

/** The entries have the signed root; the first hash of a tile that says otherwise, in the order of building. */
function wrongTile(levels, tile) {
  const found = [];
  for (const [level, row] of levels.entries()) {
    for (let index = 0; index * WIDTH < row.length; index += 1) {
      const right = row.slice(index * WIDTH, (index + 1) * WIDTH);
      const stored = tile(level, index);
      const slot = stored === null ? -1 : right.findIndex((hash, at) => !isSame(hash, stored[at]));
      if (slot < 0) continue;
      const isFull = right.length === WIDTH;
      const done = isFull ? (index + 1) * WIDTH ** (level + 1) : Infinity;
      found.push({ done, level, position: (index * WIDTH + slot) * WIDTH ** level });
    }
  }
  found.sort((one, other) => one.done - other.done || one.level - other.level);
  return found.length ? { position: found[0].position, reason: "the entry is the one that was signed, a hash tile says otherwise" } : null;
}

/** The root is wrong and no tile is vouched for. */
function guess({ bundles, tile, doubt }) {
  for (const [index, leaves] of bundles.entries()) {
    const stored = tile(0, index);
    const slot = stored === null ? -1 : leaves.findIndex((leaf, at) => !isSame(leaf, stored[at]));
    if (slot >= 0) return { position: index * WIDTH + slot, reason: "the entries do not have the signed root; here they first differ from the hash tiles" };
  }
  if (doubt !== null) return { position: doubt, reason: "the entries do not have the signed root; this is the first one that is not well signed" };
  return { position: 0, reason: "the entries do not have the signed root, and no one entry can be named" };
}

/** The leaf hashes of entries. */
export function leavesOf(entries) {
  return entries.map(leafHash);
}
