// A code on the screen: one that stands still, or the frames of a set in cycles (docs/spec/transport.md T10).

import encodeQR from "qr";
import type { Codes } from "../device/handover.ts";
import { drawing, h } from "./dom.ts";
import { t } from "./words.ts";

const FRAME_MS = 250;
const AWAKE_MS = 2_000;

/** The element of a code; frames change as long as it is on the page. */
export function codeView(codes: Codes, id: string): HTMLElement {
  const box = h("div", { class: "code", "data-testid": `${id}-box` });
  let [cycle, at, texts] = [0, 0, codes.cycle(0)];
  const show = (): void => box.replaceChildren(drawing(matrixOf(texts[at]!), t("code.label"), id));
  show();
  void stayAwake(box);
  if (texts.length > 1) {
    const timer = setInterval(() => {
      if (!box.isConnected && cycle > 0) return clearInterval(timer);
      at += 1;
      if (at >= texts.length) [cycle, at, texts] = [cycle + 1, 0, codes.cycle(cycle + 1)];
      show();
    }, FRAME_MS);
  }
  return box;
}

/** The screen stays on while a code is shown, where the browser lets it. */
async function stayAwake(box: HTMLElement): Promise<void> {
  const lock = await navigator.wakeLock?.request("screen").catch(() => null);
  const timer = setInterval(() => {
    if (box.isConnected) return;
    clearInterval(timer);
    void lock?.release();
  }, AWAKE_MS);
}

function matrixOf(text: string): boolean[][] {
  return encodeQR(text, "raw", { ecc: "medium", border: 4 });
}
