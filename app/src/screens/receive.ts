// The receiver's side: show the invitation, look at packages and seals one by one, show the answer.

import type { App, Here, Screen } from "../app.ts";
import { objectAt, parseEnvelope, parsePayload, rowsAt, textAt, textsAt, type Bytes, type JsonObject } from "../core/shared.ts";
import { comparisonNumbers } from "../core/words.ts";
import { answer, answerCodes, invite, type Read } from "../device/handover.ts";
import { beforeAnswer } from "../device/foresight.ts";
import { kindOf, type Knowledge } from "../device/knowledge.ts";
import { codeView } from "../ui/code.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { codesOf, spoken, t, type Key } from "../ui/words.ts";
import { reading } from "./give.ts";
import { button, choices, comparison, deciding, partyText, save, sealLook, steps, warningText, type Condition } from "./parts.ts";

type Offer = Extract<Read, { what: "offer" }>;

/** What was seen so far of an offer. */
interface Look {
  shown: Map<string, boolean>;
  placed: Map<string, string>;
  found: Map<string, Condition>;
}

/** The invitation. */
export async function receive(app: App): Promise<Screen> {
  const { codes } = await invite(app.device);
  return {
    title: "receive",
    body: [steps(1), h("h1", { tabindex: "-1" }, t("invite.title")), codeView(codes, "code-invitation")],
    act: [button("invite.read", "receive-read", () => void app.show(readOffer(app)), "main")],
  };
}

function readOffer(app: App): Screen {
  const take = async (read: Read, here: Here): Promise<string | null> => {
    if (read.what === "more") return t("scan.more", { ...read });
    if (read.what !== "offer") return t("error.wrong-step", { what: t(`what.${read.what}` as Key) });
    await here.show(() => look(app, read));
    return null;
  };
  return reading(app, "invite.read", take);
}

/** Packages and seals, one by one; the button says what is left. */
async function look(app: App, read: Offer): Promise<Screen> {
  const knowledge = await app.device.knowledge();
  const units = rowsAt(read.event, "units").map((row) => textAt(row, "unit"));
  const declared = objectAt(read.event, "declared");
  const seals = textsAt(declared, "seals");
  const seen: Look = { shown: new Map(units.map((unit) => [unit, true])), placed: placesOf(seals, units, knowledge), found: new Map() };
  const accept = button("offer.accept", "accept", () => void decide("accepted"), "main");
  const isDone = (): boolean => seals.every((seal) => seen.placed.has(seal) && (seen.found.has(seal) || !seen.shown.get(seen.placed.get(seal)!)));
  const lacking = h("p", { class: "att", role: "status", "aria-live": "polite", "data-testid": "lacking", hidden: true });
  const update = (): void => {
    lacking.hidden = true;
    const [isWhole, done] = [isDone(), seals.filter((seal) => seen.found.has(seal) || seen.shown.get(seen.placed.get(seal) ?? "") === false).length];
    const isUsual = [...seen.shown.values()].every(Boolean) && [...seen.found.values()].every((one) => one === "intact");
    accept.setAttribute("aria-disabled", String(!isWhole || !isUsual || read.unseen.length > 0));
    accept.textContent = isWhole ? t("offer.accept", { count: [...seen.shown.values()].filter(Boolean).length }) : t("offer.left", { done, all: seals.length });
  };
  const missing = (result: string): string => {
    if (read.unseen.length > 0) return t("offer.unseen");
    if (!isDone()) return t("lacking.seals", { done: seen.found.size, all: seals.length });
    return result === "accepted" && accept.getAttribute("aria-disabled") === "true" ? t("lacking.unusual") : "";
  };
  const decide = async (result: "accepted" | "accepted with reservation" | "refused"): Promise<void> => {
    lacking.textContent = result === "refused" ? "" : missing(result);
    lacking.hidden = lacking.textContent === "";
    if (!lacking.hidden) return;
    if (result === "accepted") await app.attempt(async (here) => signed(app, read, here, { result, codes: [], found: foundOf(seen, seals) }));
    else await app.show(why(app, read, result, seen, seals));
  };
  update();
  return {
    title: "receive",
    body: [
      steps(2),
      h("h1", { tabindex: "-1" }, t("offer.title", { count: units.length, who: partyText(knowledge.party(read.event, "releasing")) })),
      ...warnings(app, read, knowledge),
      h("p", { class: "small muted" }, declared["papers"] === null ? t("offer.no-papers") : t("offer.papers", { papers: String(declared["papers"]) })),
      ...units.map((unit) => packageCard(unit, seals, seen, update)),
      ...seals.filter((seal) => !seen.placed.has(seal)).map((seal) => placing(seal, units, seen, update)),
    ],
    act: [lacking, accept, h("div", { class: "two" },
      button("offer.reserve", "reserve", () => void decide("accepted with reservation"), "warn"),
      button("offer.refuse", "refuse", () => void decide("refused"), "no"))],
  };
}

/** What is out of the ordinary, said before anybody signs; only what is not known here stands in the way. */
function warnings(app: App, read: Offer, knowledge: Knowledge): HTMLElement[] {
  const said: HTMLElement[] = [];
  const warn = (text: string, id: string): void => void said.push(h("p", { class: "card time", role: "status", "data-testid": id }, text));
  if (read.unseen.length > 0) {
    warn(t("offer.unseen"), "unseen");
    said.push(button("offer.history", "read-history", () => void app.show(readOffer(app))));
  }
  for (const one of beforeAnswer(read.event, app.device.hand().person, knowledge)) warn(warningText(one), one.code);
  return said;
}

function packageCard(unit: string, seals: string[], seen: Look, update: () => void): HTMLElement {
  const looks = h("div", {}, ...seals.filter((seal) => seen.placed.get(seal) === unit).map((seal) => sealLook(unit, seal, (condition) => {
    seen.found.set(seal, condition);
    update();
  })));
  const toggle = h("button", { class: "link", "aria-pressed": "false", "data-testid": `not-shown-${unit}`, onclick: () => {
    const isShown = !seen.shown.get(unit);
    seen.shown.set(unit, isShown);
    looks.hidden = !isShown;
    if (!isShown) for (const seal of seals) if (seen.placed.get(seal) === unit) seen.found.delete(seal);
    toggle.setAttribute("aria-pressed", String(!isShown));
    update();
  } }, t("offer.not-shown"));
  return h("section", { class: "pk", "data-testid": `package-${unit}` }, h("header", {}, sign(SIGNS.pouch), h("b", {}, unit, h("small", {}, t(`unit.${kindOf(unit)}` as Key))), toggle), looks);
}

/** A seal of which nobody here knows on which package it is: whoever looks says so. */
function placing(seal: string, units: string[], seen: Look, update: () => void): HTMLElement {
  const box = h("section", { class: "pk" });
  const select = h("select", { id: `place-${seal}`, "data-testid": `place-${seal}`, onchange: () => {
    seen.placed.set(seal, select.value);
    update();
  } }, h("option", { value: "" }, "-"), ...units.map((unit) => h("option", { value: unit }, unit)));
  box.append(h("label", { for: `place-${seal}` }, t("offer.which", { seal })), select, sealLook("", seal, (condition) => {
    seen.found.set(seal, condition);
    update();
  }));
  return box;
}

function placesOf(seals: string[], units: string[], knowledge: Knowledge): Map<string, string> {
  const known = new Map(units.flatMap((unit) => (knowledge.units.get(unit)?.seals ?? []).map((seal) => [seal, unit] as [string, string])));
  return new Map(seals.flatMap((seal) => {
    const unit = units.length === 1 ? units[0] : known.get(seal);
    return unit === undefined ? [] : [[seal, unit] as [string, string]];
  }));
}

function foundOf(seen: Look, seals: string[]): JsonObject {
  const rows = seals.filter((seal) => seen.found.has(seal) && seen.placed.has(seal)).map((seal) => ({ unit: seen.placed.get(seal)!, seal, condition: seen.found.get(seal)! }));
  return { packages: [...seen.shown.values()].filter(Boolean).length, papers: null, seals: rows };
}

/** Why somebody refuses or reserves: one code of the published list. */
async function why(app: App, read: Offer, result: "accepted with reservation" | "refused", seen: Look, seals: string[]): Promise<Screen> {
  const isRefused = result === "refused";
  let chosen: string | null = null;
  const options = (await reasons(app, seen)).map((one) => ({ value: one.code, text: one.text }));
  const signing = async (): Promise<void> => {
    if (chosen === null) return;
    const code = chosen;
    await app.attempt(async (here) => signed(app, read, here, { result, codes: [code], found: foundOf(seen, seals) }));
  };
  const done = deciding(isRefused ? "codes.refuse.sign" : "codes.reserve.sign", "codes-sign", isRefused ? "no main" : "warn main", { lacking: () => (chosen === null ? t("lacking.choose") : null), go: signing });
  return {
    title: isRefused ? "offer.refuse" : "offer.reserve",
    back: () => void app.show(look(app, read)),
    body: [
      h("h1", { tabindex: "-1" }, t(isRefused ? "codes.refuse" : "codes.reserve")), isRefused && h("p", { class: "muted" }, t("codes.refuse.lead")),
      choices("code", options, (code) => {
        chosen = code;
        done.update();
      }),
    ],
    act: done.act,
  };
}

/** Reasons to choose from, those of the election's rules too: what was just seen stands first. */
async function reasons(app: App, seen: Look): Promise<{ code: string; text: string }[]> {
  const own = (await app.device.knowledge()).pack.codes.map((one) => ({ code: one.code, text: one[spoken()] }));
  const all = [...codesOf("difference"), ...codesOf("person"), ...codesOf("record"), ...own];
  const told = new Set([...seen.found.values()].map((condition) => `seal-${condition}`));
  if ([...seen.shown.values()].includes(false)) told.add("package-missing");
  return [...all.filter((one) => told.has(one.code)), ...all.filter((one) => !told.has(one.code))];
}

async function signed(app: App, read: Offer, here: Here, said: JsonObject): Promise<void> {
  const { made } = await answer(app.device, read, said);
  await here.show(() => showAnswer(app, made.entry));
}

/** An answer that was signed here, now or before: the same bytes. */
export async function showAnswer(app: App, entry: Bytes): Promise<Screen> {
  const { payload, eventId } = parseEnvelope(entry);
  const event = parsePayload(payload);
  const isRefused = event["result"] === "refused";
  const codes = await answerCodes(app.device, entry);
  const done = async (): Promise<void> => {
    const here = app.here();
    await app.device.store.set(`read:${eventId}`, true);
    if (here.isCurrent()) app.home();
  };
  return {
    title: "receive",
    body: [
      steps(3), h("h1", { tabindex: "-1" }, t("answer.title")), h("p", { class: "att" }, t(isRefused ? "answer.refused" : "answer.wait")),
      codeView(codes, "code-answer"), comparison(comparisonNumbers(textAt(event, "offer"), eventId)),
    ],
    act: [button("answer.read", "answer-read", () => void done(), "main good"), button("answer.file", "answer-file", () => save(entry, "answer.event"))],
  };
}
