// Sending what is kept and learning the pack: as often as anybody likes, with the same result.
//
// Recorded an act is called only when this device has read its own bytes at the position of a receipt whose signature holds;
// proven, when a proof of them was verified (proving.ts).

import { canonical, isSame, numberAt, objectAt, parseCanonical, parseEnvelope, parsePayload, Refused, rowsAt, textAt, textOf, unbase64, utf8, type Bytes, type JsonObject } from "../core/shared.ts";
import { epochSeconds } from "../core/identifiers.ts";
import type { Device } from "./device.ts";
import { openPack, openStatement, RECEIPT_TYPE, REFUSAL_TYPE, type Pack } from "./pack.ts";
import { provenNow, type Served } from "./proving.ts";
import type { Kept } from "./store.ts";

const ANSWER_BYTES_MAX = 100_000;
const WAIT_MS = 15_000;
const WITHHELD = 403;
const ABSENT = 404;
const UNREADABLE = 422;

export interface SyncReport {
  at: string;
  recorded: number;
  proven: number;
  refused: string[];
  interrupted: string | null;
}

/** What the setup of a device pins: the election, and whose packs it believes. */
export interface Pinned {
  election: string;
  gateways: string[];
}

/** One sync; what does not reach a gateway is said in the report, and nothing is lost. */
export async function synced(device: Device): Promise<SyncReport> {
  const report: SyncReport = { at: device.now().toISOString(), recorded: 0, proven: 0, refused: [], interrupted: null };
  try {
    const pack = await learned(device);
    for (const kept of await device.store.entries()) {
      if (kept.source === "known" || kept.status === "recorded" || kept.status === "proven") continue;
      await send(kept, device, pack, report).catch((error: unknown) => {
        if (isPassing(error)) throw error;
        report.refused.push(codeOf(error));
      });
    }
    const proofs = await provenNow(device, await learned(device), SERVED);
    report.proven = proofs.proven;
    report.refused.push(...proofs.wrong);
    await device.store.set("contact", report.at);
  } catch (error) {
    report.interrupted = codeOf(error);
  }
  return report;
}

/** Whether nothing of what waits can be sent now; what is wrong with one answer holds up no other act. */
function isPassing(error: unknown): boolean {
  return ["no-network", "gateway-busy"].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return code;
  return (error as Error).name === "QuotaExceededError" ? "quota" : "no-network";
}

/** The pack as the gateway makes it now, verified and kept. */
export async function learned(device: Device): Promise<Pack> {
  const pinned = await device.store.setting<Pinned>("pinned");
  if (pinned === undefined) throw new Refused("no-card", "This device has read no registrar's card.");
  const keys = [...(await device.store.persons()).map((one) => one.key), (await device.ownKeys()).key];
  const answer = await asked(`/v1/device-pack?keys=${keys.slice(-16).join(",")}`);
  const pack = await openPack(new Uint8Array(await answer.arrayBuffer()), pinned.election);
  await keepPack(device, pack, pinned);
  await device.store.set("skew", Math.round(device.now().getTime() / 1000 - epochSeconds(pack.madeAt)));
  return pack;
}

/** Keep a pack that was verified, if it is of a gateway that the card names and not older than the one before. */
export async function keepPack(device: Device, pack: Pack, pinned: Pinned): Promise<void> {
  if (pinned.gateways.length > 0 && !pinned.gateways.includes(pack.signedBy)) throw new Refused("pack-gateway", "This pack is signed by a gateway that the registrar's card does not name.");
  const before = await device.store.setting<Pack>("pack");
  if (before !== undefined && before.end > pack.end) return;
  await device.store.set("pack", pack);
  await device.store.set("rehearsal", textAt(pack.genesis, "domain").endsWith(".invalid"));
}

async function send(kept: Kept, device: Device, pack: Pack, report: SyncReport): Promise<void> {
  await device.store.mark(kept.place!, { status: kept.status === "saved" ? "sent" : kept.status });
  const answer = await asked("/v1/events", { method: "POST", body: kept.entry, headers: { "content-type": "application/json" } });
  const reply = objectOf(new Uint8Array(await answer.arrayBuffer()));
  const statement = reply["statement"];
  const data = typeof statement === "string" ? unbase64(statement) : null;
  if (data === null) throw new Refused("gateway-busy", "The gateway takes nothing now.");
  const key = (keyid: string): Bytes | null => pack.roster.find((one) => one.key === keyid && one.role === "gateway" && !one.revoked)?.public ?? null;
  if (reply["status"] === "refused") {
    const { payload } = await openStatement(data, REFUSAL_TYPE, key);
    if (payload["entry"] !== kept.hash || payload["election"] !== pack.election) throw new Refused("statement-other", "The gateway's answer is about something else.");
    await device.store.mark(kept.place!, { status: "refused", statement: String(statement) });
    report.refused.push(textAt(payload, "code"));
    return;
  }
  const { payload } = await openStatement(data, RECEIPT_TYPE, key);
  if (payload["event"] !== kept.event || payload["election"] !== pack.election) throw new Refused("statement-other", "The gateway's answer is about something else.");
  const position = numberAt(payload, "position");
  const promised = payload["proof_promised_by"];
  await device.store.mark(kept.place!, { position, statement: String(statement), promised: typeof promised === "string" ? promised : null });
  if ((await loggedAt(kept, position)) !== null) {
    await device.store.mark(kept.place!, { status: "recorded" });
    report.recorded += 1;
  }
}

/** What the log shows there: this device's bytes, or the same event with all its signatures; null for anything else, and while it is withheld. */
async function loggedAt(kept: Kept, position: number): Promise<Bytes | null> {
  const answer = await asked(`/v1/entries?start=${position}&limit=1`);
  if (answer.status === WITHHELD) return null;
  const bundle = new Uint8Array(await answer.arrayBuffer());
  const entry = bundle.slice(2, 2 + bundle[0]! * 256 + bundle[1]!);
  if (isSame(entry, kept.entry)) return entry;
  const [shown, own] = [parseEnvelope(entry), parseEnvelope(kept.entry)];
  if (shown.eventId !== own.eventId) return null;
  const isWhole = own.signatures.every((one) => shown.signatures.some((other) => other.keyid === one.keyid && isSame(other.sig, one.sig)));
  return isWhole ? entry : null;
}

const SERVED: Served = {
  entryAt: (kept) => loggedAt(kept, kept.position!),
  proofOf: async (entryHash) => {
    const answer = await asked(`/logs/0/proof/${entryHash}.tlog-proof`, {}, [ABSENT]);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  },
};

/** An answer of the gateway that is good, or bad in a way that the caller bears. */
export async function asked(path: string, init: RequestInit = {}, borne: number[] = [WITHHELD, UNREADABLE]): Promise<Response> {
  const answer = await fetch(path, { ...init, cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(WAIT_MS) });
  if (answer.status === 503 || answer.status === 504 || answer.status === 429) throw new Refused("gateway-busy", "The gateway takes nothing now.");
  if (!answer.ok && !borne.includes(answer.status)) throw new Refused("gateway-answer", "The gateway does not answer as it must.");
  return answer;
}

/** An answer of the gateway, which is JSON in no particular spelling: only what is signed in it counts. */
export function objectOf(data: Bytes): JsonObject {
  const text = data.length > ANSWER_BYTES_MAX ? null : textOf(data);
  if (text === null) throw new Refused("gateway-answer", "The gateway does not answer as it must.");
  try {
    return objectAt({ value: JSON.parse(text) as JsonObject }, "value");
  } catch {
    throw new Refused("gateway-answer", "The gateway does not answer as it must.");
  }
}

/** What a device sends, for a file that any gateway or command line takes: one envelope a line. */
export async function exported(device: Device): Promise<Bytes> {
  const kept = (await device.store.entries()).map((one) => ({ entry: textOf(one.entry)!, source: one.source }));
  const acts = (await device.store.acts()).map((one) => ({ number: one.number, event: one.event }));
  const keys = await device.ownKeys();
  return utf8(canonical({ format: "custody/outbox/v1", device: keys.key, acts, entries: kept }));
}

/** Take in the acts of a file; they are sent, and numbers in them are never used again. Tells how many were new. */
export async function imported(device: Device, data: Bytes): Promise<number> {
  const { rows, numbers, from } = savedIn(data);
  const before = new Set((await device.store.entries()).map((one) => one.hash));
  const isOwn = from === (await device.ownKeys()).key;
  const pinned = await device.store.setting<Pinned>("pinned");
  if (rows.some((row) => row.election !== pinned?.election)) throw new Refused("import-election", "This file holds acts of another election.");
  const at = device.now().toISOString();
  await device.store.keep(rows.filter((row) => row.source !== "known").map((row) => row.entry), "pair", at);
  await device.store.keep(rows.filter((row) => row.source === "known").map((row) => row.entry), "known", at);
  if (isOwn) for (const number of numbers) await device.hear(number);
  return (await device.store.entries()).filter((one) => !before.has(one.hash)).length;
}

interface Saved {
  from: string;
  numbers: number[];
  rows: { entry: Bytes; source: string; election: string }[];
}

/** What a file of acts says, all of it read before anything of it is kept. */
function savedIn(data: Bytes): Saved {
  try {
    const value = objectAt({ value: parseCanonical(data, 20_000_000) }, "value");
    if (value["format"] !== "custody/outbox/v1") throw importForm();
    const rows = rowsAt(value, "entries").map((row) => {
      const entry = utf8(textAt(row, "entry"));
      return { entry, source: textAt(row, "source"), election: textAt(parsePayload(parseEnvelope(entry).payload), "election") };
    });
    return { from: textAt(value, "device"), numbers: rowsAt(value, "acts").map((act) => numberAt(act, "number")), rows };
  } catch (error) {
    if (error instanceof Refused) throw importForm();
    throw error;
  }
}

function importForm(): Refused {
  return new Refused("import-form", "This file holds no acts of a device.");
}
