// A one-time code is typed: groups of four, and forgiving of what people mix up.

import type { App, Screen } from "../app.ts";
import { grouped, meant } from "../core/one_time.ts";
import { cardOfCode } from "../device/coded.ts";
import type { Card } from "../device/enrolment.ts";
import { h } from "../ui/dom.ts";
import { t, told } from "../ui/words.ts";
import { button } from "./parts.ts";

const CHARACTERS = 16;

/** The screen on which a code is typed; `then` goes on with the card that it opens. */
export function codeScreen(app: App, then: (card: Card, code: string) => void): Screen {
  const says = h("p", { role: "alert", class: "att", "data-testid": "code-says" });
  const field = h("input", {
    class: "typed mono", type: "text", id: "code-typed", "data-testid": "code-typed", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", oninput: () => regroup(),
  });
  const regroup = (): void => {
    const isAtEnd = field.selectionStart === field.value.length;
    if (isAtEnd) field.value = grouped(meant(field.value).slice(0, CHARACTERS));
  };
  const go = async (): Promise<void> => {
    const here = app.here();
    try {
      const { card, code } = await cardOfCode(field.value);
      if (here.isCurrent()) then(card, code);
    } catch (error) {
      says.textContent = told(error instanceof TypeError || (error as Error).name === "TimeoutError" ? { code: "no-network" } : error);
      says.dataset["code"] = String((error as { code?: unknown }).code ?? "no-network");
    }
  };
  return {
    title: "code.title",
    body: [
      h("h1", { tabindex: "-1" }, t("code.title")), h("p", { class: "muted" }, t("code.lead")),
      h("form", { onsubmit: (event) => void (event.preventDefault(), go()) }, h("div", { class: "field" }, h("label", { for: "code-typed" }, t("code.typed")), field)), says,
    ],
    act: [button("code.go", "code-go", () => void go(), "main")],
  };
}
