// Today: what is held, what comes next, what was begun and not ended; one thing next.

import type { App, Screen } from "../app.ts";
import { momentAt } from "../core/identifiers.ts";
import { numberAt, textAt, type JsonObject } from "../core/shared.ts";
import { offsetAt } from "../device/drafting.ts";
import { holderOf, type Knowledge, type Shown } from "../device/knowledge.ts";
import type { PackedUnit } from "../device/pack.ts";
import { h, sign, SIGNS, withIds } from "../ui/dom.ts";
import { dayText, momentText, t, wallText, type Key } from "../ui/words.ts";
import { give, showOffer } from "./give.ts";
import { button, CONDITIONS, unitsOf } from "./parts.ts";
import { joining, people } from "./people.ts";
import { receive, showAnswer } from "./receive.ts";
import { checkSeals, report } from "./way.ts";

/** The first screen of whoever is signing. */
export async function today(app: App): Promise<Screen> {
  const [knowledge, hand] = [await app.device.knowledge(), app.device.hand()];
  const holder = holderOf(hand.person)!;
  const held = holder === null ? [] : knowledge.heldBy(holder);
  const isShared = (await app.device.store.persons()).length > 1;
  const away = knowledge.atCarrier(hand.person);
  const begun = await unfinished(app, knowledge);
  return {
    title: `role.${hand.person.role}` as Key,
    tab: "today",
    back: () => {
      app.device.lock();
      void app.show(people(app));
    },
    body: [
      h("h1", { tabindex: "-1" }, t("today.title")),
      ...begun,
      next(knowledge, held),
      h("h2", { "data-testid": "aboard", "data-count": held.length }, held.length === 0 ? t("today.nothing") : t("today.aboard", { count: held.length })),
      ...held.map((unit) => row(unit, knowledge)),
      away.length > 0 && h("p", { class: "card time", "data-testid": "at-carrier" }, ...withIds(t("today.at-carrier", { units: away.map((unit) => unit.unit).join(", ") }))),
      ...mandates(knowledge, hand.person.person),
      isShared && button("join", "join", () => void app.show(joining(app))),
    ],
    act: [
      held.length > 0 ? button("give", "give", () => void app.show(give(app)), "main") : button("receive", "receive", () => void app.show(receive(app)), "main"),
      h("div", { class: "two" }, held.length > 0 && button("receive", "receive", () => void app.show(receive(app))), held.length > 0 && button("check", "check", () => void app.show(checkSeals(app))), (held.length > 0 || away.length > 0) && button("report", "report", () => void app.show(report(app)))),
    ],
  };
}

/** Offers without an answer, and answers of which nobody said that they were read: the very same acts, to be shown again. */
async function unfinished(app: App, knowledge: Knowledge): Promise<HTMLElement[]> {
  const own = new Set((await app.device.store.entries()).filter((one) => one.source === "own").map((one) => one.event));
  const shown = [...knowledge.events.values()];
  const answered = new Set(shown.filter((one) => one.event["type"] === "HandoverAnswered").map((one) => textAt(one.event, "offer")));
  const cards: HTMLElement[] = [];
  for (const one of shown) {
    if (!own.has(one.id)) continue;
    const isOpen = one.event["type"] === "HandoverOffered" && !answered.has(one.id);
    const isUnread = one.event["type"] === "HandoverAnswered" && (await app.device.store.setting(`read:${one.id}`)) === undefined;
    if (isOpen) cards.push(card(one, t("today.unanswered", { units: unitsOf(one.event) }), "offer-again", () => void app.show(showOffer(app, one.entry))));
    if (isUnread) cards.push(card(one, t("today.interrupted", { units: unitsOf(one.event) }), "answer-again", () => void app.show(showAnswer(app, one.entry))));
  }
  return cards.slice(-3);
}

function card(shown: Shown, text: string, id: string, go: () => void): HTMLElement {
  return h("div", { class: "card time", "data-event": shown.id, "data-number": numberAt(shown.event["device"] as JsonObject, "number") }, h("p", {}, ...withIds(text)), button("today.again", id, go));
}

interface Due {
  station: string;
  receiving: string;
  due: string | null;
}

/** To whom what is held goes next by the plan, whoever is due first first: on a tour one line for each station. */
function next(knowledge: Knowledge, held: PackedUnit[]): HTMLElement | null {
  const found = new Map<string, Due>();
  for (const unit of held) {
    const consignment = knowledge.pack.consignments.find((one) => one.consignment === unit.consignment);
    const leg = consignment?.legs.find((one) => one.releasing === unit.holder?.kind);
    if (consignment === undefined || leg === undefined) continue;
    const due: Due = { station: consignment.station, receiving: leg.receiving, due: leg.due };
    found.set([due.receiving, due.station, due.due].join(" "), due);
  }
  const when = (one: Due): number => (one.due === null ? Infinity : Date.parse(one.due));
  const rows = [...found.values()].sort((one, other) => (when(one) === when(other) ? 0 : when(one) - when(other)));
  if (rows.length === 0) return null;
  return h("div", { class: "card", "data-testid": "next" },
    h("small", { class: "muted" }, t("today.next")),
    ...rows.flatMap((one, at) => [
      h(at === 0 ? "h2" : "p", { "data-station": one.station }, `${t(`party.${one.receiving}` as Key)} ${one.station}`),
      one.due !== null && h("p", {}, sign(SIGNS.clock), " ", t("today.by", { at: localDue(knowledge, one.station, one.due) })),
    ]));
}

function localDue(knowledge: Knowledge, station: string, due: string): string {
  const seconds = Date.parse(due) / 1000;
  const offset = offsetAt(knowledge.pack.stations.find((one) => one.station === station)?.zone ?? [], seconds);
  return wallText(offset === null ? due : momentAt(seconds, offset));
}

function row(unit: PackedUnit, knowledge: Knowledge): HTMLElement {
  return h("div", { class: "unit", "data-testid": `unit-${unit.unit}` }, sign(SIGNS.pouch),
    h("span", {}, h("b", {}, unit.unit), ...unit.seals.map((seal) => h("small", {}, ...withIds(t("today.seal", { seal })))), unit.hold && h("small", { class: "att" }, t("today.hold"))),
    h("span", { class: "seen" }, ...unit.seals.map((seal) => lastSeen(knowledge, seal))));
}

/** How a seal was last found, and when. */
function lastSeen(knowledge: Knowledge, seal: string): HTMLElement | null {
  const seen = knowledge.seen.get(seal);
  if (seen === undefined) return null;
  const isIntact = seen.condition === "intact";
  return h("small", { class: isIntact ? "muted" : "att", "data-testid": `seen-${seal}`, "data-condition": seen.condition }, t(`seen.${isIntact ? "intact" : knownCondition(seen.condition)}` as Key, { at: momentText(seen.at) }));
}

function knownCondition(condition: string): string {
  return (CONDITIONS as readonly string[]).includes(condition) ? condition : "other";
}

function mandates(knowledge: Knowledge, person: string): HTMLElement[] {
  return knowledge.pack.mandates.filter((one) => one.courier === person).map((one) =>
    h("p", { class: "small muted" }, ...withIds(t("today.mandate", { first: dayText(one.firstDay), last: dayText(one.lastDay), consignments: one.consignments.join(", ") }))));
}

