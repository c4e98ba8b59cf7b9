// The Merkle tree of RFC 6962 with SHA-256 (docs/spec/c2sp.md 1 to 3): hashes, roots and both proofs.

import { isSame, joined, Refused } from "./bytes.mjs";
import { sha256 } from "./sha256.mjs";

export const SIZE_MAX = Number.MAX_SAFE_INTEGER;
export const EMPTY_ROOT = sha256(new Uint8Array());
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of an entry. */
export function leafHash(entry) {
  return sha256(joined(LEAF, entry));
}

/** The hash above two subtrees. */
export function nodeHash(left, right) {
  return sha256(joined(NODE, left, right));
}

/** The root over leaf hashes. */
export function rootOver(hashes) {
  if (hashes.length === 0) return EMPTY_ROOT;
  let row = hashes;
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(nodeHash(row[at], row[at + 1]));
    if (row.length % 2) above.push(row[row.length - 1]);
    row = above;
  }
  return row[0];
}

/** Return if the proof leads from the leaf number `index` to the root of the tree; RFC 9162 section 2.1.3.2. */
export function verifyInclusion({ leaf, index, size, proof, root }) {
  if (!isSize(size) || !isSize(index) || index >= size) throw new Refused("proof-index", "The index is not below the size.");
  let [fn, sn, found] = [BigInt(index), BigInt(size - 1), leaf];
  checkHashes([leaf, root, ...proof]);
  for (const sibling of proof) {
    if (sn === 0n) throw tooLong();
    if (fn & 1n || fn === sn) {
      found = nodeHash(sibling, found);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      found = nodeHash(found, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) throw new Refused("proof-length", "The proof is too short.");
  if (!isSame(found, root)) throw new Refused("proof-root", "The proof does not lead to the root.");
}

/** Return if the new tree begins with the old one; RFC 9162 section 2.1.4.2. */
export function verifyConsistency({ old, oldRoot, size, root, proof }) {
  if (!isSize(old) || !isSize(size) || old > size) throw new Refused("proof-sizes", "The old size is above the new one.");
  checkHashes([oldRoot, root, ...proof]);
  if (old === 0 || old === size) return checkNothingToProve({ old, oldRoot, size, root, proof });
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : [...proof];
  if (path.length === 0) throw new Refused("proof-length", "The proof is too short.");
  let [fn, sn] = [BigInt(old - 1), BigInt(size - 1)];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let [was, now] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (sn === 0n) throw tooLong();
    if (fn & 1n || fn === sn) {
      [was, now] = [nodeHash(sibling, was), nodeHash(sibling, now)];
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      now = nodeHash(now, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) throw new Refused("proof-length", "The proof is too short.");
  if (!isSame(was, oldRoot) || !isSame(now, root)) throw new Refused("proof-root", "The proof does not lead to both roots.");
}

function checkNothingToProve({ old, oldRoot, size, root, proof }) {
  if (proof.length) throw tooLong();
  if (old === 0 && !isSame(oldRoot, EMPTY_ROOT)) throw new Refused("proof-root", "The empty tree has another root.");
  if (old === size && !isSame(oldRoot, root)) throw new Refused("proof-root", "One size, two roots.");
}

function checkHashes(hashes) {
  if (hashes.some((hash) => hash.length !== 32)) throw new Refused("proof-hash", "A hash has 32 bytes.");
}

function isSize(number) {
  return Number.isSafeInteger(number) && number >= 0;
}

function isPowerOfTwo(number) {
  const whole = BigInt(number);
  return (whole & (whole - 1n)) === 0n;
}

function tooLong() {
  return new Refused("proof-length", "The proof is too long.");
}
