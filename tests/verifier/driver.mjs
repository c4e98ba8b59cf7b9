// Asks the second verifier many questions in one process: a JSON list on standard input, a JSON list of answers on standard output.

import * as verifier from "../../verifier/custody-verify.mjs";

const bytes = (text) => Uint8Array.from(Buffer.from(text, "base64"));
const hex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const utf8 = (text) => new TextEncoder().encode(text);

const KINDS = {
  signature: ({ key, message, signature }) => verifier.verify(hex(key), bytes(message), hex(signature)),
  slowly: ({ key, message, signature }) => verifier.slowVerify(hex(key), bytes(message), hex(signature)),
  mldsa44: ({ key, message, signature }) => verifier.verifyMlDsa44(hex(key), bytes(message), hex(signature)),
  inclusion: (v) => verifier.verifyInclusion({ leaf: hex(v.leaf), index: v.index, size: v.size, proof: v.proof.map(hex), root: hex(v.root) }),
  consistency: (v) =>
    verifier.verifyConsistency({ old: v.old, oldRoot: hex(v.old_root), size: v.new, root: hex(v.new_root), proof: v.proof.map(hex) }),
  note: (v) => verifier.parseNote(hex(v.hex)),
  key: (v) => verifier.parseKey(v.key, 1),
  checkpoint: (v) => verifier.parseCheckpoint(v.text),
  envelope: (v) => verifier.parseEnvelope(bytes(v.bytes)),
  payload: (v) => verifier.parsePayload(bytes(v.bytes)),
  canonical: (v) => verifier.canonical(v.value),
  proof: async (v) => {
    const found = await verifier.verifyProof({ bytes: bytes(v.bytes), leaf: hex(v.leaf), key: verifier.parseKey(v.key, 1) });
    return found.index;
  },
  cosigned: async (v) => {
    const [note, key] = [verifier.parseNote(utf8(v.note)), verifier.parseAnyKey(v.key, 4)];
    return verifier.cosignedAt(note, key, note.lines.find((line) => line.id === key.id && line.name === key.name));
  },
  policy: (v) => {
    const policy = verifier.makePolicy(v.policy);
    return policy === null ? null : v.asked.map((names) => policy.quorum !== null && verifier.isMet(policy, new Set(names)));
  },
  tree: ({ size, root, bundles, tiles }) => {
    const parts = (text) => Array.from({ length: text.length / 64 }, (_, at) => hex(text.slice(64 * at, 64 * at + 64)));
    const tile = (level, index) => (tiles[`${level}/${index}`] === undefined ? null : parts(tiles[`${level}/${index}`]));
    const leaves = bundles.map((text) => (text === null ? null : parts(text)));
    return verifier.firstBad({ size, root: hex(root), bundles: leaves, tile, doubt: null })?.position ?? null;
  },
  told: ({ name }) => [...verifier[name]],
  audit: async ({ root, changed, policy }) => {
    const files = new Map(base);
    for (const [path, content] of Object.entries(changed)) {
      if (content === null) files.delete(path);
      else files.set(path, bytes(content));
    }
    const folders = new Set();
    for (const path of [...base.keys(), ...files.keys()]) {
      for (let folder = path; folder.includes("/"); ) folders.add((folder = folder.slice(0, folder.lastIndexOf("/"))));
    }
    const { report } = await verifier.audit({ files, folders, odd: new Set(), isCut: false }, root, policy === undefined ? null : verifier.parsePolicyFile(policy));
    return report;
  },
  base: ({ files }) => {
    base = new Map(Object.entries(files).map(([path, content]) => [path, bytes(content)]));
  },
  stories: async ({ entries, unit, station }) => {
    const story = new verifier.Story();
    for (const [position, entry] of entries.entries()) await story.take(bytes(entry), position);
    const keys = [...story.keys.keys()].sort();
    return { unit: verifier.unitStory(story, unit), station: verifier.stationFigures(story, station), keys };
  },
};
let base = new Map();

async function answer(task) {
  try {
    const value = await KINDS[task.kind](task);
    return { ok: true, value: value === undefined ? null : value };
  } catch (error) {
    if (typeof error.code !== "string" || error.code.startsWith("ERR_")) throw error;
    return { ok: false, code: error.code };
  }
}

let text = "";
for await (const part of process.stdin) text += part;
const answers = [];
for (const task of JSON.parse(text)) answers.push(await answer(task));
process.stdout.write(JSON.stringify(answers, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value)));
