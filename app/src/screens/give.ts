// The giver's side: choose, read the invitation, show the offer, read the answer; only then the packages change hands.

import type { App, Here, Screen } from "../app.ts";
import { parseEnvelope, parsePayload, rowsAt, type Bytes } from "../core/shared.ts";
import type { Invited } from "../core/invitation.ts";
import { localMoment } from "../device/drafting.ts";
import { beforeOffer, type Warning } from "../device/foresight.ts";
import { offer, offerCodes, Reading, type Read } from "../device/handover.ts";
import { holderOf } from "../device/knowledge.ts";
import { codeView } from "../ui/code.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { scanner } from "../ui/scan.ts";
import { momentText, t, type Key } from "../ui/words.ts";
import { button, comparison, deciding, partyText, save, steps, warningText } from "./parts.ts";

/** What is handed over: all that is held, unless somebody takes something off. */
export async function give(app: App): Promise<Screen> {
  const knowledge = await app.device.knowledge();
  const held = knowledge.heldBy(holderOf(app.device.hand().person)!);
  const chosen = new Set(held.map((unit) => unit.unit));
  const boxes = held.map((unit) => h("label", { class: "choice" },
    h("input", { type: "checkbox", checked: true, "data-testid": `give-${unit.unit}`, onchange: (event) => void ((event.target as HTMLInputElement).checked ? chosen.add(unit.unit) : chosen.delete(unit.unit)) }),
    sign(SIGNS.pouch), h("span", {}, h("b", {}, unit.unit), h("small", { class: "mono" }, unit.seals.join(" ")))));
  return {
    title: "give",
    body: [steps(1), h("h1", { tabindex: "-1" }, t("give.title")), ...boxes],
    act: deciding("give.read", "give-read", "main", { lacking: () => (chosen.size === 0 ? t("lacking.unit") : null), go: () => app.show(readInvitation(app, [...chosen])) }).act,
  };
}

function readInvitation(app: App, units: string[]): Screen {
  const take = async (read: Read, here: Here): Promise<string | null> => {
    if (read.what === "more") return t("scan.more", { ...read });
    if (read.what !== "invitation") return t("error.wrong-step", { what: t(`what.${read.what}` as Key) });
    const warned = await warnings(app, read.invited, units);
    if (warned.length === 0) await offered(app, here, { invited: read.invited, units });
    else await here.show(() => warning(app, warned, { invited: read.invited, units }));
    return null;
  };
  return reading(app, "give.read", take);
}

interface Meant {
  invited: Invited;
  units: string[];
}

async function offered(app: App, here: Here, { invited, units }: Meant): Promise<void> {
  const { made } = await offer(app.device, invited, units);
  await app.device.store.set(`to:${made.id}`, invited.device);
  await here.show(() => showOffer(app, made.entry));
}

/** What is out of the ordinary about handing these units to whoever invited. */
async function warnings(app: App, invited: Invited, units: string[]): Promise<Warning[]> {
  const knowledge = await app.device.knowledge();
  const taker = invited.invitation.keys.map((key) => knowledge.key(key)).find((key) => key !== null);
  if (taker == null) return [];
  return beforeOffer(units, holderOf(app.device.hand().person), taker, { knowledge, day: localMoment(app.device.now()) });
}

/** Said before anything is signed; whoever means it goes on. */
function warning(app: App, warned: Warning[], meant: Meant): Screen {
  const done = deciding("give.on", "give-on", "warn main", { lacking: () => null, go: () => app.attempt((here) => offered(app, here, meant)) });
  return {
    title: "give",
    body: [h("h1", { tabindex: "-1" }, t("give.warned")), ...warned.map((one) => h("p", { class: "card time", "data-testid": one.code }, warningText(one)))],
    act: done.act,
  };
}

/** A screen that reads the other device and takes what it says. */
export function reading(app: App, title: Key, take: (read: Read, here: Here) => Promise<string | null>, back?: () => void): Screen {
  const codes = new Reading(app.device);
  const panel = scanner({
    title: t(title),
    text: async (code) => {
      const here = app.here();
      return take(await codes.take(code), here);
    },
    file: async (data) => {
      const here = app.here();
      const lacking = await take(await codes.file(data), here);
      if (lacking !== null) throw Object.assign(new Error(lacking), { code: "wrong-step" });
    },
  });
  return { title, body: [panel.element], leave: panel.stop, ...(back === undefined ? {} : { back }) };
}

/** An offer that was signed here, now or before: the same bytes. */
export async function showOffer(app: App, entry: Bytes, isWhole = false): Promise<Screen> {
  const { payload, eventId } = parseEnvelope(entry);
  const event = parsePayload(payload);
  const knowledge = await app.device.knowledge();
  const to = (event["to"] as string[]).map((key) => knowledge.key(key)).find((key) => key !== null);
  const device = await app.device.store.setting<string>(`to:${eventId}`);
  const met = (await app.device.store.met()).find((one) => one.device === device)?.number ?? 0;
  const { codes, history } = await offerCodes(app.device, entry, met);
  const shown = isWhole ? history : codes;
  return {
    title: "give",
    body: [
      steps(2), h("h1", { tabindex: "-1" }, t("give.show")), h("p", {}, t("give.to", { who: partyText(to == null ? null : holderOf(to)) })),
      codeView(shown, "code-offer"), h("p", { class: "att" }, t("give.hold")),
    ],
    act: [
      button("give.answer", "give-answer", () => void app.show(readAnswer(app, entry)), "main"),
      h("div", { class: "two" },
        button(isWhole ? "give.short" : "give.history", "give-history", () => void app.show(showOffer(app, entry, !isWhole))),
        button("answer.file", "offer-file", () => save(entry, "offer.event"))),
    ],
  };
}

function readAnswer(app: App, offered: Bytes): Screen {
  const take = async (read: Read, here: Here): Promise<string | null> => {
    if (read.what === "more") return t("scan.more", { ...read });
    if (read.what !== "answer") return t("error.wrong-step", { what: t(`what.${read.what}` as Key) });
    await here.show(() => now(app, read));
    return null;
  };
  return reading(app, "give.answer", take, () => void app.show(showOffer(app, offered)));
}

/** The one moment that matters: both sides have signed. */
async function now(app: App, read: Extract<Read, { what: "answer" }>): Promise<Screen> {
  const knowledge = await app.device.knowledge();
  const isRefused = read.event["result"] === "refused";
  const receiver = knowledge.party(read.event, "receiving");
  if (!isRefused) navigator.vibrate?.([200, 100, 200]);
  const what = isRefused ? "" : t("now.what", { count: rowsAt(read.event, "units").length, who: partyText(receiver) });
  return {
    title: "give",
    isFull: !isRefused,
    back: null,
    body: [
      h("section", { class: "now", role: "alert", "aria-live": "assertive", "data-testid": "now", "data-result": String(read.event["result"]) },
        sign(SIGNS.halves), h("h1", { tabindex: "-1" }, t(isRefused ? "now.refused" : "now.title")), h("p", {}, what), h("p", { class: "small" }, momentText(String(read.event["at"])))),
      comparison(read.numbers),
      h("p", {}, t("now.confirmed")),
    ],
    act: [button(isRefused ? "go.on" : "now.done", "now-done", () => app.home(), "main")],
  };
}
