// JSON in its one form, RFC 8785, of integers, texts, truth, null, lists and objects (docs/spec/events.md 1 to 3).
//
// Read, written again, and compared byte for byte: keys twice or out of order, other spellings and white space do not survive that.

import { isSame, Refused, textOf, utf8 } from "./bytes.mjs";

const DEPTH_MAX = 12;

/** The value of canonical JSON of at most so many bytes, nested at most 12 deep. */
export function parseCanonical(bytes, bytesMax) {
  if (bytes.length > bytesMax) throw new Refused("json-size", "The JSON is too long.");
  const text = textOf(bytes);
  if (text === null) throw new Refused("json-utf8", "The JSON is not UTF-8.");
  if (isTooDeep(text)) throw new Refused("json-depth", "The JSON is nested too deep.");
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused("json-form", "This is no JSON.");
  }
  if (!isSame(utf8(canonical(value)), bytes)) throw new Refused("json-canonical", "The JSON is not in its one form.");
  return value;
}

/** The one spelling of a value; refuses what has none. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Refused("json-number", "Numbers are integers within 2^53.");
  if (typeof value === "string" && !isWellFormed(value)) throw new Refused("json-text", "A text has half a character.");
  return JSON.stringify(value);
}

function isWellFormed(text) {
  return !/[\ud800-\udfff]/u.test(text);
}

/** Counted before parsing, so that depth costs nothing. */
function isTooDeep(text) {
  let [depth, inText] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (inText) {
      if (letter === "\\") at += 1;
      else if (letter === '"') inText = false;
    } else if (letter === '"') inText = true;
    else if (letter === "[" || letter === "{") depth += 1;
    else if (letter === "]" || letter === "}") depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}
