// One-time codes of enrolment: the same as custody/core/authority/enrolment_codes.py, byte for byte.

import { canonical, hex, joined, parseCanonical, Refused, utf8, type Bytes, type Json, type JsonObject } from "./shared.ts";

export const GROUP = 4;
const CHARACTERS = 16;
const NONCE_BYTES = 12;
const SEALED_BYTES_MAX = 4_096;
const LABEL = "custody/enrolment-code/v1\n";
const ALPHABET = /^[A-Z2-7]*$/;
const CYRILLIC = "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0423\u0405";
const TYPED = `018${CYRILLIC}`;
const MEANT = "OIBABCEHIKMOPTXYS";

/** What somebody who types this means: digits that base32 has not, letters of a Cyrillic keyboard, small letters, spaces. */
export function meant(text: string): string {
  const letters = [...text.toUpperCase()].filter((one) => !/[\s.\-\u2013]/u.test(one));
  return letters.map((one) => (TYPED.includes(one) ? MEANT[TYPED.indexOf(one)]! : one)).join("");
}

/** A code in groups of four. */
export function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/gu, "$1 ");
}

/** The code that somebody typed. Refused("one-time-form"). */
export function readCode(text: string): string {
  const code = meant(text);
  if (code.length !== CHARACTERS || !ALPHABET.test(code)) throw new Refused("one-time-form", "A one-time code has 16 letters and digits, in four groups of four.");
  return code;
}

/** The name of a code's box at a gateway. */
export async function boxOf(code: string): Promise<string> {
  return hex(await derived(code, "box\n"));
}

/** What binds two key ids, a person's and a device's, to a code and an election. */
export async function tagOf(code: string, of: { election: string; person: string; device: string }): Promise<string> {
  return hex(await derived(code, `keys\n${of.election}\n${of.person}\n${of.device}\n`));
}

/** What goes into the box: readable only to whoever knows the code. */
export async function seal(said: JsonObject, code: string, content: "card" | "request", nonce: Bytes): Promise<Bytes> {
  const key = await sealing(code, content);
  return joined(nonce, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, utf8(canonical(said)))));
}

/** What was sealed under this code. Refused("one-time-sealed") for anything else. */
export async function unseal(data: Bytes, code: string, content: "card" | "request"): Promise<JsonObject> {
  const key = await sealing(code, content);
  try {
    const opened = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: data.slice(0, NONCE_BYTES) }, key, data.slice(NONCE_BYTES)));
    const value: Json = parseCanonical(opened, SEALED_BYTES_MAX);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // Said below: whatever does not open was not sealed under this code.
  }
  throw new Refused("one-time-sealed", "This was not sealed under this code, or was changed on the way.");
}

/** Random bytes for one sealing. */
export function freshNonce(): Bytes {
  return crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
}

async function sealing(code: string, content: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", await derived(code, `${content}\n`), "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function derived(code: string, what: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", utf8(code), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(LABEL + what)));
}
