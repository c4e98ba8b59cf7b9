// Tiles of C2SP tlog-tiles (docs/spec/c2sp.md 12 and 13): which belong to a size, their paths and their contents.

import { Refused } from "./bytes.mjs";

export const WIDTH = 256;
export const ENTRIES = -1;
export const BUNDLE_BYTES_MAX = WIDTH * (2 + 65_535);
const LEVEL_MAX = 7;
const PATH = /^tile\/(entries|[0-7])\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** The path of a tile, from the log's folder. */
export function tilePath({ level, index, width }) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level === ENTRIES ? "entries" : level}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The tile of a path in its one form; null for anything else. */
export function parseTilePath(path) {
  const match = PATH.exec(path);
  if (match === null) return null;
  const level = match[1] === "entries" ? ENTRIES : Number(match[1]);
  const tile = { level, index: Number(match[2].replace(/[x/]/g, "")), width: Number(match[3] ?? WIDTH) };
  return tile.width <= WIDTH && tilePath(tile) === path ? tile : null;
}

/** How many hashes or entries a tile has in a log of this size; 0 where it has no such tile. */
export function widthIn({ level, index }, size) {
  const hashes = Math.floor(size / WIDTH ** Math.max(level, 0));
  return Math.max(0, Math.min(WIDTH, hashes - index * WIDTH));
}

/** How many tiles, entry bundles among them, a log of this size has. */
export function countTiles(size) {
  return levels().reduce((sum, level) => sum + countOn(level, size), 0);
}

/** All tiles of a log of this size, entry bundles first. */
export function* tilesOf(size) {
  for (const level of levels()) {
    for (let index = 0; index < countOn(level, size); index += 1) {
      yield { level, index, width: widthIn({ level, index }, size) };
    }
  }
}

/** The hashes of a hash tile. */
export function parseTile(bytes, width) {
  if (bytes.length !== 32 * width) throw new Refused("tile-length", "A tile has 32 bytes for each of its hashes.");
  return Array.from({ length: width }, (_, slot) => bytes.subarray(32 * slot, 32 * slot + 32));
}

/** The entries of a bundle. */
export function parseBundle(bytes, width) {
  const entries = [];
  let at = 0;
  for (let number = 0; number < width; number += 1) {
    const length = at + 2 <= bytes.length ? bytes[at] * 256 + bytes[at + 1] : 0;
    if (length === 0 || at + 2 + length > bytes.length) throw new Refused("bundle-form", "The bundle ends within an entry, or one is empty.");
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== bytes.length) throw new Refused("bundle-form", "The bundle goes on after its last entry.");
  return entries;
}

function levels() {
  return Array.from({ length: LEVEL_MAX + 2 }, (_, place) => place - 1);
}

function countOn(level, size) {
  return Math.ceil(Math.floor(size / WIDTH ** Math.max(level, 0)) / WIDTH);
}
