// On the way: seals looked at, a stop, a delay, a loss.

import type { App, Screen } from "../app.ts";
import type { JsonObject } from "../core/shared.ts";
import { holderOf } from "../device/knowledge.ts";
import type { PackedUnit } from "../device/pack.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { t, type Key } from "../ui/words.ts";
import { button, choices, sealLook, type Condition } from "./parts.ts";

const PURPOSES = ["connection", "overnight", "storage", "border", "nobody-there", "other"];
const REASONS = ["missed-connection", "cancelled", "weather", "border", "illness", "other"];

async function heldHere(app: App): Promise<PackedUnit[]> {
  return (await app.device.knowledge()).heldBy(holderOf(app.device.hand().person)!);
}

/** Seals of what is held, each as found. */
export async function checkSeals(app: App): Promise<Screen> {
  const held = (await heldHere(app)).filter((unit) => unit.seals.length > 0);
  const found = new Map<string, { unit: string; condition: Condition }>();
  const done = button("seals.sign", "seals-sign", () => void signing(), "main");
  const update = (): void => {
    done.textContent = t("seals.sign", { count: found.size });
    done.setAttribute("aria-disabled", String(found.size === 0));
  };
  const signing = async (): Promise<void> => {
    if (found.size === 0) return;
    const seen = held.filter((unit) => unit.seals.some((seal) => found.has(seal)));
    const seals = seen.flatMap((unit) => unit.seals.filter((seal) => found.has(seal)).map((seal) => ({ seal, ...found.get(seal)! })));
    await signed(app, { type: "SealsChecked", units: observed(seen), seals });
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
    act: [done],
  };
}

/** What is reported on the way. */
export function report(app: App): Screen {
  return {
    title: "report",
    body: [h("h1", { tabindex: "-1" }, t("report.title"))],
    act: [
      button("report.stop", "report-stop", () => void app.show(chosen(app, "report.purpose", PURPOSES, "purpose", (purpose) => ({ type: "StopRecorded", purpose, seals: [] })))),
      button("report.delay", "report-delay", () => void app.show(chosen(app, "report.why", REASONS, "reason", (reason) => ({ type: "DelayReported", reason })))),
      button("report.loss", "report-loss", () => void app.show(loss(app)), "no"),
    ],
  };
}

async function chosen(app: App, title: Key, values: string[], kind: string, said: (value: string) => JsonObject & { type: string }): Promise<Screen> {
  const held = await heldHere(app);
  let value: string | null = null;
  const done = button("report.sign", "report-sign", () => void (value !== null && signed(app, { ...said(value), units: observed(held) })), "main");
  done.setAttribute("aria-disabled", "true");
  const options = values.map((one) => ({ value: one, text: t(`${kind}.${one}` as Key) }));
  return {
    title: "report",
    body: [h("h1", { tabindex: "-1" }, t(title)), choices(kind, options, (one) => {
      value = one;
      done.setAttribute("aria-disabled", "false");
    })],
    act: [done],
  };
}

async function loss(app: App): Promise<Screen> {
  const held = await heldHere(app);
  const lost = new Set<string>();
  const done = button("report.sign", "report-sign", () => void signing(), "no main");
  done.setAttribute("aria-disabled", "true");
  const signing = async (): Promise<void> => {
    if (lost.size === 0) return;
    const units = held.filter((unit) => lost.has(unit.unit)).map((unit) => ({ unit: unit.unit, previous: unit.act }));
    await signed(app, { type: "LossDeclared", units, last_seen: null });
  };
  return {
    title: "report.loss",
    body: [
      h("h1", { tabindex: "-1" }, t("report.loss")), h("p", { class: "muted" }, t("report.loss.lead")),
      ...held.map((unit) => h("label", { class: "choice" }, h("input", { type: "checkbox", "data-testid": `lost-${unit.unit}`, onchange: (event) => {
        if ((event.target as HTMLInputElement).checked) lost.add(unit.unit);
        else lost.delete(unit.unit);
        done.setAttribute("aria-disabled", String(lost.size === 0));
      } }), h("span", {}, unit.unit))),
    ],
    act: [done],
  };
}

function observed(units: PackedUnit[]): JsonObject[] {
  return units.map((unit) => ({ unit: unit.unit, observed: unit.act }));
}

async function signed(app: App, said: JsonObject & { type: string }): Promise<void> {
  await app.attempt(async (here) => {
    await app.device.make(said);
    if (here.isCurrent()) app.home();
  });
}
