// The files of an archive (docs/spec/archive.md): which there are, which belong, which are in their form and as summed.
//
// An archive comes as { files: path -> bytes, folders: paths, odd: paths of links and special files, isCut }. Nothing is believed.

import { byBytes, Refused, textOf } from "./bytes.mjs";
import { formatKey, LOG_KEY, parseCheckpoint, parseKey, parseNote } from "./notes.mjs";
import { sha256Hex } from "./sha256.mjs";
import { countTiles, ENTRIES, parseBundle, parseTile, parseTilePath, tilePath, tilesOf, widthIn } from "./tiles.mjs";

export const PROBLEMS_MAX = 1000;
export const ELECTION = "election.json";
export const KEYS = "keys.json";
export const NAMES = "names.json";
const SUMS = "SHA256SUMS";
const SUM_LINE = /^([0-9a-f]{64}) {2}([^\n]+)$/;
const LOG_FILE = /^logs\/(0|[1-9][0-9]{0,8})\/(.+)$/s;

/** Names of what is missing, extra, not in its form or of another sum, each with a sentence. */
export function survey(archive) {
  const problems = new Problems();
  const sizes = sizesOf(archive);
  for (const path of archive.odd) problems.add(path, "This is a link or a special file.");
  const sums = new Map();
  for (const [path, bytes] of archive.files) {
    if (!belongs(path, sizes)) problems.add(path, "This file does not belong to an archive of these checkpoints.");
    else if (isInForm(path, bytes, problems)) sums.set(path, sha256Hex(bytes));
  }
  if (archive.isCut) problems.add("/", "An archive of these checkpoints has not so many names; the rest was not looked at.");
  else nameMissing(archive, sizes, problems);
  checkSums(archive, sums, problems);
  return problems.list();
}

/** The size that each log's checkpoint states; null where it states none. */
export function sizesOf(archive) {
  const sizes = [];
  do sizes.push(statedSize(archive.files.get(`logs/${sizes.length}/checkpoint`)));
  while (archive.folders.has(`logs/${sizes.length}`));
  return sizes;
}

/** How many names an archive of such a checkpoint can have, and those beyond that are looked at all the same. */
export function namesMax(sizes) {
  return sizes.reduce((sum, size) => sum + 100 + 2 * countTiles(size ?? 0), 10 * PROBLEMS_MAX);
}

class Problems {
  #found = new Map();

  add(path, sentence) {
    if (this.#found.size < PROBLEMS_MAX) this.#found.set(path, this.#found.get(path) ?? sentence);
    else this.#found.set("~", `There are more than ${PROBLEMS_MAX} problems.`);
  }

  list() {
    return [...this.#found].map(([path, sentence]) => ({ path, sentence }));
  }
}

function statedSize(bytes) {
  try {
    return bytes === undefined ? null : parseCheckpoint(parseNote(bytes).text).size;
  } catch (error) {
    return ifRefused(error, null);
  }
}

function belongs(path, sizes) {
  if ([ELECTION, KEYS, NAMES, SUMS].includes(path)) return true;
  const match = LOG_FILE.exec(path);
  if (match === null || Number(match[1]) >= sizes.length) return false;
  if (["checkpoint", "log.vkey"].includes(match[2])) return true;
  const [tile, size] = [parseTilePath(match[2]), sizes[Number(match[1])]];
  return tile !== null && (size === null || widthIn(tile, size) === tile.width);
}

function isInForm(path, bytes, problems) {
  try {
    checkForm(path, bytes);
    return true;
  } catch (error) {
    problems.add(path, ifRefused(error, error.message));
    return false;
  }
}

function checkForm(path, bytes) {
  if (bytes === null) throw new Refused("archive-length", "The file is longer than it can be, or cannot be read.");
  if ([ELECTION, KEYS, NAMES].includes(path)) return;
  if (path === SUMS) return void parseSums(bytes);
  const inner = LOG_FILE.exec(path)[2];
  if (inner === "checkpoint") return void parseCheckpoint(parseNote(bytes).text);
  if (inner === "log.vkey") return void parseKeyFile(bytes);
  const tile = parseTilePath(inner);
  return void (tile.level === ENTRIES ? parseBundle : parseTile)(bytes, tile.width);
}

/** The verifier key of a file that is one and a newline. */
export function parseKeyFile(bytes) {
  const text = textOf(bytes) ?? "";
  const key = parseKey(text.replace(/\n$/, ""), LOG_KEY);
  if (`${formatKey(key)}\n` !== text) throw new Refused("archive-form", "The verifier key is not in its one form.");
  return key;
}

function nameMissing(archive, sizes, problems) {
  const expected = function* () {
    yield* [ELECTION, KEYS, SUMS];
    for (const number of sizes.keys()) yield* [`logs/${number}/checkpoint`, `logs/${number}/log.vkey`];
    for (const [number, size] of sizes.entries()) {
      for (const tile of tilesOf(size ?? 0)) yield `logs/${number}/${tilePath(tile)}`;
    }
  };
  let named = 0;
  for (const path of expected()) {
    if (archive.files.has(path)) continue;
    problems.add(path, "This file is missing.");
    if (++named > PROBLEMS_MAX) break;
  }
  const used = new Set(["logs"]);
  for (const path of archive.files.keys()) {
    for (let folder = path; folder.includes("/"); ) used.add((folder = folder.slice(0, folder.lastIndexOf("/"))));
  }
  for (const folder of archive.folders) if (!used.has(folder)) problems.add(`${folder}/`, "This folder is empty.");
}

function checkSums(archive, sums, problems) {
  let stated;
  try {
    stated = parseSums(archive.files.get(SUMS) ?? new Uint8Array());
  } catch (error) {
    return void ifRefused(error, null);
  }
  if (!archive.files.has(SUMS)) return;
  for (const [path, sum] of sums) {
    if (path !== SUMS && stated.get(path) !== sum) problems.add(path, "This file's sum is not the one in SHA256SUMS.");
  }
  if (archive.isCut) return;
  for (const path of stated.keys()) {
    if (!archive.files.has(path)) problems.add(path, "This file is listed in SHA256SUMS and missing.");
  }
}

function parseSums(bytes) {
  if (bytes === null) throw new Refused("archive-sums", "SHA256SUMS is too long.");
  const text = textOf(bytes);
  const isPlain = text !== null && /^[\x00-\x7f]*$/.test(text) && (text === "" || text.endsWith("\n"));
  const matches = isPlain && text !== "" ? text.slice(0, -1).split("\n").map((line) => SUM_LINE.exec(line)) : [];
  const isSorted = matches.every((match, at) => match !== null && (at === 0 || byBytes(matches[at - 1][2], match[2]) < 0));
  if (!isPlain || !isSorted) throw new Refused("archive-sums", "SHA256SUMS is not in its one form.");
  return new Map(matches.map((match) => [match[2], match[1]]));
}

/** A fallback for what an input does wrong; what the program does wrong goes on. */
export function ifRefused(error, value) {
  if (error instanceof Refused) return value;
  throw error;
}
