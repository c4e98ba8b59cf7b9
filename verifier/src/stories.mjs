// What can be told of one unit and of one station without the rules: who signed each act of the unit's chain, whether both hands
// signed a handover, where two acts follow one; and the identities among figures that a station's commission stated.
// Each says what it did not judge.

/** Types that say what was seen, or change nothing by themselves: nothing follows them. */
export const FOLLOWED_BY_NOTHING = new Set([
  "AnswerAcknowledged", "CustodyBroken", "DelayReported", "DetailsDisclosed", "HandoverOffered", "HandoverWithdrawn",
  "ObserverRemarked", "OverdueNoted", "SealsChecked", "StopRecorded",
]);

export const UNIT_NOT_JUDGED = [
  "who was entitled to act: mandates, roles, thresholds, revocations, separation of persons",
  "seals, packages, quantities, states, deadlines and clocks",
  "corrections, declarations of error and adjudications; where two acts follow one, which of them stands",
  "acts on packages around the unit or inside it",
];
export const STATION_NOT_JUDGED = [
  "identities that need figures from other events than the closed account, its resupplies, spoiled papers and the voters list",
  "what was counted, packed and destroyed, and which of several accounts stands",
  "who was entitled to state a figure",
];

/** The chain of a unit's acts, from where it was created. */
export function unitStory(story, unit) {
  const acts = [];
  const others = [];
  for (const record of story.events.values()) {
    const named = (record.event.units ?? []).find((one) => one?.unit === unit);
    if (named === undefined || record.event.election !== story.election) continue;
    const isAct = !FOLLOWED_BY_NOTHING.has(record.event.type) && !isRefusal(record.event);
    (isAct ? acts : others).push({ ...tell(record), previous: named.previous ?? null, handover: handoverOf(story, record) });
  }
  const ids = new Set(acts.map((act) => act.event));
  const followers = new Map();
  for (const act of acts) followers.set(act.previous, [...(followers.get(act.previous) ?? []), act]);
  const [chain, disputes] = [[], []];
  for (let at = null; followers.has(at); ) {
    const next = followers.get(at);
    if (next.length > 1) {
      disputes.push({ after: at, acts: next.map((act) => act.event) });
      break;
    }
    chain.push(next[0]);
    at = next[0].event;
  }
  const waiting = acts.filter((act) => act.previous !== null && !ids.has(act.previous)).map((act) => act.event);
  return { unit, chain, disputes, predecessor_missing: waiting, changed_nothing: others, not_judged: UNIT_NOT_JUDGED };
}

/** A line about one event: where it stands, what it claims, and which enrolled keys signed it. */
function tell(record) {
  const { event, id, position, signed } = record;
  const by = [...signed.values()].map(({ key, part }) => ({ badge: key.badge ?? null, role: key.role ?? null, part }));
  return { event: id, position, type: event.type, at: event.at, place: event.place, by };
}

function isRefusal(event) {
  return event.type === "HandoverAnswered" && event.result === "refused";
}

/** Whether both hands signed: null where it is no handover. */
function handoverOf(story, record) {
  const { event } = record;
  if (event.type !== "HandoverAnswered") return null;
  const offer = story.events.get(event.offer);
  if (offer === undefined) return { is_confirmed: false, why: "the offer is not on the log" };
  const receivers = [...record.signed].filter(([, one]) => one.part === "receiving");
  const givers = [...offer.signed].filter(([, one]) => one.part === "releasing");
  const why = faultOfHandover({ offer: offer.event, answer: event, givers, receivers });
  return { is_confirmed: why === null && event.result !== "refused", why, offer: event.offer };
}

function faultOfHandover({ offer, answer, givers, receivers }) {
  const unitsOf = (event) => JSON.stringify((event.units ?? []).map((one) => [one.unit, one.previous]).sort());
  if (offer.type !== "HandoverOffered") return "what it answers is no offer";
  if (unitsOf(offer) !== unitsOf(answer) || offer.nonce !== answer.nonce) return "it answers other units, acts or another nonce";
  if (!givers.length) return "no enrolled key of the giving side signed the offer";
  if (!receivers.some(([keyid]) => offer.to.includes(keyid))) return "no key that the offer names signed the answer";
  const persons = new Set(givers.map(([, one]) => one.key.person));
  if (receivers.some(([, one]) => persons.has(one.key.person))) return "one person signed for both sides";
  return null;
}

/** The identities of docs/spec/ledger.md 30 that figures of a station's closed accounts decide, for each such account. */
export function stationFigures(story, station) {
  const about = [...story.events.values()].filter(({ event }) => event.station === station && event.election === story.election);
  const of = (type) => about.filter(({ event }) => event.type === type);
  const sum = (type) => of(type).reduce((total, { event }) => total + (event.papers ?? 0), 0);
  const closing = of("VoterListStated").filter(({ event }) => event.stage === "closing" && event.signatures !== null);
  const accounts = of("BallotAccountClosed").map((record) => ({ ...tell(record), identities: identitiesOf(record.event, { closing, of, sum }) }));
  return { station, accounts, not_judged: STATION_NOT_JUDGED };
}

function identitiesOf(stated, { closing, of, sum }) {
  const { spoiled, unused, defective, issued } = stated;
  const rows = [
    ["6 stated", issued, stated.signatures],
    ["6 boxes", issued, stated.in_boxes + stated.not_returned],
    ["6 valid", stated.in_boxes, stated.valid + stated.invalid],
    ["7", stated.cancelled, unused + spoiled + defective],
  ];
  if (closing.length === 1) rows.push(["6 signatures", closing[0].event.signatures, stated.signatures]);
  if (of("BallotsSpoiled").length) rows.push(["5 spoiled", sum("BallotsSpoiled"), spoiled]);
  if (!of("ResupplySent").length) rows.push(["5 unaccounted", stated.received, issued + spoiled + unused + defective + stated.unaccounted]);
  return rows.map(([identity, left, right]) => ({ identity, left, right, holds: left === right }));
}
