// What a site tells, held against the record: the events that the reader's own browser has verified.
//
// Compared is what follows from single signed acts without replaying the rules: places and hours of stations, figures of closed
// accounts, manifests, both signatures of handovers, who holds what was last handed over, which seals are on what. What is not
// compared is counted, never passed over: where several acts state the same thing, where a figure is withheld, findings.

/** Acts after which whoever held a unit holds it still. */
const KEEPS = new Set([
  "BallotsCounted", "BallotsCancelled", "ConsignmentOpened", "PackedForReturn", "SealReplaced", "SealsApplied", "SealsRemoved", "StoreOpened",
  "StoreSealed", "ReturnReceived", "Archived",
]);
/** Acts that nothing follows: they say what was seen. */
const SEES = new Set([
  "AnswerAcknowledged", "CustodyBroken", "DelayReported", "DetailsDisclosed", "HandoverOffered", "HandoverWithdrawn", "ObserverRemarked",
  "OverdueNoted", "SealsChecked", "StopRecorded",
]);
const COMMISSION = new Set(["chair", "secretary", "member", "issuing-member"]);
const MISSION = new Set(["mission-officer", "head-of-mission"]);
const FIGURES = [
  "issued", "signatures", "spoiled", "unused", "defective", "cancelled", "in_boxes", "valid", "invalid", "not_returned", "unaccounted",
];
const HANDED = { accepted: "accepted", "accepted with reservation": "accepted with reservation", refused: "refused" };

/** One comparison under way: what was compared, what was left, what differs. */
class Compared {
  constructor(name) {
    this.name = name;
    this.compared = 0;
    this.left = 0;
    this.differs = [];
  }

  /** Hold one value of the site against the record's. */
  hold(path, column, record, site) {
    this.compared += 1;
    if (record !== site) this.differs.push({ table: this.name, path, column, record, site });
  }
}

/** All comparisons. ``site``: table -> rows, each an object of plain cells, as of the end of the record. */
export function compare(story, site) {
  const events = [...story.events.values()].filter(({ event }) => event.election === story.election);
  const of = (type) => events.filter(({ event }) => event.type === type);
  return [
    stations(of, site.stations),
    accounts(of, site.accounts),
    consignments(of, site.consignments),
    handovers(of, site.handovers),
    custodians(events, site.units),
    seals(of, site.seals),
    findings(site.findings),
  ];
}

/** Rows by a column, those of the record that the site lacks told as missing. */
function missing(told, rows, key, names) {
  const known = new Set(rows.map((row) => row[key]));
  for (const [name, path] of names) if (!known.has(name)) told.hold(path, key, name, null);
}

function stations(of, rows) {
  const told = new Compared("stations");
  const opened = new Map(of("StationOpened").map(({ event }) => [event.station, event]));
  const changed = new Set(of("StationChanged").map(({ event }) => event.station));
  for (const row of rows) {
    const event = opened.get(row.station);
    const columns = changed.has(row.station) ? [] : ["city", "country", "opens", "closes"];
    if (event === undefined) told.hold(`/stations/${row.station}`, "station", null, row.station);
    else for (const column of columns) told.hold(`/stations/${row.station}`, column, event[column], row[column]);
    if (changed.has(row.station)) told.left += 1;
  }
  missing(told, rows, "station", [...opened.keys()].map((code) => [code, `/stations/${code}`]));
  return told;
}

function accounts(of, rows) {
  const told = new Compared("accounts");
  const closed = Map.groupBy ? Map.groupBy(of("BallotAccountClosed"), ({ event }) => event.station) : grouped(of("BallotAccountClosed"));
  for (const row of rows) {
    const stated = closed.get(row.station) ?? [];
    if (row.style !== null || stated.length !== 1) {
      told.left += 1;
      continue;
    }
    for (const figure of FIGURES) {
      if (row[figure] === null || stated[0].event[figure] === undefined) told.left += 1;
      else told.hold(`/stations/${row.station}`, figure, stated[0].event[figure], row[figure]);
    }
  }
  missing(told, rows, "station", [...closed.keys()].map((code) => [code, `/stations/${code}`]));
  return told;
}

function grouped(records) {
  const found = new Map();
  for (const record of records) found.set(record.event.station, [...(found.get(record.event.station) ?? []), record]);
  return found;
}

function consignments(of, rows) {
  const told = new Compared("consignments");
  const stated = new Map();
  for (const { event } of of("ConsignmentManifested")) stated.set(event.consignment, [...(stated.get(event.consignment) ?? []), event]);
  for (const row of rows) {
    const events = stated.get(row.consignment) ?? [];
    if (events.length !== 1) told.left += 1;
    for (const column of events.length === 1 ? ["direction", "packages", "papers"] : []) {
      if (row[column] === null) told.left += 1;
      else told.hold(`/consignments/${row.consignment}`, column, events[0][column], row[column]);
    }
  }
  missing(told, rows, "consignment", [...stated.keys()].map((name) => [name, `/consignments/${name}`]));
  return told;
}

function handovers(of, rows) {
  const told = new Compared("handovers");
  const offers = new Map(of("HandoverOffered").map((record) => [record.id, record.event]));
  const answers = new Map();
  for (const { event } of of("HandoverAnswered")) answers.set(event.offer, [...(answers.get(event.offer) ?? []), event]);
  for (const row of rows) {
    const path = `/handovers/${row.offer}`;
    const offer = offers.get(row.offer);
    if (offer === undefined) {
      told.left += 1; // an act that moved custody without an offer, as collecting from a carrier
      continue;
    }
    told.hold(path, "offered_at", offer.at, row.offered_at);
    told.hold(path, "units", offer.units.map((one) => one.unit).sort().join(" "), (row.units ?? "").split(" ").sort().join(" "));
    const answered = answers.get(row.offer) ?? [];
    if (answered.length > 1 || !(row.state in HANDED || row.state === "offered")) told.left += 1;
    else {
      told.hold(path, "answered_at", answered[0]?.at ?? null, row.answered_at);
      if (answered.length) told.hold(path, "state", answered[0].result, HANDED[row.state]);
    }
  }
  missing(told, rows, "offer", [...offers.keys()].map((id) => [id, `/handovers/${id}`]));
  return told;
}

/** Whose custody a receiving key stands for, as pages write it; null where it cannot be told from the key alone. */
function holder({ role, office, badge }) {
  if (role === "courier") return `courier ${badge}`;
  if (role === "pouch-office" || role === "cec-officer") return office;
  if (MISSION.has(role)) return `mission ${office}`;
  return COMMISSION.has(role) ? `commission ${office}` : null;
}

/** The handover by which each unit's holder has it: unit -> the record of its answer; null where others acted since, or two did. */
function lastHandovers(events) {
  const followers = new Map();
  for (const record of events) {
    const { event } = record;
    if (SEES.has(event.type) || (event.type === "HandoverAnswered" && event.result === "refused")) continue;
    for (const { unit, previous } of event.units ?? []) {
      const key = `${unit} ${previous}`;
      followers.set(key, [...(followers.get(key) ?? []), record]);
    }
  }
  const found = new Map();
  for (const unit of new Set([...followers.keys()].map((key) => key.split(" ")[0]))) {
    let last = null;
    for (let at = null; followers.has(`${unit} ${at}`); ) {
      const next = followers.get(`${unit} ${at}`);
      if (next.length > 1) {
        last = null;
        break;
      }
      if (next[0].event.type === "HandoverAnswered") last = next[0];
      else if (!KEEPS.has(next[0].event.type) && next[0].event.unit !== unit) last = null; // its own repacking moves nothing
      at = next[0].id;
    }
    found.set(unit, last);
  }
  return found;
}

function custodians(events, rows) {
  const told = new Compared("units");
  const last = lastHandovers(events);
  for (const row of rows) {
    const record = last.get(row.unit) ?? null;
    const receiver = record && [...record.signed.values()].find(({ part }) => part === "receiving");
    const expected = receiver ? holder(receiver.key) : null;
    if (expected === null || row.disputed) told.left += 1;
    else told.hold(`/units/${row.unit}`, "custodian", expected, row.custodian);
  }
  return told;
}

function seals(of, rows) {
  const told = new Compared("seals");
  const applied = new Set(of("SealsApplied").flatMap(({ event }) => event.seals.map((one) => `${one.seal} ${one.unit}`)));
  const shown = new Set(rows.map((row) => `${row.seal} ${row.unit}`));
  for (const row of rows) {
    if (applied.has(`${row.seal} ${row.unit}`)) told.hold(`/seals/${row.seal}`, "unit", row.unit, row.unit);
    else told.left += 1; // put on in another act, as when something was opened and sealed again
  }
  for (const pair of applied) if (!shown.has(pair)) told.hold(`/seals/${pair.split(" ")[0]}`, "unit", pair.split(" ")[1], null);
  return told;
}

function findings(rows) {
  const told = new Compared("findings");
  told.left = rows.length; // a finding follows from the rules, which are not replayed here
  return told;
}
