// From recorded to proven: the proof of an act under a checkpoint that enough log witnesses cosigned (docs/spec/http.md, 31).
//
// A proof is held to what this device knows: the bytes at the receipt's position, the log key in genesis, whose hash is the
// election of the registrar's card, and the witness policy of the pack. Only then is the act proven, and the proof is kept.

import { cosignedAt, hex, isMet, isSignedBy, leafHash, lineOf, makeLogKey, makePolicy, parseCheckpoint, parseNote, Refused, textAt, textOf, unhex, utf8, verifyProof, type Bytes, type Note, type NoteKey, type ProvenAt, type WitnessPolicy } from "../core/shared.ts";
import { epochSeconds } from "../core/identifiers.ts";
import type { Device } from "./device.ts";
import type { Pack } from "./pack.ts";
import type { Kept } from "./store.ts";

const HISTORY = "proof-history";
const TREES_MAX = 1_000;

/** Fetches what a gateway serves: the bytes of the log at a position, null while they are withheld; the proof of an entry, null where there is none yet. */
export interface Served {
  entryAt: (kept: Kept) => Promise<Bytes | null>;
  proofOf: (entryHash: string) => Promise<Bytes | null>;
}

export interface Proven {
  proven: number;
  /** of proofs that are not as they must be: proof-history for another history than before, else proof-wrong */
  wrong: string[];
}

/** The checkpoint of the most entries under which an act here was proven. */
export interface SeenTree {
  size: number;
  root: string;
}

/** How much of the log enough witnesses have cosigned: entries, and the last of their times, seconds since 1970. */
export interface ProvenUpTo {
  size: number;
  at: number;
}

/** Ask for every proof that is lacking, and keep those that are good. Nothing is asked where the policy asks for no witness. */
export async function provenNow(device: Device, pack: Pack, served: Served): Promise<Proven> {
  const done: Proven = { proven: 0, wrong: [] };
  const policy = pack.policy === null ? null : makePolicy(pack.policy);
  if (policy === null || policy.quorum === null) return done;
  await learnCheckpoint(device, pack, policy).catch((error: unknown) => done.wrong.push(codeOf(error)));
  for (const kept of await device.store.entries()) {
    if (kept.status !== "recorded" || kept.position === null) continue;
    const entry = await served.entryAt(kept);
    const data = entry === null ? null : await served.proofOf(hex(leafHash(entry)));
    if (entry === null || data === null) continue;
    try {
      const found = await checked(device, pack, policy, { kept, entry, data });
      if (!found) continue;
      await device.store.mark(kept.place!, { status: "proven", proof: textOf(data) });
      done.proven += 1;
    } catch (error) {
      done.wrong.push(codeOf(error));
    }
  }
  return done;
}

/** Acts whose proof was promised for a time that is over. */
export function overdue(entries: Kept[], now: Date): Kept[] {
  return entries.filter((one) => one.status === "recorded" && typeof one.promised === "string" && epochSeconds(one.promised) < now.getTime() / 1000);
}

/** Whether enough witnesses cosigned; Refused where the proof is of something else. */
async function checked(device: Device, pack: Pack, policy: WitnessPolicy, asked: { kept: Kept; entry: Bytes; data: Bytes }): Promise<boolean> {
  const key = logKey(pack);
  const found = await verifyProof({ bytes: asked.data, leaf: leafHash(asked.entry), key });
  if (found.index !== asked.kept.position) throw new Refused("proof-index", "The proof is of another position than the receipt names.");
  if (!isMet(policy, new Set((await cosigned(found.note, policy)).keys()))) return false;
  await checkTree(device, found.checkpoint);
  return true;
}

/** Keep how far the pack's checkpoint is cosigned, where enough witnesses cosigned it; Refused where it is not this log's. */
async function learnCheckpoint(device: Device, pack: Pack, policy: WitnessPolicy): Promise<void> {
  if (pack.checkpoint === null) return;
  const [note, key] = [parseNote(utf8(pack.checkpoint)), logKey(pack)];
  const [checkpoint, line] = [parseCheckpoint(note.text), lineOf(note, key)];
  if (checkpoint.origin !== pack.origin || line === undefined || !(await isSignedBy(note, key, line))) throw new Refused("proof-checkpoint", "The checkpoint of the pack is not signed by the log.");
  const times = await cosigned(note, policy);
  if (!isMet(policy, new Set(times.keys()))) return;
  await checkTree(device, checkpoint);
  const before = await device.store.setting<ProvenUpTo>("proven-up-to");
  if (before === undefined || before.size <= checkpoint.size) await device.store.set("proven-up-to", { size: checkpoint.size, at: Math.max(...times.values()) });
}

function logKey(pack: Pack): NoteKey {
  return makeLogKey(pack.origin, unhex(textAt(pack.genesis, "log_key")));
}

/** The code of what is wrong with a proof; what is no fault of a proof goes on. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") throw error;
  return code === HISTORY ? HISTORY : "proof-wrong";
}

/** Witnesses by their names in the policy, and when they cosigned, seconds since 1970. */
async function cosigned(note: Note, policy: WitnessPolicy): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const [name, key] of policy.keys) {
    const line = lineOf(note, key);
    const at = line === undefined ? null : await cosignedAt(note, key, line);
    if (at !== null) times.set(name, at);
  }
  return times;
}

/** Refused("proof-history") for two roots of one size: somebody shows two histories. */
async function checkTree(device: Device, checkpoint: ProvenAt["checkpoint"]): Promise<void> {
  const [size, root] = [checkpoint.size, hex(checkpoint.root)];
  const trees = (await device.store.setting<SeenTree[]>("trees")) ?? [];
  const same = trees.find((one) => one.size === size);
  if (same !== undefined && same.root !== root) throw new Refused(HISTORY, "This proof is of another history than one before it: keep both.");
  if (same === undefined) await device.store.set("trees", [...trees, { size, root }].sort((one, other) => one.size - other.size).slice(-TREES_MAX));
}

