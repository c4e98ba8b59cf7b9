// Codes and offices that a device signs: codes of the published list and of the election's own rules, offices that it knows.
//
// What the log makes of others is the log's to say (unknown-code); here nothing is signed with them.

import { Refused, rowsAt, textAt, textsAt, type JsonObject } from "../core/shared.ts";
import type { Knowledge } from "./knowledge.ts";

/** Refused for an event that names a code which nobody published, or an office which nobody serves. */
export function checkKnown(event: JsonObject, knowledge: Knowledge, published: readonly string[]): void {
  const codes = new Set([...published, ...knowledge.pack.codes.map((one) => one.code)]);
  for (const code of textsAt(event, "codes")) if (!codes.has(code)) throw new Refused("code-unlisted", `${code} is no code of the published list or of the rules in force.`);
  const served = new Set([...knowledge.pack.roster.map((one) => one.office), ...knowledge.pack.stations.map((one) => one.station)]);
  for (const office of officesOf(event, knowledge)) if (!served.has(office)) throw new Refused("office-unknown", `${office} is no office of this election.`);
}

/** The place where somebody acts, but a courier's, which is where the way leads; the station of a unit that was never met. */
function officesOf(event: JsonObject, knowledge: Knowledge): string[] {
  const isCouriers = rowsAt(event, "signers").some((signer) => knowledge.key(textAt(signer, "key"))?.role === "courier");
  const first = rowsAt(event, "units").filter((row) => row["previous"] === null).map((row) => textAt(row, "unit").slice(0, 3));
  return [...(isCouriers ? [] : [textAt(event, "place")]), ...first];
}
