// Parts that several screens share: packages with their seals, comparison words, codes to choose from, files to save.

import type { App, Screen } from "../app.ts";
import type { Bytes, JsonObject } from "../core/shared.ts";
import { rowsAt, textAt } from "../core/shared.ts";
import type { Warning } from "../device/foresight.ts";
import type { Holder } from "../device/pack.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { LANGUAGES, NAMES, speak, spoken, t, wordOf, type Key } from "../ui/words.ts";

export const CONDITIONS = ["intact", "broken", "missing", "altered"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A large button. */
export function button(key: Key, id: string, go: () => void, kind = ""): HTMLButtonElement {
  return h("button", { class: `btn ${kind}`, "data-testid": id, onclick: go }, t(key));
}

/** A button that signs: it says what is lacking instead of failing, and signs once however often it is tapped. */
export function deciding(key: Key, id: string, kind: string, step: { lacking: () => string | null; go: () => Promise<void> }): { act: HTMLElement[]; main: HTMLButtonElement; update: () => void } {
  const says = h("p", { class: "att", role: "status", "aria-live": "polite", "data-testid": "lacking", hidden: true });
  let isBusy = false;
  const tap = async (): Promise<void> => {
    const lacking = step.lacking();
    says.textContent = lacking ?? "";
    says.hidden = lacking === null;
    if (lacking !== null || isBusy) return;
    isBusy = true;
    await step.go();
    isBusy = false;
  };
  const main = button(key, id, () => void tap(), kind);
  const update = (): void => {
    const lacking = step.lacking();
    main.setAttribute("aria-disabled", String(lacking !== null));
    if (lacking === null) says.hidden = true;
  };
  update();
  return { act: [says, main], main, update };
}

/** Where in the three steps of a handover somebody is. */
export function steps(step: number): HTMLElement {
  return h("div", { class: "steps" }, h("span", {}, t("step", { step })), ...[1, 2, 3].map((one) => h("i", { class: one <= step ? "on" : "" })));
}

/** The four comparison words, each with its number. */
export function comparison(numbers: number[]): HTMLElement {
  return h("section", { class: "words", "data-testid": "words", "data-numbers": numbers.join(" ") },
    h("p", { class: "small" }, t("words.same")),
    h("div", { class: "two" }, ...numbers.map((one) => h("span", { class: "word" }, h("b", {}, wordOf(one)), h("small", {}, String(one).padStart(3, "0"))))),
    h("p", { class: "small muted" }, t("words.differ")));
}

/** A party in words. */
export function partyText(holder: Holder | null): string {
  if (holder === null) return t("give.stranger");
  return holder.office === "" ? t(`party.${holder.kind}` as Key) : `${t(`party.${holder.kind}` as Key)} ${holder.office}`;
}

/** A warning in words. */
export function warningText(one: Warning): string {
  return t(`warn.${one.code}` as Key, { ...one.about, who: partyText(one.holder) });
}

/** Choices of which one is taken; tells the value that was chosen. */
export function choices(name: string, options: { value: string; text: string }[], chosen: (value: string) => void): HTMLElement {
  return h("fieldset", { class: "list" }, h("legend", { class: "vh" }, name), ...options.map(({ value, text }) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name, value, "data-testid": `choice-${value}`, onchange: () => chosen(value) }), h("span", {}, text))));
}

/** How a seal was found: one tap for intact, one more for what else it may be. */
export function sealLook(unit: string, seal: string, found: (condition: Condition) => void): HTMLElement {
  const group = h("div", { class: "two looks", role: "radiogroup", "aria-label": seal });
  const buttons = CONDITIONS.map((condition) => h("button", {
    class: `opt ${condition}`, role: "radio", "aria-checked": "false", "data-testid": `seal-${seal}-${condition}`, onclick: () => {
      for (const one of buttons) one.setAttribute("aria-checked", String(one === buttons[CONDITIONS.indexOf(condition)]));
      found(condition);
    },
  }, t(`offer.${condition}` as Key)));
  group.append(...buttons);
  return h("div", { class: "sl", "data-unit": unit }, h("p", { class: "sn" }, sign(SIGNS.seal), h("span", { class: "mono" }, seal)), group);
}

/** The names of an event's units. */
export function unitsOf(event: JsonObject): string {
  return rowsAt(event, "units").map((row) => textAt(row, "unit")).join(", ");
}

/** An act in one line. */
export function actText(event: JsonObject): string {
  const units = unitsOf(event);
  if (event["type"] === "HandoverAnswered") {
    const result = event["result"] === "refused" ? "refused" : event["result"] === "accepted" ? "accepted" : "reserved";
    return t(`type.HandoverAnswered.${result}` as Key, { units });
  }
  const known = ["HandoverOffered", "SealsChecked", "StopRecorded", "DelayReported", "LossDeclared", "ReleasedToCarrier", "CollectedFromCarrier"].includes(String(event["type"]));
  return t((known ? `type.${String(event["type"])}` : "type.other") as Key, { units });
}

/** The language, to be chosen before anybody has a key here; the screen is drawn again in it. */
export function tongues(app: App, again: () => Screen | Promise<Screen>): HTMLElement {
  return h("div", { class: "tongues", role: "group", "aria-label": NAMES[spoken()] }, ...LANGUAGES.map((one) => h("button", {
    class: "link", lang: one, "aria-pressed": String(one === spoken()), "data-testid": `speak-${one}`, onclick: () => {
      speak(one);
      const here = app.here();
      void app.device.store.set("language", one).then(() => here.show(again));
    },
  }, NAMES[one])));
}

/** Hand bytes to the browser as a file. */
export function save(data: Bytes, name: string): void {
  const address = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
