// Reading the other device: by camera, from a picture or file, or from a scanner that types. Each way on is there at once.

import type { Bytes } from "../core/shared.ts";
import { h, sign, SIGNS } from "./dom.ts";
import { t, told } from "./words.ts";

export interface Scanner {
  element: HTMLElement;
  stop: () => void;
}

export interface Wanted {
  title: string;
  text: (code: string) => Promise<string | null>;
  file: (data: Bytes) => Promise<void>;
}

const LOOK_MS = 120;
const PIXELS_MAX = 2_400;

/** A panel that reads codes until it is stopped; `text` answers with what is lacking, null when it has what it wants. */
export function scanner(wanted: Wanted): Scanner {
  const status = h("p", { role: "status", "aria-live": "polite", class: "small", "data-testid": "scan-status" });
  const video = h("video", { playsinline: true, muted: true, class: "camera", hidden: true, "aria-label": t("scan.camera") });
  let [stopped, stream] = [false, null as MediaStream | null];

  const stop = (): void => {
    stopped = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
  const take = async (code: string): Promise<void> => {
    try {
      const lacking = await wanted.text(code);
      status.textContent = lacking ?? "";
      if (lacking === null) stop();
    } catch (error) {
      status.textContent = told(error);
      status.dataset["code"] = String((error as { code?: string }).code ?? "");
    }
  };
  const pictures = h("input", { type: "file", accept: "image/*,.txt,.json,application/json,*/*", multiple: true, class: "vh", id: "scan-file", "data-testid": "scan-file", onchange: () => void files() });
  const files = async (): Promise<void> => {
    for (const file of pictures.files ?? []) await fromFile(file);
    pictures.value = "";
  };
  const fromFile = async (file: File): Promise<void> => {
    if (!file.type.startsWith("image/")) {
      const data = new Uint8Array(await file.arrayBuffer());
      const text = new TextDecoder().decode(data);
      if (text.startsWith("BC1")) for (const line of text.split(/\r?\n/).filter(Boolean)) await take(line);
      else await wanted.file(data).then(stop).catch((error: unknown) => void (status.textContent = told(error)));
      return;
    }
    const found = await decoded(await createImageBitmap(file), true);
    if (found === null) status.textContent = t("scan.nothing");
    else await take(found);
  };
  const typed = h("input", { type: "text", class: "typed", id: "scan-typed", "data-testid": "scan-typed", autocomplete: "off", autocapitalize: "characters", spellcheck: "false" });
  const form = h("form", { class: "row", onsubmit: (event) => void (event.preventDefault(), take(typed.value).then(() => void (typed.value = ""))) },
    h("label", { for: "scan-typed" }, t("scan.typed")), typed, h("button", { class: "btn", "data-testid": "scan-typed-go" }, t("scan.take")));

  const look = async (): Promise<void> => {
    if (stopped) return;
    if (video.readyState >= 2) {
      const found = await decoded(video, false);
      if (found !== null) await take(found);
    }
    setTimeout(() => void look(), LOOK_MS);
  };
  const openCamera = async (): Promise<void> => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (stopped) return stop();
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      void look();
    } catch {
      status.textContent = t("scan.no-camera");
      status.dataset["camera"] = "none";
    }
  };
  const element = h("section", { class: "scan", "data-testid": "scan" },
    h("h1", { tabindex: "-1" }, wanted.title), video, status,
    h("label", { for: "scan-file", class: "btn" }, sign(SIGNS.list), t("scan.file")), pictures,
    h("button", { class: "btn", "data-testid": "scan-camera", onclick: () => void openCamera() }, t("scan.again")), form);
  if (navigator.mediaDevices !== undefined) void openCamera();
  else [status.textContent, status.dataset["camera"]] = [t("scan.no-camera"), "none"];
  return { element, stop };
}

/** The text of the code in a picture, null where there is none. */
async function decoded(picture: ImageBitmap | HTMLVideoElement, isStill: boolean): Promise<string | null> {
  const [width, height] = picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];
  const scale = Math.min(1, PIXELS_MAX / Math.max(width, height, 1));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null || width === 0) return null;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { decodeQR } = await import("qr/decode.js");
  try {
    return decodeQR(context.getImageData(0, 0, canvas.width, canvas.height), isStill ? { effort: Infinity, timeLimit: 4_000 } : {});
  } catch {
    return null;
  }
}
