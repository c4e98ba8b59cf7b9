// The command: custody-verify.mjs ARCHIVE --root R [--policy FILE] [--json] [--unit UNIT] [--station CODE]. Needs Node.js; the rest does not.

import { ifRefused, namesMax, sizesOf } from "./archive.mjs";
import { audit } from "./audit.mjs";
import { textOf } from "./bytes.mjs";
import { parsePolicyFile, POLICY_BYTES_MAX } from "./policy.mjs";
import { stationFigures, unitStory } from "./stories.mjs";

const EXITS = { VERIFIED: 0, TAMPERED: 1, "NOT ESTABLISHED": 2 };
const USAGE = 64;
const REFUSED = 65;
const INTERNAL = 70;
const BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 16;
const USE = "custody-verify.mjs ARCHIVE --root ROOT [--policy FILE] [--json] [--unit UNIT] [--station CODE]";

/** Run the command; the exit code. */
export async function main(words, out = console.log, err = console.error) {
  const asked = parseWords(words);
  if (asked === null) {
    err(`custody-verify: ${USE}`);
    return USAGE;
  }
  const archive = await readArchive(asked.archive);
  if (archive === null) {
    err(`custody-verify: ${asked.archive} is no folder that can be read.`);
    return REFUSED;
  }
  const own = asked.policy === null ? null : await readPolicy(asked.policy);
  if (typeof own === "string") {
    err(`custody-verify: ${asked.policy}: ${own}`);
    return REFUSED;
  }
  const { report, sentences, story } = await audit(archive, asked.root, own);
  const told = { ...report };
  if (asked.unit !== null) told.unit = unitStory(story, asked.unit);
  if (asked.station !== null) told.station = stationFigures(story, asked.station);
  if (asked.json) out(JSON.stringify(told));
  else print({ report, told, sentences }, out);
  return EXITS[report.verdict];
}

function print({ report, told, sentences }, out) {
  out(`${report.verdict}${report.verdict === "VERIFIED" ? ` as of ${report.entries} entries` : ""}`);
  for (const sentence of sentences) out(`  ${sentence}`);
  out(`  events ${report.events}, signatures ${report.signatures}`);
  for (const part of [told.unit, told.station]) if (part) out(JSON.stringify(part, null, 1));
  out("Not judged:");
  for (const line of report.not_judged) out(`  ${line}`);
}

function parseWords(words) {
  const asked = { archive: null, root: null, policy: null, json: false, unit: null, station: null };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === "--json") asked.json = true;
    else if (["--root", "--policy", "--unit", "--station"].includes(word) && at + 1 < words.length) asked[word.slice(2)] = words[++at];
    else if (!word.startsWith("-") && asked.archive === null) asked.archive = word;
    else return null;
  }
  if (asked.archive === null || (asked.root !== null && !/^[0-9a-f]{64}$/.test(asked.root))) return null;
  return asked;
}

/** A reader's policy; a sentence where it cannot be read or is in no form. */
async function readPolicy(place) {
  const bytes = readRegular(await import("node:fs"), place);
  const text = bytes === null || bytes.length > POLICY_BYTES_MAX ? null : textOf(bytes);
  if (text === null) return "It cannot be read as text.";
  try {
    return parsePolicyFile(text);
  } catch (error) {
    return ifRefused(error, error.message);
  }
}

/** The files of a folder as audit.mjs takes them; null where it is no folder. Links are named, never followed. */
export async function readArchive(root) {
  const [fs, path] = [await import("node:fs"), await import("node:path")];
  const archive = { files: new Map(), folders: new Set(), odd: new Set(), isCut: false };
  const bytesOf = (name) => readRegular(fs, path.join(root, name));
  try {
    if (!fs.statSync(root).isDirectory()) return null;
  } catch {
    return null;
  }
  let room = namesMax(await statedSizes(fs, path, root, bytesOf));
  const waiting = [""];
  while (waiting.length && !archive.isCut) {
    const folder = waiting.pop();
    let items;
    try {
      items = fs.readdirSync(path.join(root, folder), { withFileTypes: true });
    } catch {
      archive.odd.add(folder || ".");
      continue;
    }
    if ((room -= items.length) < 0) archive.isCut = true;
    for (const item of archive.isCut ? [] : items.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const name = folder ? `${folder}/${item.name}` : item.name;
      if (item.isFile()) archive.files.set(name, bytesOf(name));
      else if (!item.isDirectory() || name.split("/").length > DEPTH_MAX) archive.odd.add(item.isDirectory() ? `${name}/` : name);
      else {
        archive.folders.add(name);
        waiting.push(name);
      }
    }
  }
  return archive;
}

async function statedSizes(fs, path, root, bytesOf) {
  const [files, folders] = [new Map(), new Set()];
  for (let number = 0; number < 10_000 && fs.existsSync(path.join(root, `logs/${number}`)); number += 1) {
    folders.add(`logs/${number}`);
    const bytes = bytesOf(`logs/${number}/checkpoint`);
    if (bytes !== null) files.set(`logs/${number}/checkpoint`, bytes);
  }
  return sizesOf({ files, folders });
}

/** The bytes of a regular file, null where it is none, cannot be read or is too long for anything in an archive. */
function readRegular(fs, place) {
  try {
    const found = fs.lstatSync(place);
    return found.isFile() && found.size <= BYTES_MAX ? new Uint8Array(fs.readFileSync(place)) : null;
  } catch {
    return null;
  }
}

/** As a program: run, and end with the exit code; nothing that goes wrong here looks like a verdict. */
export async function runAsProgram() {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(`custody-verify: internal error (${error?.name}): please report it.`);
    process.exitCode = INTERNAL;
  }
}
