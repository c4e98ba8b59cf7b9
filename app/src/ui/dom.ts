// Elements, and nothing that takes markup: no text is ever read as HTML here.

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes; a function becomes a listener, true an attribute without a value, null and false none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s(tag: string, attributes: Record<string, Value> = {}, ...children: Child[]): SVGElement {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** A text whose identifiers are never broken at the end of a line. */
export function withIds(text: string): Child[] {
  return text.split(/([A-Z]{3}-[A-Z0-9]+-[0-9A-Z])/).map((part, at) => (at % 2 === 0 ? part : h("span", { class: "nb" }, part)));
}

/** A code drawn black on white, whatever the colours of the page: level M, quiet zone 4. */
export function drawing(matrix: boolean[][], label: string, id: string): SVGElement {
  const side = matrix.length;
  const path = matrix.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  const box = { viewBox: `0 0 ${side} ${side}`, "shape-rendering": "crispEdges", role: "img", "aria-label": label, "data-testid": id, class: "qr" };
  return s("svg", box, s("rect", { width: side, height: side, fill: "#fff" }), s("path", { d: path, fill: "#000" }));
}

/** A sign of one stroke, which says nothing to whoever hears the page. */
export function sign(path: string): SVGElement {
  return s("svg", { class: "i", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: path }));
}

export const SIGNS = {
  back: "M15 5l-7 7 7 7",
  go: "M5 12h14m-5-5 5 5-5 5",
  hand: "M4 8h13m-4-4 4 4-4 4M20 16H7m4-4-4 4 4 4",
  ok: "M5 13l5 5 9-11",
  seal: "M12 3a5 5 0 1 1 0 10a5 5 0 0 1 0-10m-3 9-2 9 5-3 5 3-2-9",
  pouch: "M8 8h8l3 12H5zm2 0c-2-2-2-4 2-4s4 2 2 4",
  key: "M8 12a3.5 3.5 0 1 0 0 .01M11.5 12H21m-3 0v4",
  lock: "M6 11h12v9H6zm2 0V8a4 4 0 0 1 8 0v3",
  off: "M3 3l18 18M5 9a10 10 0 0 1 4-2m6 0a10 10 0 0 1 4 2M8.5 13a5 5 0 0 1 7 0M12 18h.01",
  list: "M6 4h12v17H6zm3 5h6m-6 4h6m-6 4h4",
  clock: "M12 4a8 8 0 1 0 .01 0M12 8v4l3 2",
  halves: "M11 5a7 7 0 0 0 0 14zM13 5a7 7 0 0 1 0 14z",
} as const;

function filled<Made extends Element>(made: Made, attributes: Record<string, Value>, children: Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) made.append(child);
  return made;
}
