// Keys on a device: its own, and its people's behind PINs.
//
// A person's key is made here, at once wrapped under a key of this device that never leaves it, and that ciphertext is encrypted
// once more under the PIN (PBKDF2). It is used only as a key that cannot be exported. Changing the PIN encrypts the outer layer
// anew. Six digits do not stand against whoever copies the whole device: docs/phone.md says so, and the app says so.

import { keyIdOf, Refused, type Bytes } from "../core/shared.ts";
import type { DeviceKeys, Person } from "./store.ts";

export const ROUNDS = 600_000;
export const PIN = /^[0-9]{6,12}$/;
const SALT_BYTES = 16;
const IV_BYTES = 12;
const MISTAKES_FREE = 5;
const WAIT_MS = 30_000;
const ED25519 = { name: "Ed25519" };

/** Whether this browser can do what signing needs. */
export async function canSign(): Promise<boolean> {
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined) return false;
  try {
    await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

/** The keys of a new device. */
export async function makeDevice(badge: string): Promise<DeviceKeys> {
  const pair = (await crypto.subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
  const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
  const raw = await rawOf(pair.publicKey);
  return { badge, key: keyIdOf(raw), public: raw, private: pair.privateKey, wrapping };
}

export interface NewPerson {
  badge: string;
  role: string;
  office: string;
  person: string;
}

/** A new key for a person behind a PIN, and the key in hand, for the proof that whoever enrols it has it. */
export async function makePerson(who: NewPerson, pin: string, device: DeviceKeys): Promise<{ person: Person; private: CryptoKey }> {
  checkPin(pin);
  const pair = (await crypto.subtle.generateKey(ED25519, true, ["sign", "verify"])) as CryptoKeyPair;
  const [innerIv, raw] = [fresh(IV_BYTES), await rawOf(pair.publicKey)];
  const wrapped = new Uint8Array(await crypto.subtle.wrapKey("pkcs8", pair.privateKey, device.wrapping, { name: "AES-GCM", iv: innerIv }));
  const outer = await locked(wrapped, pin);
  const person: Person = { ...who, key: keyIdOf(raw), public: raw, innerIv, ...outer, mistakes: 0, waitUntil: 0 };
  return { person, private: pair.privateKey };
}

/** The key of a person, which cannot be exported; Refused("pin-wrong") for another PIN. */
export async function unlock(person: Person, pin: string, device: DeviceKeys): Promise<CryptoKey> {
  const wrapped = await opened(person, pin);
  return crypto.subtle.unwrapKey("pkcs8", wrapped, device.wrapping, { name: "AES-GCM", iv: person.innerIv }, ED25519, false, ["sign"]);
}

/** The same key behind another PIN. */
export async function changePin(person: Person, from: string, to: string): Promise<Person> {
  checkPin(to);
  return { ...person, ...(await locked(await opened(person, from), to)), mistakes: 0, waitUntil: 0 };
}

/** What becomes of a person's row after a wrong PIN: after five mistakes it waits, each time longer, and never erases. */
export function afterMistake(person: Person, nowMs: number): Person {
  const mistakes = person.mistakes + 1;
  const over = mistakes - MISTAKES_FREE;
  return { ...person, mistakes, waitUntil: over < 0 ? 0 : nowMs + WAIT_MS * 2 ** Math.min(over, 6) };
}

/** A signature of a key in hand. */
export async function signed(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ED25519, key, message));
}

/** Refused("pin-form") for what can be no PIN. */
export function checkPin(pin: string): void {
  if (!PIN.test(pin)) throw new Refused("pin-form", "A PIN has 6 to 12 digits.");
}

async function locked(wrapped: Bytes, pin: string): Promise<Pick<Person, "salt" | "rounds" | "outerIv" | "locked">> {
  const [salt, outerIv] = [fresh(SALT_BYTES), fresh(IV_BYTES)];
  const key = await pinKey(pin, salt, ROUNDS);
  return { salt, rounds: ROUNDS, outerIv, locked: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: outerIv }, key, wrapped)) };
}

async function opened(person: Person, pin: string): Promise<Bytes> {
  const key = await pinKey(pin, person.salt, person.rounds);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: person.outerIv }, key, person.locked));
  } catch {
    throw new Refused("pin-wrong", "This is not the PIN.");
  }
}

async function pinKey(pin: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function fresh(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

async function rawOf(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}
