// On the way: seals looked at, a stop, a delay, a loss.

import type { App, Screen } from "../app.ts";
import type { JsonObject } from "../core/shared.ts";
import { holderOf } from "../device/knowledge.ts";
import type { PackedUnit } from "../device/pack.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { t, type Key } from "../ui/words.ts";
import { collect, release } from "./carrier.ts";
import { button, choices, deciding, sealLook, type Condition } from "./parts.ts";

const PURPOSES = ["connection", "overnight", "storage", "border", "nobody-there", "other"];
const REASONS = ["missed-connection", "cancelled", "weather", "border", "illness", "other"];

async function heldHere(app: App): Promise<PackedUnit[]> {
  return (await app.device.knowledge()).heldBy(holderOf(app.device.hand().person)!);
}

/** Seals of what is held, each as found. */
export async function checkSeals(app: App): Promise<Screen> {
  const held = (await heldHere(app)).filter((unit) => unit.seals.length > 0);
  const found = new Map<string, { unit: string; condition: Condition }>();
  const signing = async (): Promise<void> => {
    const seen = held.filter((unit) => unit.seals.some((seal) => found.has(seal)));
    const seals = seen.flatMap((unit) => unit.seals.filter((seal) => found.has(seal)).map((seal) => ({ seal, ...found.get(seal)! })));
    await signed(app, { type: "SealsChecked", units: observed(seen), seals });
  };
  const done = deciding("seals.sign", "seals-sign", "main", { lacking: () => (found.size === 0 ? t("lacking.seals", { done: 0, all: held.flatMap((unit) => unit.seals).length }) : null), go: signing });
  const update = (): void => {
    done.main.textContent = t("seals.sign", { count: found.size });
    done.update();
  };
  update();
  return {
    title: "check",
    body: [
      h("h1", { tabindex: "-1" }, t("seals.title")), h("p", { class: "muted" }, t(held.length === 0 ? "seals.none" : "seals.lead")),
      ...held.map((unit) => h("section", { class: "pk" }, h("header", {}, sign(SIGNS.pouch), h("b", {}, unit.unit)), ...unit.seals.map((seal) => sealLook(unit.unit, seal, (condition) => {
        found.set(seal, { unit: unit.unit, condition });
        update();
      })))),
    ],
    act: done.act,
  };
}

/** What is reported on the way. */
export async function report(app: App): Promise<Screen> {
  const knowledge = await app.device.knowledge();
  const isAboard = (await heldHere(app)).length > 0;
  const isAway = knowledge.atCarrier(app.device.hand().person).length > 0;
  return {
    title: "report",
    body: [h("h1", { tabindex: "-1" }, t("report.title"))],
    act: [
      isAway && button("report.collect", "report-collect", () => void app.show(collect(app))),
      isAboard && button("report.carrier", "report-carrier", () => void app.show(release(app))),
      button("report.stop", "report-stop", () => void app.show(chosen(app, "report.purpose", PURPOSES, "purpose", (purpose) => ({ type: "StopRecorded", purpose, seals: [] })))),
      button("report.delay", "report-delay", () => void app.show(chosen(app, "report.why", REASONS, "reason", (reason) => ({ type: "DelayReported", reason })))),
      button("report.loss", "report-loss", () => void app.show(loss(app)), "no"),
    ],
  };
}

async function chosen(app: App, title: Key, values: string[], kind: string, said: (value: string) => JsonObject & { type: string }): Promise<Screen> {
  const held = await heldHere(app);
  let value: string | null = null;
  const done = deciding("report.sign", "report-sign", "main", {
    lacking: () => (value === null ? t("lacking.choose") : held.length === 0 ? t("today.nothing") : null),
    go: () => signed(app, { ...said(value!), units: observed(held) }),
  });
  const options = values.map((one) => ({ value: one, text: t(`${kind}.${one}` as Key) }));
  return {
    title: "report",
    body: [h("h1", { tabindex: "-1" }, t(title)), choices(kind, options, (one) => {
      value = one;
      done.update();
    })],
    act: done.act,
  };
}

async function loss(app: App): Promise<Screen> {
  const held = [...(await heldHere(app)), ...(await app.device.knowledge()).atCarrier(app.device.hand().person)];
  const lost = new Set<string>();
  const done = deciding("report.sign", "report-sign", "no main", {
    lacking: () => (lost.size === 0 ? t("lacking.unit") : null),
    go: () => signed(app, { type: "LossDeclared", units: held.filter((unit) => lost.has(unit.unit)).map((unit) => ({ unit: unit.unit, previous: unit.act })), last_seen: null }),
  });
  return {
    title: "report.loss",
    body: [
      h("h1", { tabindex: "-1" }, t("report.loss")), h("p", { class: "muted" }, t("report.loss.lead")),
      ...held.map((unit) => h("label", { class: "choice" }, h("input", { type: "checkbox", "data-testid": `lost-${unit.unit}`, onchange: (event) => {
        if ((event.target as HTMLInputElement).checked) lost.add(unit.unit);
        else lost.delete(unit.unit);
        done.update();
      } }), h("span", {}, unit.unit))),
    ],
    act: done.act,
  };
}

function observed(units: PackedUnit[]): JsonObject[] {
  return units.map((unit) => ({ unit: unit.unit, observed: unit.act }));
}

/** Sign and keep an act, and go home. */
export async function signed(app: App, said: JsonObject & { type: string }): Promise<void> {
  await app.attempt(async (here) => {
    await app.device.make(said);
    if (here.isCurrent()) app.home();
  });
}
