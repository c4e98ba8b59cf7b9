// What is out of the ordinary about a handover, said before anybody signs. Nothing here forbids: the log decides.

import { objectAt, rowsAt, textAt, textsAt, type JsonObject } from "../core/shared.ts";
import { holderOf, isSame, type Knowledge } from "./knowledge.ts";
import type { Holder, PackedUnit, RosterKey } from "./pack.ts";

/** A warning: its code, and what its sentence names. */
export interface Warning {
  code: "not-yours" | "no-mandate" | "out-of-order" | "not-aboard" | "seal-used" | "seal-not-declared" | "seal-not-intact" | "on-hold";
  about: Record<string, string>;
  holder: Holder | null;
}

interface Taker {
  role: string;
  office: string;
  person: string | null;
}

/** What somebody who would receive an offer is told first. */
export function beforeAnswer(event: JsonObject, taker: Taker, knowledge: Knowledge): Warning[] {
  const giver = knowledge.party(event, "releasing");
  const units = rowsAt(event, "units").map((row) => knowledge.units.get(textAt(row, "unit"))).filter((unit) => unit !== undefined);
  const elsewhere = units.filter((unit) => unit.act !== "" && unit.holder !== null && !isSame(unit.holder, giver));
  const aboard = elsewhere.map((unit) => warning("not-aboard", { unit: unit.unit }, unit.holder));
  return [...ofUnits(units, giver, taker, { knowledge, day: textAt(event, "at") }), ...aboard, ...ofSeals(event, units, knowledge)];
}

/** What somebody who would offer units to the person of an invitation is told first. */
export function beforeOffer(names: string[], giver: Holder | null, key: RosterKey, at: { knowledge: Knowledge; day: string }): Warning[] {
  const units = names.map((name) => at.knowledge.units.get(name)).filter((unit) => unit !== undefined);
  return ofUnits(units, giver, key, at);
}

function ofUnits(units: PackedUnit[], giver: Holder | null, taker: Taker, at: { knowledge: Knowledge; day: string }): Warning[] {
  return units.flatMap((unit) => {
    const made: Warning[] = [];
    const to = holderOf(taker);
    const isOfStation = to?.kind === "mission" || to?.kind === "commission";
    if (isOfStation && unit.station !== taker.office) made.push(warning("not-yours", { unit: unit.unit, station: unit.station }, to));
    if (isUnmandated(unit, taker, at)) made.push(warning("no-mandate", { unit: unit.unit, consignment: unit.consignment ?? unit.unit }, to));
    const legs = at.knowledge.pack.consignments.find((one) => one.consignment === unit.consignment)?.legs ?? [];
    const isPlanned = legs.length === 0 || giver === null || legs.some((leg) => leg.releasing === giver.kind && leg.receiving === to?.kind);
    if (!isPlanned) made.push(warning("out-of-order", { unit: unit.unit }, to));
    const torn = unit.seals.filter((seal) => (at.knowledge.seen.get(seal)?.condition ?? "intact") !== "intact");
    made.push(...torn.map((seal) => warning("seal-not-intact", { unit: unit.unit, seal }, to)));
    if (unit.hold) made.push(warning("on-hold", { unit: unit.unit }, to));
    return made;
  });
}

/** A courier without a mandate for a unit on this day, as far as this device learned of mandates of the person. */
function isUnmandated(unit: PackedUnit, taker: Taker, at: { knowledge: Knowledge; day: string }): boolean {
  const { mandates } = at.knowledge.pack;
  const own = mandates.filter((one) => one.courier === taker.person);
  const isLearned = own.length > 0 || at.knowledge.isOwn(taker.person);
  const day = at.day.slice(0, 10);
  return taker.role === "courier" && isLearned && !own.some((one) => one.consignments.includes(unit.consignment ?? "") && one.firstDay <= day && day <= one.lastDay);
}

function ofSeals(event: JsonObject, units: PackedUnit[], knowledge: Knowledge): Warning[] {
  const declared = textsAt(objectAt(event, "declared"), "seals");
  const names = rowsAt(event, "units").map((row) => textAt(row, "unit"));
  const others = [...knowledge.units.values()].filter((unit) => !names.includes(unit.unit));
  const used = declared.flatMap((seal) => others.filter((unit) => unit.seals.includes(seal)).map((unit) => warning("seal-used", { seal, unit: unit.unit }, null)));
  const absent = units.flatMap((unit) => unit.seals.filter((seal) => !declared.includes(seal)).map((seal) => warning("seal-not-declared", { seal, unit: unit.unit }, null)));
  return [...used, ...absent];
}

function warning(code: Warning["code"], about: Record<string, string>, holder: Holder | null): Warning {
  return { code, about, holder };
}
