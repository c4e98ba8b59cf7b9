// The shell around the screens: who is signing, what waits, one screen at a time.

import type { Device } from "./device/device.ts";
import { Reading } from "./device/handover.ts";
import type { Knowledge } from "./device/knowledge.ts";
import { synced, type SyncReport } from "./device/sync.ts";
import { h, sign, SIGNS, type Child } from "./ui/dom.ts";
import { t, told, type Key } from "./ui/words.ts";

export interface Screen {
  title: Key;
  body: Child[];
  act?: Child[];
  isFull?: boolean;
  back?: (() => void) | null;
  tab?: "today" | "outbox" | "record";
  leave?: () => void;
}

/** A place in the app that may have been left meanwhile. */
export interface Here {
  isCurrent: () => boolean;
  show: (made: () => Screen | Promise<Screen>, notice?: string | null) => Promise<void>;
}

export const TIMEOUT_MS = 5 * 60_000;

export class App {
  readonly device: Device;
  readonly root: HTMLElement;
  notice: string | null = null;
  reading: Reading;
  report: SyncReport | null = null;
  #leave: (() => void) | undefined;
  #home: () => void = () => undefined;
  #tabs: Record<string, () => void> = {};
  #used = 0;
  #turn = 0;
  #works = 0;

  constructor(device: Device, root: HTMLElement) {
    this.device = device;
    this.root = root;
    this.reading = new Reading(device);
  }

  /** Where a screen leads that is done, and what stands at the bottom. */
  routes(home: () => void, tabs: Record<string, () => void>): void {
    this.#home = home;
    this.#tabs = tabs;
  }

  home(): void {
    this.#home();
  }

  /** Go to a screen; what failed on the way to it is said in words, and nothing is lost. Whoever goes last arrives. */
  async show(made: Screen | Promise<Screen>): Promise<void> {
    this.#turn += 1;
    await this.busy(this.#shown(made, this.#turn));
  }

  async #shown(made: Screen | Promise<Screen>, turn: number): Promise<void> {
    try {
      await this.#draw(await made, turn);
    } catch (error) {
      await this.#draw(this.failed(error), turn);
    }
  }

  /** Say, to whoever hears the page or drives it, that what is shown is about to change. */
  async busy<Value>(work: Promise<Value>): Promise<Value> {
    this.#works += 1;
    this.root.setAttribute("aria-busy", "true");
    try {
      return await work;
    } finally {
      this.#works -= 1;
      if (this.#works === 0) this.root.removeAttribute("aria-busy");
    }
  }

  /** Where somebody is now: what comes of his last tap is shown only as long as he has not gone elsewhere. */
  here(): Here {
    const turn = this.#turn;
    const isCurrent = (): boolean => this.#turn === turn;
    const show = async (made: () => Screen | Promise<Screen>, notice: string | null = null): Promise<void> => {
      if (!isCurrent()) return;
      if (notice !== null) this.notice = notice;
      await this.show(made());
    };
    return { isCurrent, show };
  }

  /** Do something that may fail, and say why it did. */
  async attempt(step: (here: Here) => Promise<void>): Promise<void> {
    const here = this.here();
    try {
      await this.busy(step(here));
    } catch (error) {
      if (!here.isCurrent()) this.notice = told(error);
      await here.show(() => this.failed(error));
    }
  }

  /** A screen that says what is wrong and where to go on. */
  failed(error: unknown): Screen {
    const own = (error as { code?: unknown }).code;
    const code = typeof own === "string" ? own : (error as Error).name;
    return {
      title: "error.title",
      body: [h("div", { class: "card time", role: "alert", "data-testid": "problem", "data-code": code }, h("h1", { tabindex: "-1" }, t("error.nothing-lost")), h("p", {}, told(error)))],
      act: [h("button", { class: "btn main", "data-testid": "problem-on", onclick: () => this.home() }, t("go.on"))],
    };
  }

  async knowledge(): Promise<Knowledge | null> {
    return this.device.knowledge().catch(() => null);
  }

  /** Send and learn now; the screen is drawn again by whoever asked. */
  async sync(): Promise<SyncReport> {
    this.report = await synced(this.device);
    return this.report;
  }

  /** Somebody touched the device: after five minutes without that it locks. */
  touched(): void {
    const now = Date.now();
    if (this.#used > 0 && now - this.#used > TIMEOUT_MS && this.device.hands.length > 0) {
      this.device.lock();
      this.home();
    }
    this.#used = now;
  }

  async #draw(screen: Screen, turn: number): Promise<void> {
    const waiting = (await this.device.store.entries()).filter((one) => one.source !== "known" && one.status !== "recorded" && one.status !== "proven").length;
    const who = this.device.hands.map((one) => one.person);
    const back = screen.back === undefined ? () => this.home() : screen.back;
    const top = h("header", { class: "top" },
      back !== null && h("button", { class: "back", "aria-label": t("go.back"), "data-testid": "back", onclick: back }, sign(SIGNS.back)),
      h("div", { class: "who" }, t(screen.title), who.length > 0 && h("small", { "data-testid": "who", "data-count": who.length }, `${who.map((one) => t(`role.${one.role}` as Key)).join(" + ")}, ${who[0]!.office}`)),
      h("div", { class: "sync", role: "status", "aria-live": "polite", "data-testid": "pending", "data-count": waiting }, sign(waiting > 0 ? SIGNS.off : SIGNS.ok), waiting > 0 && h("b", { class: "narrow", "aria-hidden": "true" }, String(waiting)), h("span", { class: "wide" }, waiting > 0 ? t("pending.some", { count: waiting }) : t("pending.none"))));
    const isRehearsal = (await this.device.store.setting<boolean>("rehearsal")) === true;
    if (this.#turn !== turn) return screen.leave?.();
    this.#leave?.();
    this.#leave = screen.leave;
    const main = h("main", { class: "bd", id: "content" }, isRehearsal && h("p", { class: "small practice", "data-testid": "rehearsal" }, t("rehearsal")), this.notice !== null && h("p", { class: "card time", role: "status", "data-testid": "notice" }, this.notice), ...screen.body);
    const act = screen.act === undefined ? null : h("section", { class: "act", "aria-label": t("act.label") }, ...screen.act);
    this.root.className = screen.isFull === true ? "full" : "";
    this.root.replaceChildren(top, main, ...[act, screen.tab === undefined ? null : this.#bar(screen.tab, waiting)].filter((one) => one !== null));
    this.notice = null;
    this.root.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  #bar(current: string, waiting: number): HTMLElement {
    const tabs: [string, Key, string][] = [["today", "tab.today", SIGNS.hand], ["outbox", "tab.outbox", SIGNS.go], ["record", "tab.record", SIGNS.list]];
    return h("nav", { class: "tabs", "aria-label": t("tab.label") }, ...tabs.map(([name, key, path]) =>
      h("button", { class: name === current ? "on" : "", "aria-current": name === current ? "page" : null, "data-testid": `tab-${name}`, onclick: () => this.#tabs[name]?.() },
        sign(path), h("span", {}, t(key)), name === "outbox" && waiting > 0 && h("b", { class: "count" }, String(waiting)))));
  }
}
