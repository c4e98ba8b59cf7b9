// The outbox, everything ever signed, and the device itself.

import type { App, Screen } from "../app.ts";
import { parseEnvelope, parsePayload } from "../core/shared.ts";
import { localMoment } from "../device/drafting.ts";
import { overdue, type ProvenUpTo } from "../device/proving.ts";
import type { Kept, Status } from "../device/store.ts";
import { exported, imported } from "../device/sync.ts";
import { changePin } from "../device/vault.ts";
import { h, sign, SIGNS, withIds } from "../ui/dom.ts";
import { LANGUAGES, NAMES, momentText, spanText, speak, spoken, t, told, toldOfRefusal, type Key, type Language } from "../ui/words.ts";
import { showOffer } from "./give.ts";
import { actText, button, save } from "./parts.ts";
import { showAnswer } from "./receive.ts";

const SKEW_S = 120;
const MARKS: Record<string, string> = { saved: SIGNS.lock, sent: SIGNS.go, recorded: SIGNS.halves, proven: SIGNS.ok, refused: SIGNS.off };

/** What was signed here and how far it has come. */
export async function outbox(app: App): Promise<Screen> {
  const [kept, contact] = [await app.device.store.entries(), await app.device.store.setting<string>("contact")];
  const skew = (await app.device.store.setting<number>("skew")) ?? 0;
  const proven = await app.device.store.setting<ProvenUpTo>("proven-up-to");
  const late = overdue(kept, app.device.now());
  const sent = kept.filter((one) => one.source !== "known").reverse();
  const sending = button("outbox.send", "outbox-send", () => void send(), "main");
  const send = async (): Promise<void> => {
    sending.setAttribute("aria-busy", "true");
    sending.setAttribute("aria-disabled", "true");
    const here = app.here();
    const report = await app.busy(app.sync());
    const refused = report.refused[0] === undefined ? null : toldOfRefusal(report.refused[0]);
    await here.show(() => outbox(app), report.interrupted === null ? refused : told({ code: report.interrupted }));
  };
  const file = h("input", { type: "file", class: "vh", id: "outbox-load", "data-testid": "outbox-load", onchange: () => void load() });
  const load = async (): Promise<void> => app.attempt(async (here) => {
    const count = await imported(app.device, new Uint8Array(await file.files![0]!.arrayBuffer()));
    await here.show(() => outbox(app), t("outbox.loaded", { count }));
  });
  return {
    title: "outbox.title",
    tab: "outbox",
    body: [
      h("h1", { tabindex: "-1" }, t("outbox.title")),
      h("p", { class: "small muted", "data-testid": "contact" }, contact === undefined ? t("outbox.never") : t("outbox.contact", { at: momentText(contact) })),
      Math.abs(skew) > SKEW_S && h("p", { class: "card time", "data-testid": "skew", "data-seconds": skew }, t("outbox.skew", { span: spanText(skew) })),
      proven !== undefined && h("p", { class: "small muted", "data-testid": "proven-up-to", "data-entries": proven.size }, t("outbox.proven-up-to", { entries: proven.size, at: momentText(localMoment(new Date(proven.at * 1000))) })),
      sent.length > 0 && h("p", { class: "small muted", "data-testid": "how-far", "data-proven": count(sent, "proven"), "data-recorded": count(sent, "recorded") }, t("outbox.how-far", { count: sent.length, recorded: count(sent, "recorded") + count(sent, "proven"), proven: count(sent, "proven") })),
      late.length > 0 && h("p", { class: "card time", role: "alert", "data-testid": "promise-over", "data-count": late.length }, t("outbox.promise-over", { count: late.length })),
      ...(sent.length === 0 ? [h("p", {}, t("outbox.empty"))] : sent.map((one) => line(one))),
    ],
    act: [
      sending,
      h("div", { class: "two" }, button("outbox.save", "outbox-save", () => void app.attempt(async () => save(await exported(app.device), "custody-outbox.json"))), h("label", { for: "outbox-load", class: "btn" }, t("outbox.load")), file),
    ],
  };
}

function count(kept: Kept[], status: Status): number {
  return kept.filter((one) => one.status === status).length;
}

function line(kept: Kept, show?: () => void): HTMLElement {
  const event = parsePayload(parseEnvelope(kept.entry).payload);
  return h("div", { class: "unit", "data-testid": "kept", "data-event": kept.event, "data-status": kept.status, "data-source": kept.source },
    sign(MARKS[kept.status] ?? SIGNS.lock), h("span", {}, h("b", {}, ...withIds(actText(event))), h("small", {}, momentText(String(event["at"])))),
    show === undefined ? h("small", {}, t(`status.${kept.status}` as Key)) : h("button", { class: "link", "data-testid": "record-show", onclick: show }, t("record.show")));
}

/** Everything ever signed here; offers and answers can be shown again. */
export async function record(app: App): Promise<Screen> {
  const own = (await app.device.store.entries()).filter((one) => one.source === "own").reverse();
  const shows = (one: Kept): (() => void) | undefined => {
    const type = parsePayload(parseEnvelope(one.entry).payload)["type"];
    if (type === "HandoverOffered") return () => void app.show(showOffer(app, one.entry));
    return type === "HandoverAnswered" ? () => void app.show(showAnswer(app, one.entry)) : undefined;
  };
  return {
    title: "record.title",
    tab: "record",
    body: [h("h1", { tabindex: "-1" }, t("record.title")), ...(own.length === 0 ? [h("p", {}, t("outbox.empty"))] : own.map((one) => line(one, shows(one))))],
    act: [button("settings.title", "settings", () => void app.show(settings(app)))],
  };
}

/** Language, PIN, what keeps the storage, the key of the device. */
export async function settings(app: App): Promise<Screen> {
  const isKept = (await navigator.storage?.persisted?.()) === true;
  const language = h("select", { id: "language", "data-testid": "language", onchange: () => {
    speak(language.value as Language);
    const here = app.here();
    void app.device.store.set("language", language.value).then(() => here.show(() => settings(app)));
  } }, ...LANGUAGES.map((one) => h("option", { value: one, selected: one === spoken() }, NAMES[one])));
  const keys = await app.device.keys();
  return {
    title: "settings.title",
    back: () => void app.show(record(app)),
    body: [
      h("h1", { tabindex: "-1" }, t("settings.title")),
      h("div", { class: "field" }, h("label", { for: "language" }, t("settings.language")), language),
      h("p", { class: isKept ? "small muted" : "card time", "data-testid": "persisted" }, t(isKept ? "settings.kept" : "settings.not-kept")),
      keys !== undefined && h("p", { class: "small" }, t("settings.key"), h("br"), h("span", { class: "mono", "data-testid": "device-key", "data-key": keys.key }, keys.key.slice(0, 16).replace(/(.{4})/g, "$1 "))),
    ],
    act: app.device.hands.length === 0 ? [] : [button("settings.pin", "pin-change", () => void app.show(pinChange(app)))],
  };
}

function pinChange(app: App): Screen {
  const field = (id: string, key: Key): HTMLInputElement => h("input", { type: "password", inputmode: "numeric", autocomplete: "off", id, "data-testid": id, "aria-label": t(key), placeholder: t(key), maxlength: 12 });
  const [before, after] = [field("pin-old", "settings.pin.old"), field("pin-new", "settings.pin.new")];
  const change = async (): Promise<void> => app.attempt(async (here) => {
    const person = (await app.device.store.persons()).find((one) => one.key === app.device.hand().person.key)!;
    await app.device.store.putPerson(await changePin(person, before.value, after.value));
    await here.show(() => settings(app), t("settings.pin.changed"));
  });
  return { title: "settings.pin", back: () => void app.show(settings(app)), body: [h("h1", { tabindex: "-1" }, t("settings.pin")), h("form", { class: "field", onsubmit: (event) => void (event.preventDefault(), change()) }, before, after), h("p", { class: "small muted" }, t("pin.note"))], act: [button("settings.pin", "pin-change-go", () => void change(), "main")] };
}
