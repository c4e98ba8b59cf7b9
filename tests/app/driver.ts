// Answers tasks given as JSON on stdin with the app's own code, one answer each: `ok` and its `value`, or the `code` of a refusal.

import { commitment, localTimeSalt } from "../../app/src/core/commitments.ts";
import { readCompact, writeCompact, type Context, type KnownKey } from "../../app/src/core/compact.ts";
import { parseSingle, readInvitation, singleCode, writeInvitation, type Invitation, type Invited } from "../../app/src/core/invitation.ts";
import { boxOf, readCode, seal, tagOf, unseal } from "../../app/src/core/one_time.ts";
import { beforeAnswer, beforeOffer } from "../../app/src/device/foresight.ts";
import { readCard } from "../../app/src/device/enrolment.ts";
import { checkKnown } from "../../app/src/device/known.ts";
import { Knowledge } from "../../app/src/device/knowledge.ts";
import type { Holder, Pack, PackedUnit, RosterKey } from "../../app/src/device/pack.ts";
import { pack, unpack } from "../../app/src/core/packing.ts";
import { canonical, eventIdOf, hex, parseCanonical, parseEnvelope, textOf, unhex, utf8, type Bytes, type Json, type JsonObject } from "../../app/src/core/shared.ts";
import { frameAt, formatFrame, Gathering, setOf, type Carried } from "../../app/src/core/transport.ts";
import { comparisonNumbers } from "../../app/src/core/words.ts";

interface Told {
  keys: { keyid: string; public: string; person: string | null }[];
  invitations: Invitation[];
  offers: string[];
}

const TASKS: Record<string, (value: never) => unknown> = {
  read: async ({ code, content, context }: { code?: string; content?: string; context?: Told }) => {
    const { kind, content: data } = code === undefined ? { kind: "C", content: unhex(content!) } : parseSingle(code);
    if (kind === "N") {
      const shown = readInvitation(data);
      const again = singleCode(writeInvitation(shown), "N");
      if (again !== code) throw new Error("not the same code again");
      return { invitation: { ...shown.invitation, device: shown.device, met: shown.met.map((one) => [one.device, one.number]) } };
    }
    const { entry, met } = await readCompact(data, contextOf(context!));
    return { entry: textOf(entry), met };
  },
  compact: ({ entry, offer, met }: { entry: string; offer: string | null; met: number }) =>
    singleCode(writeCompact(utf8(entry), offer === null ? null : utf8(offer), met), "C"),
  invite: (shown: Invited) => singleCode(writeInvitation(shown), "N"),
  gather: async (codes: string[]) => {
    const gathering = new Gathering();
    const names = [...new Set(codes.map((code) => gathering.add(code)))];
    const contents = await Promise.all(names.map(async (name) => [name, await gathering.content(name)] as [string, Carried | null]));
    return Object.fromEntries(contents.map(([name, one]) => [name, one === null ? null : hex(one.data)]));
  },
  frames: async ({ data, indices }: { data: string; indices: number[] }) => {
    const set = await setOf({ kind: "B", data: unhex(data) }, 90);
    return [...set.bodies.keys(), ...indices.map((more) => set.bodies.length + more)].map((index) => formatFrame(frameAt(set, index)));
  },
  unpack: (data: string) => {
    const acts = unpack(unhex(data));
    if (hex(pack(acts)) !== data) throw new Error("not the same bytes again");
    return acts.map((act) => textOf(act.entry));
  },
  canonical: (value: Json) => canonical(value),
  parse: (text: string) => canonical(parseCanonical(utf8(text), 65_535)),
  envelope: (entry: string) => parseEnvelope(utf8(entry)).eventId,
  code: async ({ typed, election, person, device }: Record<"typed" | "election" | "person" | "device", string>) => {
    const code = readCode(typed);
    return { code, box: await boxOf(code), tag: await tagOf(code, { election, person, device }) };
  },
  seal: async ({ said, code, nonce }: { said: JsonObject; code: string; nonce: string }) => hex(await seal(said, code, "request", unhex(nonce))),
  unseal: ({ sealed, code }: { sealed: string; code: string }) => unseal(unhex(sealed), code, "card"),
  answering: ({ event, taker, known }: { event: JsonObject; taker: Taker; known: Known }) => beforeAnswer(event, taker, knowledgeOf(known, taker)).map((one) => one.code),
  offering: ({ units, giver, taker, known, day }: { units: string[]; giver: Holder; taker: Taker; known: Known; day: string }) =>
    beforeOffer(units, giver, taker as RosterKey, { knowledge: knowledgeOf(known, null), day }).map((one) => one.code),
  known: ({ event, codes, roster, stations }: { event: JsonObject; codes: string[]; roster: Partial<RosterKey>[]; stations: string[] }) => {
    const pack = { roster, units: [], codes: codes.map((code) => ({ code })), stations: stations.map((station) => ({ station })) } as unknown as Pack;
    checkKnown(event, new Knowledge(pack, []), ["seal-broken"]);
    return "signed";
  },
  card: (text: string) => readCard(utf8(text)).badge,
  words: ({ offer, answer }: { offer: string; answer: string }) => comparisonNumbers(offer, answer),
  commitment: ({ field, salt, content }: { field: string; salt: string; content: string }) => commitment(field, salt, content),
  salt: (signature: string) => localTimeSalt(unhex(signature)),
};

interface Taker {
  role: string;
  office: string;
  person: string | null;
}

interface Known {
  checked?: { unit: string; seal: string; condition: string }[];
  units: Partial<PackedUnit>[];
  mandates: Pack["mandates"];
  legs: { releasing: string; receiving: string }[];
  roster: Partial<RosterKey>[];
}

const UNIT: PackedUnit = { unit: "", kind: "pouch", act: "0", papers: null, seals: [], station: "", consignment: null, holder: null, inside: null, hold: false };

/** What a device knows of these units, all of one consignment, mandates and keys; the taker is somebody of this device. */
function knowledgeOf(known: Known, own: Taker | null): Knowledge {
  const legs = known.legs.map((leg, place) => ({ ...leg, number: place + 1, due: null }));
  const units = known.units.map((one) => ({ ...UNIT, ...one }));
  const consignments = units.map((one) => ({ consignment: one.consignment!, station: one.station, direction: "out", legs }));
  const made = { units, consignments, mandates: known.mandates, roster: known.roster } as unknown as Pack;
  const knowledge = new Knowledge(made, [], own?.person == null ? [] : [own.person]);
  for (const one of known.checked ?? []) knowledge.seen.set(one.seal, { condition: one.condition, at: "2015-04-17T09:00:00+03:00" });
  return knowledge;
}

function contextOf(told: Told): Context {
  const keys: KnownKey[] = told.keys.map((one) => ({ ...one, public: unhex(one.public) }));
  const offers = new Map<string, Bytes>(told.offers.map((one) => [eventIdOf(utf8(one)), utf8(one)]));
  return {
    keys: (named) => keys.filter((key) => key.keyid.startsWith(named)),
    invitations: (named) => told.invitations.filter((one) => one.nonce.startsWith(named)),
    offers: (named) => [...offers].filter(([name]) => name.startsWith(named)).map(([, payload]) => payload),
  };
}

async function answer({ task, value }: { task: string; value: never }): Promise<object> {
  try {
    return { ok: true, value: await TASKS[task]!(value) };
  } catch (error) {
    const code = (error as { code?: string }).code;
    return { ok: false, code: typeof code === "string" ? code : `crash: ${String(error)}` };
  }
}

const chunks: Uint8Array[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
const tasks = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { task: string; value: never }[];
const answers: object[] = [];
for (const task of tasks) answers.push(await answer(task));
process.stdout.write(JSON.stringify(answers));
