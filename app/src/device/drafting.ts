// From what a person states to a complete payload: election, chain, claimed time, the act that each unit follows.
//
// What somebody must have seen is never filled in here. On the way the moment is stated in the offset of the commission, and what
// the clock of the device shows is committed to (docs/spec/events.md 19).

import { commitment, localTimePlace, localTimeSalt } from "../core/commitments.ts";
import { epochSeconds, formatOffset, momentAt } from "../core/identifiers.ts";
import { canonical, utf8, type Bytes, type JsonObject } from "../core/shared.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Zone } from "./pack.ts";
import type { Person } from "./store.ts";

const PARTS: Record<string, string> = { HandoverOffered: "releasing", HandoverAnswered: "receiving", AnswerAcknowledged: "releasing", ReleasedToCarrier: "releasing", CollectedFromCarrier: "receiving" };
const DISPENSING = ["HandoverAnswered", "CollectedFromCarrier"];
const TAKES_OVER = ["HandoverAnswered", "CollectedFromCarrier", "UnitFound"];
const TRANSIT = ["StopRecorded", "DelayReported", "ReleasedToCarrier", "CollectedFromCarrier"];

export interface Mark {
  key: string;
  number: number;
  previous: string | null;
  elapsed: number;
}

export interface Occasion {
  knowledge: Knowledge;
  signers: Person[];
  mark: Mark;
  now: Date;
  sign: (message: Bytes) => Promise<Bytes>;
}

/** The payload of an event: what was stated, and what the device fills in. */
export async function draft(said: JsonObject & { type: string }, occasion: Occasion): Promise<Bytes> {
  const { knowledge, signers, mark } = occasion;
  const rows = signers.map((one) => ({ key: one.key, person: one.person, part: partOf(said.type, one.role) }));
  const when = await moments(said, occasion);
  const event: JsonObject = {
    version: 1,
    election: knowledge.pack.election,
    log: 0,
    signers: [...rows, { key: mark.key, person: null, part: "device" }],
    device: { key: mark.key, number: mark.number, previous: mark.previous, countersigned: [], elapsed_s: mark.elapsed },
    seen: null,
    at: when.at,
    place: signers[0]!.office,
    present: [],
    codes: [],
    ...said,
    commitments: { ...noCommitments(said.type), ...when.commitments },
  };
  return utf8(canonical(event));
}

/** The offset that a list of offsets shows at a moment; null where it does not reach back so far. */
export function offsetAt(zone: Zone, seconds: number): string | null {
  return [...zone].reverse().find(([since]) => since <= seconds)?.[1] ?? null;
}

/** A moment as this device's own clock shows it. */
export function localMoment(now: Date): string {
  return momentAt(Math.floor(now.getTime() / 1000), formatOffset(-now.getTimezoneOffset() * 60));
}

function partOf(type: string, role: string): string {
  return role === "head-of-mission" && DISPENSING.includes(type) ? "dispensing" : (PARTS[type] ?? "acting");
}

function noCommitments(type: string): JsonObject {
  const names = ["remark", "documents", "photographs", "contact", ...(TRANSIT.includes(type) ? ["carrier", "flight", "stop", "position"] : [])];
  return Object.fromEntries(names.map((name) => [name, null]));
}

async function moments(said: JsonObject & { type: string }, occasion: Occasion): Promise<{ at: string; commitments: JsonObject }> {
  const { knowledge, signers, mark, now } = occasion;
  const local = localMoment(now);
  const seconds = epochSeconds(local);
  const isUnderWay = (said["units"] as JsonObject[]).some((row) => isWithCarrier(knowledge, String(row["unit"])));
  const station = knowledge.pack.stations.find((one) => signers.some((signer) => signer.office === one.station));
  if (station !== undefined && (!isUnderWay || TAKES_OVER.includes(said.type))) {
    const offset = offsetAt(station.zone, seconds);
    return { at: offset === null ? local : momentAt(seconds, offset), commitments: {} };
  }
  const at = momentAt(seconds, offsetAt(knowledge.pack.zone, seconds) ?? "+00:00");
  if (!isUnderWay) return { at, commitments: {} };
  const salt = localTimeSalt(await occasion.sign(localTimePlace(mark.number, mark.previous)));
  return { at, commitments: { local_time: commitment("local_time", salt, local) } };
}

function isWithCarrier(knowledge: Knowledge, name: string): boolean {
  let unit = knowledge.units.get(name);
  for (let depth = 0; unit?.inside != null && depth < 8; depth += 1) unit = knowledge.units.get(unit.inside) ?? { ...unit, inside: null };
  return unit !== undefined && unit.consignment !== null && (unit.holder === null || unit.holder.kind === "courier");
}
