// Names of units and seals, moments, and their check characters (docs/spec/events.md 6).

import { Refused } from "./shared.ts";

export const UNIT_LETTERS = "BKXPUS";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const UNIT = /^([A-Z]{3})-([BKXPUS])(0[1-9]|[1-9][0-9]{1,3})-[0-9A-Z]$/;
const SEAL = /^([A-Z]{3})-([0-9]{6})-[0-9A-Z]$/;
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-])(\d\d):(\d\d)$/;

export interface UnitName {
  office: string;
  letter: string;
  number: number;
}

export interface SealName {
  issuer: string;
  number: number;
}

/** The ISO/IEC 7064 MOD 37,36 check character of letters and digits. */
export function checkCharacter(body: string): string {
  let product = 36;
  for (const character of body) product = (((product + ALPHABET.indexOf(character)) % 36 || 36) * 2) % 37;
  return ALPHABET[(37 - product) % 36]!;
}

/** What a unit's name says; Refused for another form or a wrong check character. */
export function parseUnit(text: string): UnitName {
  const match = UNIT.exec(text);
  if (match === null) throw new Refused("identifier-form", `${text.slice(0, 40)} is no unit.`);
  checkLast(text);
  return { office: match[1]!, letter: match[2]!, number: Number(match[3]) };
}

/** The name of a unit. */
export function formatUnit(name: UnitName): string {
  const body = `${name.letter}${String(name.number).padStart(2, "0")}`;
  return `${name.office}-${body}-${checkCharacter(name.office + body)}`;
}

/** What a seal's number says. */
export function parseSeal(text: string): SealName {
  const match = SEAL.exec(text);
  if (match === null) throw new Refused("identifier-form", `${text.slice(0, 40)} is no seal.`);
  checkLast(text);
  return { issuer: match[1]!, number: Number(match[2]) };
}

/** The number of a seal as it is printed on it. */
export function formatSeal(name: SealName): string {
  const digits = String(name.number).padStart(6, "0");
  return `${name.issuer}-${digits}-${checkCharacter(name.issuer + digits)}`;
}

function checkLast(text: string): void {
  const body = text.slice(0, -2).replace("-", "");
  if (checkCharacter(body) !== text.at(-1)) throw new Refused("identifier-check", `${text} was copied wrongly.`);
}

/** Seconds since 1970 of a claimed moment. */
export function epochSeconds(moment: string): number {
  const match = MOMENT.exec(moment);
  if (match === null) throw new Refused("time-form", "This is no moment.");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const wall = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return wall - offsetSeconds(moment);
}

/** The offset that a moment states, in seconds. */
export function offsetSeconds(moment: string): number {
  const sign = moment[19] === "-" ? -1 : 1;
  return sign * (Number(moment.slice(20, 22)) * 3600 + Number(moment.slice(23, 25)) * 60);
}

/** A moment as clocks with an offset ("+05:00") show it. */
export function momentAt(seconds: number, offset: string): string {
  const shifted = new Date((seconds + offsetSeconds(`${"0".repeat(19)}${offset}`)) * 1000);
  return `${shifted.toISOString().slice(0, 19)}${offset}`;
}

/** An offset of so many seconds, as it is written. */
export function formatOffset(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
