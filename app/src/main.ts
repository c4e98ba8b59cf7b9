// Where the app starts: one window at a time, one database, and the screen that fits.

import { App, type Screen } from "./app.ts";
import { Device } from "./device/device.ts";
import { Store } from "./device/store.ts";
import { canSign } from "./device/vault.ts";
import { outbox, record } from "./screens/outbox.ts";
import { people } from "./screens/people.ts";
import { today } from "./screens/today.ts";
import { h } from "./ui/dom.ts";
import { preferred, publishedCodes, speak, t, type Key, type Language } from "./ui/words.ts";

const LOCK = "custody-device";
const UPDATE_MS = 60_000;

async function start(root: HTMLElement): Promise<void> {
  speak(preferred(navigator.languages));
  if (!(await canSign())) return plain(root, "unsupported.title", "unsupported");
  const store = await Store.open().catch(() => null);
  if (store === null || navigator.locks === undefined) return plain(root, "storage-denied.title", "storage-denied");
  const language = await store.setting<Language>("language");
  if (language !== undefined) speak(language);
  const isAlone = await alone();
  if (!isAlone) return plain(root, "two-tabs.title", "two-tabs");
  const app = new App(new Device(store, publishedCodes()), root);
  const home = (): void => void app.show(first(app));
  app.routes(home, { today: home, outbox: () => void app.show(outbox(app)), record: () => void app.show(record(app)) });
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, () => app.touched(), { capture: true });
  addEventListener("online", () => void app.sync());
  home();
}

function first(app: App): Promise<Screen> {
  return app.device.hands.length === 0 ? people(app) : today(app);
}

/** Whether this window is the only one; it stays so as long as it is open. */
function alone(): Promise<boolean> {
  return new Promise((answer) => {
    void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}

function plain(root: HTMLElement, title: Key, text: Key): void {
  root.replaceChildren(h("main", { class: "bd", "data-testid": title }, h("h1", { tabindex: "-1" }, t(title)), h("p", {}, t(text))));
}

/** The service worker that keeps the app here; a newer one takes over when the app is opened anew. */
function keepOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const policy = (globalThis as { trustedTypes?: { createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string } } }).trustedTypes?.createPolicy("custody", { createScriptURL: (url: string) => (url === "sw.js" ? url : "") });
  const address = policy === undefined ? "sw.js" : policy.createScriptURL("sw.js");
  void navigator.serviceWorker.register(address, { scope: "./" }).then((found) => void setInterval(() => void found.update().catch(() => undefined), UPDATE_MS));
}

keepOffline();
void start(document.getElementById("app")!);
