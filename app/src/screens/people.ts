// Who is signing: the people of the device, their PINs, and how somebody gets a key here.

import type { App, Screen } from "../app.ts";
import { unhex, utf8, type Bytes } from "../core/shared.ts";
import { Gathering, setOf, shown } from "../core/transport.ts";
import { bring, enrolByCode, refusalOf, type Coded } from "../device/coded.ts";
import { bringDevice, enrol, lacksDevice, readCard, type Card } from "../device/enrolment.ts";
import { holderOf, isSame } from "../device/knowledge.ts";
import type { Person } from "../device/store.ts";
import { codeView } from "../ui/code.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { scanner } from "../ui/scan.ts";
import { t, told, toldOfRefusal, type Key } from "../ui/words.ts";
import { codeScreen } from "./one_time.ts";
import { button, save, tongues } from "./parts.ts";

/** The list of people, or the way to a first key. */
export async function people(app: App): Promise<Screen> {
  const [persons, knowledge] = [await app.device.store.persons(), await app.knowledge()];
  if (persons.length === 0) return cardScreen(app, null);
  const rows = persons.map((one) => {
    const isKnown = knowledge?.key(one.key) != null;
    return h("button", { class: "item", "data-testid": `person-${one.badge}`, onclick: () => void app.show(isKnown ? pin(app, one) : request(app, one)) },
      sign(SIGNS.key), h("span", {}, t(`role.${one.role}` as Key), h("small", {}, isKnown ? one.badge : `${one.badge}, ${t("people.waiting")}`)), sign(SIGNS.go));
  });
  return {
    title: "people.title",
    back: null,
    body: [h("h1", { tabindex: "-1" }, t("people.title")), h("p", { class: "muted" }, t("people.lead")), ...rows, tongues(app, () => people(app))],
    act: [button("people.other", "person-new", () => void app.show(cardScreen(app)))],
  };
}

/** Who signs too: the others of this device who can hold what the first one holds. */
export async function joining(app: App): Promise<Screen> {
  const [persons, knowledge] = [await app.device.store.persons(), await app.device.knowledge()];
  const first = holderOf(app.device.hand().person);
  const others = persons.filter((one) => knowledge.key(one.key) !== null && isSame(holderOf(one), first) && !app.device.hands.some((hand) => hand.person.key === one.key));
  const rows = others.map((one) => h("button", { class: "item", "data-testid": `join-${one.badge}`, onclick: () => void app.show(pin(app, one, (key, value) => app.device.join(key, value))) },
    sign(SIGNS.key), h("span", {}, t(`role.${one.role}` as Key), h("small", {}, one.badge)), sign(SIGNS.go)));
  return { title: "join", body: [h("h1", { tabindex: "-1" }, t("join")), h("p", { class: "muted" }, t(rows.length === 0 ? "join.none" : "join.lead")), ...rows] };
}

/** The PIN of one person. */
export function pin(app: App, person: Person, enter: (key: string, value: string) => Promise<void> = (key, value) => app.device.unlock(key, value)): Screen {
  const field = pinField("pin", t("pin.label"));
  const says = h("p", { role: "alert", class: "att", "data-testid": "pin-says" });
  const open = async (): Promise<void> => {
    const here = app.here();
    try {
      await enter(person.key, field.input.value);
      if (!here.isCurrent()) return app.device.lock();
      app.touched();
      app.home();
    } catch (error) {
      says.textContent = told(error);
      field.input.value = "";
    }
  };
  return {
    title: `role.${person.role}` as Key,
    body: [h("h1", { tabindex: "-1" }, t("pin.title")), h("form", { onsubmit: (event) => void (event.preventDefault(), open()) }, field.element), says, h("p", { class: "small muted" }, t("pin.note"))],
    act: [button("pin.open", "pin-open", () => void open(), "main"), button("pin.forgotten", "pin-forgotten", () => void app.show(forgotten(app)))],
  };
}

/** Nobody can open a key without its PIN: what was signed stays, and a registrar gives a new key. */
function forgotten(app: App): Screen {
  return {
    title: "pin.forgotten",
    back: () => void app.show(people(app)),
    body: [h("h1", { tabindex: "-1" }, t("error.nothing-lost")), h("p", {}, t("pin.forgotten.lead")), h("ol", {}, ...(["one", "two", "three"] as const).map((step) => h("li", {}, t(`pin.forgotten.${step}`))))],
    act: [button("people.other", "person-new", () => void app.show(cardScreen(app)), "main"), button("outbox.send", "forgotten-send", () => void sending(app))],
  };
}

async function sending(app: App): Promise<void> {
  const here = app.here();
  const report = await app.busy(app.sync());
  await here.show(() => forgotten(app), report.interrupted === null ? t("outbox.sent-now") : told({ code: report.interrupted }));
}

/** The way to a key: a card to read, or a code to type. */
export function cardScreen(app: App, back: (() => void) | null = () => void app.show(people(app))): Screen {
  const gathering = new Gathering();
  const take = async (card: Card): Promise<void> => app.show(makeKey(app, card));
  const panel = scanner({
    title: t("card.title"),
    text: async (code) => {
      if (code.startsWith("{")) return take(readCard(utf8(code))).then(() => null);
      const name = gathering.add(code);
      const content = await gathering.content(name);
      if (content === null) return t("scan.more", { ...gathering.progress(name) });
      await take(readCard(content.data));
      return null;
    },
    file: async (data) => take(readCard(data)),
  });
  return {
    title: "card.title",
    back,
    body: [h("p", { class: "muted" }, t("card.lead")), panel.element, tongues(app, () => cardScreen(app, back))],
    act: [button("code.have", "code-have", () => void app.show(codeScreen(app, (card, code) => void app.show(makeKey(app, card, code)))))],
    leave: panel.stop,
  };
}

function makeKey(app: App, card: Card, code: string | null = null): Screen {
  const [one, again] = [pinField("pin", t("pin.label")), pinField("pin-again", t("pin.again"))];
  const says = h("p", { role: "alert", class: "att", "data-testid": "pin-says" });
  const make = async (): Promise<void> => {
    const here = app.here();
    try {
      if (one.input.value !== again.input.value) {
        says.textContent = t("error.pin-differs");
        return;
      }
      if (code === null) await enrol(app.device, card, one.input.value);
      else await enrolByCode(app.device, card, one.input.value, code);
      await navigator.storage?.persist?.();
      const person = (await app.device.store.persons()).find((row) => row.badge === card.badge)!;
      await here.show(() => request(app, person));
    } catch (error) {
      says.textContent = told(error);
    }
  };
  const who = { badge: card.badge, role: t(`role.${card.role}` as Key), office: card.office };
  return {
    title: "card.make",
    body: [h("h1", { tabindex: "-1" }, t("card.who", who)), h("form", { onsubmit: (event) => void (event.preventDefault(), make()) }, one.element, again.element, h("button", { class: "vh", tabindex: "-1", "aria-hidden": "true" })), says, h("p", { class: "small muted" }, t("pin.note"))],
    act: [button("card.make", "key-make", () => void make(), "main")],
  };
}

async function request(app: App, person: Person): Promise<Screen> {
  const coded = await app.device.store.setting<Coded>(`coded:${person.key}`);
  if (coded !== undefined) return waiting(app, person, coded);
  const data = (await app.device.store.setting<Bytes>(`request:${person.key}`)) ?? unhex("");
  const frames = await setOf({ kind: "B", data });
  const learn = async (): Promise<void> => {
    const here = app.here();
    const { isEnrolled, trouble } = await enrolled(app, person);
    await here.show(() => (isEnrolled ? people(app) : request(app, person)), trouble);
  };
  return {
    title: "request.title",
    back: () => void app.show(people(app)),
    body: [h("h1", { tabindex: "-1" }, t("request.title")), h("p", {}, t("request.lead")), ...(await withoutDevice(app, person)), codeView({ single: null, cycle: (number) => shown(frames, number) }, "code-request")],
    act: [button("request.learn", "request-learn", () => void learn(), "main"), button("request.file", "request-file", () => save(data, `${person.badge}.request.json`))],
  };
}

/** Somebody else's request brings the key of this device; where that one was dropped, this one can. */
async function withoutDevice(app: App, person: Person): Promise<HTMLElement[]> {
  if (!(await lacksDevice(app.device, person))) return [];
  const go = (): void => void app.attempt(async (here) => {
    await bringDevice(app.device, person);
    await here.show(() => request(app, person));
  });
  return [h("p", { class: "card time", "data-testid": "without-device" }, t("request.without-device")), button("request.device", "request-device", go)];
}

/** A request that came of a code: brought to the gateway, where the registrars' machine finds it. */
async function waiting(app: App, person: Person, coded: Coded): Promise<Screen> {
  const file = (await app.device.store.setting<Bytes>(`request:${person.key}`)) ?? unhex("");
  const says = h("p", { role: "status", "aria-live": "polite", class: "card", "data-testid": "code-says" }, t("code.bringing"));
  const tell = (text: string, status: string): void => {
    says.textContent = text;
    says.dataset["status"] = status;
  };
  const learn = async (): Promise<void> => {
    const here = app.here();
    try {
      await bring(coded);
      const refusal = await refusalOf(coded);
      if (refusal === null) tell(t("code.brought"), "brought");
      else tell(toldOfRefusal(refusal), refusal);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "no-network";
      tell(told({ code }), code);
    }
    const { isEnrolled, trouble } = await enrolled(app, person);
    if (isEnrolled) await here.show(() => people(app), trouble);
  };
  setTimeout(() => void learn(), 0);
  return {
    title: "request.title",
    back: () => void app.show(people(app)),
    body: [h("h1", { tabindex: "-1" }, t("code.waiting")), says, h("p", { class: "muted" }, t("code.waiting.lead"))],
    act: [button("request.learn", "request-learn", () => void learn(), "main"), button("request.file", "request-file", () => save(file, `${person.badge}.request.json`))],
  };
}

/** Whether the log has enrolled a person's key, as far as the gateway tells now, and why it does not. */
async function enrolled(app: App, person: Person): Promise<{ isEnrolled: boolean; trouble: string | null }> {
  const report = await app.busy(app.sync());
  const isEnrolled = (await app.knowledge())?.key(person.key) != null;
  return { isEnrolled, trouble: report.interrupted === null ? null : told({ code: report.interrupted }) };
}

function pinField(id: string, label: string): { element: HTMLElement; input: HTMLInputElement } {
  const input = h("input", { class: "typed", type: "password", inputmode: "numeric", autocomplete: "off", id, "data-testid": id, maxlength: 12 });
  return { element: h("div", { class: "field" }, h("label", { for: id }, label), input), input };
}
