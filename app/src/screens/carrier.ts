// Over a carrier, who signs nothing: given away with the seals read, and collected with the seals read again.

import type { App, Screen } from "../app.ts";
import type { JsonObject } from "../core/shared.ts";
import { holderOf } from "../device/knowledge.ts";
import type { PackedUnit } from "../device/pack.ts";
import { h, sign, SIGNS } from "../ui/dom.ts";
import { t, type Key } from "../ui/words.ts";
import { choices, deciding, sealLook, type Condition } from "./parts.ts";
import { signed } from "./way.ts";

const MODES = ["hold", "captain", "freight"];

/** Packages given to a carrier. */
export async function release(app: App): Promise<Screen> {
  const held = (await app.device.knowledge()).heldBy(holderOf(app.device.hand().person)!);
  let mode: string | null = null;
  const looks = new Looks(held, () => done.update());
  const done = deciding("carrier.release", "carrier-sign", "main", {
    lacking: () => (mode === null ? t("lacking.choose") : looks.lacking()),
    go: () => signed(app, { type: "ReleasedToCarrier", mode: mode!, packages: looks.taken().length, units: followed(looks.taken()), seals: looks.rows() }),
  });
  const options = MODES.map((one) => ({ value: one, text: t(`mode.${one}` as Key) }));
  return {
    title: "report.carrier",
    body: [
      h("h1", { tabindex: "-1" }, t("carrier.release.title")), h("p", { class: "muted" }, t("carrier.release.lead")),
      choices("mode", options, (one) => {
        mode = one;
        done.update();
      }),
      ...looks.elements,
    ],
    act: done.act,
  };
}

/** Packages that came back from a carrier. */
export async function collect(app: App): Promise<Screen> {
  const there = (await app.device.knowledge()).atCarrier(app.device.hand().person);
  const looks = new Looks(there, () => done.update());
  const done = deciding("carrier.collect", "carrier-sign", "main", {
    lacking: () => looks.lacking(),
    go: () => signed(app, { type: "CollectedFromCarrier", units: followed(looks.taken()), found: { packages: looks.taken().length, papers: null, seals: looks.rows() } }),
  });
  return {
    title: "report.collect",
    body: [h("h1", { tabindex: "-1" }, t("carrier.collect.title")), h("p", { class: "muted" }, t("carrier.collect.lead")), ...looks.elements],
    act: done.act,
  };
}

/** Packages ticked, and each of their seals looked at. */
class Looks {
  readonly elements: HTMLElement[];
  readonly #units: PackedUnit[];
  readonly #off = new Set<string>();
  readonly #found = new Map<string, Condition>();

  constructor(units: PackedUnit[], changed: () => void) {
    this.#units = units;
    this.elements = units.map((unit) => this.#card(unit, changed));
  }

  taken(): PackedUnit[] {
    return this.#units.filter((unit) => !this.#off.has(unit.unit));
  }

  rows(): JsonObject[] {
    return this.taken().flatMap((unit) => unit.seals.map((seal) => ({ unit: unit.unit, seal, condition: this.#found.get(seal)! })));
  }

  lacking(): string | null {
    const seals = this.taken().flatMap((unit) => unit.seals);
    const done = seals.filter((seal) => this.#found.has(seal)).length;
    if (this.taken().length === 0) return t("lacking.unit");
    return done < seals.length ? t("lacking.seals", { done, all: seals.length }) : null;
  }

  #card(unit: PackedUnit, changed: () => void): HTMLElement {
    const seals = h("div", {}, ...unit.seals.map((seal) => sealLook(unit.unit, seal, (condition) => {
      this.#found.set(seal, condition);
      changed();
    })));
    const tick = h("input", { type: "checkbox", checked: true, "data-testid": `take-${unit.unit}`, onchange: () => {
      if (tick.checked) this.#off.delete(unit.unit);
      else this.#off.add(unit.unit);
      seals.hidden = !tick.checked;
      changed();
    } });
    return h("section", { class: "pk" }, h("label", { class: "choice" }, tick, sign(SIGNS.pouch), h("span", {}, h("b", {}, unit.unit))), seals);
  }
}

function followed(units: PackedUnit[]): JsonObject[] {
  return units.map((unit) => ({ unit: unit.unit, previous: unit.act }));
}
