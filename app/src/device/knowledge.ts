// What a device knows: the pack of a gateway, and what was signed here or shown here since. For drafting and showing, never a judgement.

import { eventIdOf, objectAt, parseEnvelope, parsePayload, rowsAt, textAt, type Bytes, type JsonObject } from "../core/shared.ts";
import type { Holder, Pack, PackedUnit, RosterKey } from "./pack.ts";
import type { Kept } from "./store.ts";

const KINDS: Record<string, string> = {
  printer: "printer", "cec-officer": "CEC", registrar: "CEC", "cec-representative": "CEC", "duty-officer": "CEC",
  "pouch-office": "MFA", courier: "courier", "mission-officer": "mission", "head-of-mission": "mission",
  chair: "commission", "deputy-chair": "commission", secretary: "commission", member: "commission", "issuing-member": "commission",
};
/** Roles in which people sign. */
export const PEOPLE = [...Object.keys(KINDS), "observer"];
const NOTED = ["HandoverAnswered", "SealsChecked", "ReleasedToCarrier", "CollectedFromCarrier"];
const LETTERS: Record<string, string> = { B: "batch", K: "pack", X: "box", P: "pouch", U: "ballot box", S: "stock" };

export interface Shown {
  id: string;
  event: JsonObject;
  entry: Bytes;
}

/** How a seal was found when somebody last looked, as far as this device knows. */
export interface SealSeen {
  condition: string;
  at: string;
}

/** The pack and the device's own record put together. */
export class Knowledge {
  readonly pack: Pack;
  readonly units = new Map<string, PackedUnit>();
  readonly events = new Map<string, Shown>();
  readonly seen = new Map<string, SealSeen>();
  readonly #keys: Map<string, RosterKey>;
  readonly #own: Set<string>;

  constructor(pack: Pack, kept: Kept[], own: string[] = []) {
    this.pack = pack;
    this.#own = new Set(own);
    this.#keys = new Map(pack.roster.map((one) => [one.key, one]));
    for (const unit of pack.units) this.units.set(unit.unit, unit);
    for (const one of kept) this.#take(one);
  }

  key(keyid: string): RosterKey | null {
    return this.#keys.get(keyid) ?? null;
  }

  /** Whether somebody signs on this device, so that the pack holds all that is for them. */
  isOwn(person: string | null): boolean {
    return person !== null && this.#own.has(person);
  }

  /** The keys that begin with these hexadecimal digits. */
  keysLike(named: string): RosterKey[] {
    return this.pack.roster.filter((one) => one.key.startsWith(named));
  }

  /** The party for which the signers of a part act; null where nobody of them is known. */
  party(event: JsonObject, part: string): Holder | null {
    for (const signer of rowsAt(event, "signers")) {
      const key = signer["part"] === part ? this.key(textAt(signer, "key")) : null;
      if (key !== null) return holderOf(key);
    }
    return null;
  }

  /** Whether the device has seen the act that an offer follows on a unit. */
  knows(act: string | null): boolean {
    return act === null || this.events.has(act) || [...this.units.values()].some((unit) => unit.act === act);
  }

  /** What a holder has in hand: the outermost packages. */
  heldBy(holder: Holder): PackedUnit[] {
    const carried = ["pack", "box", "pouch"];
    return [...this.units.values()].filter((unit) => unit.inside === null && carried.includes(unit.kind) && isSame(unit.holder, holder));
  }

  /** What a carrier has, as far as this device knows, and somebody here may collect. */
  atCarrier(who: { role: string; office: string; person: string }): PackedUnit[] {
    const own = this.pack.mandates.filter((one) => one.courier === who.person).flatMap((one) => one.consignments);
    const isFor = (unit: PackedUnit): boolean => who.office === unit.station || who.role === "pouch-office" || own.includes(unit.consignment ?? "");
    return [...this.units.values()].filter((unit) => unit.inside === null && unit.withCarrier === true && isFor(unit));
  }

  #take(kept: Kept): void {
    const { payload } = parseEnvelope(kept.entry);
    const shown: Shown = { id: eventIdOf(payload), event: parsePayload(payload), entry: kept.entry };
    this.events.set(shown.id, shown);
    const type = String(shown.event["type"]);
    if (type === "HandoverAnswered") this.#hand(shown);
    if (type === "ReleasedToCarrier") this.#move(shown, { holder: null, withCarrier: true });
    if (type === "CollectedFromCarrier") this.#move(shown, { holder: this.party(shown.event, "receiving"), withCarrier: false });
    if (NOTED.includes(type)) this.#note(shown.event);
  }

  /** What one side alone signed: to a carrier and back. */
  #move(shown: Shown, to: Pick<PackedUnit, "holder" | "withCarrier">): void {
    for (const row of rowsAt(shown.event, "units")) {
      const known = this.units.get(textAt(row, "unit"));
      if (known !== undefined && known.act === row["previous"]) this.units.set(known.unit, { ...known, ...to, act: shown.id });
    }
  }

  #hand(answer: Shown): void {
    const offer = this.events.get(textAt(answer.event, "offer"));
    if (offer === undefined || answer.event["result"] === "refused") return;
    const holder = this.party(answer.event, "receiving");
    const declared = objectAt(offer.event, "declared");
    for (const row of rowsAt(answer.event, "units")) {
      const name = textAt(row, "unit");
      const known = this.units.get(name);
      if (known !== undefined && known.act !== row["previous"]) continue;
      const made = known ?? unknownUnit(name, declared["papers"] as number | null);
      this.units.set(name, { ...made, act: answer.id, holder, seals: known?.seals ?? sealsOn(answer.event, name) });
    }
  }

  #note(event: JsonObject): void {
    const rows = event["seals"] === undefined ? rowsAt(objectAt(event, "found"), "seals") : rowsAt(event, "seals");
    for (const row of rows) this.seen.set(textAt(row, "seal"), { condition: textAt(row, "condition"), at: textAt(event, "at") });
  }
}

/** The party that a key's holder acts for; null for observers, devices and services. */
export function holderOf(key: { role: string; office: string; person: string | null }): Holder | null {
  const kind = KINDS[key.role];
  if (kind === undefined) return null;
  const isOfStation = kind === "mission" || kind === "commission";
  return { kind, office: isOfStation ? key.office : "", person: kind === "courier" ? (key.person ?? "") : "" };
}

/** Whether two parties are the same. */
export function isSame(one: Holder | null, other: Holder | null): boolean {
  return one !== null && other !== null && one.kind === other.kind && one.office === other.office && one.person === other.person;
}

/** The word for the kind of a unit, by its letter. */
export function kindOf(unit: string): string {
  return LETTERS[unit[4] ?? ""] ?? "pouch";
}

function unknownUnit(unit: string, papers: number | null): PackedUnit {
  return { unit, kind: kindOf(unit), act: "", papers, seals: [], station: unit.slice(0, 3), consignment: null, holder: null, inside: null, hold: false };
}

function sealsOn(answer: JsonObject, unit: string): string[] {
  return rowsAt(objectAt(answer, "found"), "seals").filter((row) => row["unit"] === unit && row["condition"] === "intact").map((row) => textAt(row, "seal"));
}
