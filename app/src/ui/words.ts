// What the app says, in the language of the person: by key, each sentence whole in three languages.

import english from "../../../custody/data/words.txt";
import kazakh from "../../../custody/data/words.kk.txt";
import russian from "../../../custody/data/words.ru.txt";
import codesCsv from "../../../schemas/codes.csv";
import sentences from "../sentences.json";

export type Language = "kk" | "ru" | "en";
export type Key = keyof typeof sentences;

export const LANGUAGES: Language[] = ["kk", "ru", "en"];
export const NAMES: Record<Language, string> = { kk: "Қазақша", ru: "Русский", en: "English" };
const LISTS: Record<Language, string[]> = { en: english.split(/\s+/), ru: russian.split(/\s+/), kk: kazakh.split(/\s+/) };
const MONTHS = ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];
const PUBLISHED = codesCsv.trim().split("\n").slice(1).map((line) => line.split(","));
const DAMAGED: Key = "error.compact-form";
const PROOF: Key = "error.proof-wrong";
/** Codes of one beginning that mean the same to whoever holds the phone. */
const FAMILIES: Record<string, Key> = {
  base45: DAMAGED, json: DAMAGED, envelope: DAMAGED, invitation: DAMAGED, event: DAMAGED, hex: DAMAGED, identifier: DAMAGED, time: DAMAGED, packing: DAMAGED, single: DAMAGED, transport: DAMAGED, compact: DAMAGED,
  one: "error.one-time-refused", statement: "error.gateway-answer", pack: "error.gateway-answer", proof: PROOF, key: PROOF, policy: PROOF, note: PROOF, checkpoint: PROOF, merkle: PROOF,
};
let language: Language = "en";

/** Speak this language from here on. */
export function speak(chosen: Language): void {
  language = chosen;
  document.documentElement.lang = chosen;
}

export function spoken(): Language {
  return language;
}

/** The language of a browser, Kazakh where it has none of ours. */
export function preferred(offered: readonly string[]): Language {
  const found = offered.map((one) => one.slice(0, 2)).find((one) => LANGUAGES.includes(one as Language));
  return (found as Language | undefined) ?? "kk";
}

/** A sentence; `{name}` is replaced, `{count|one|few|many}` chosen by the number of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return sentences[key][language].replace(/\{(\w+)(?:\|([^}]*))?\}/g, (_, name: string, forms: string | undefined) => {
    const value = values[name] ?? "";
    return forms === undefined ? String(value) : plural(Number(value), forms.split("|"));
  });
}

/** What became wrong, in words: by its code or the family of its code, else as it says itself. */
export function told(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === "wrong-step") return (error as Error).message;
  const key = sentenceOf(String(code));
  if (key !== null) return t(key);
  return (error as DOMException).name === "QuotaExceededError" ? t("error.quota") : t("error.other", { code: typeof code === "string" ? code : (error as Error).name });
}

/** Why the gateway did not take an act, in words: it says so by a code of its own, and the act stays here. */
export function toldOfRefusal(code: string): string {
  const key = sentenceOf(code);
  return key === null ? t("error.refused", { code }) : t(key);
}

function sentenceOf(code: string): Key | null {
  const key = `error.${code}`;
  return key in sentences ? (key as Key) : (FAMILIES[code.split("-")[0]!] ?? null);
}

/** The word of a number from 0 to 255. */
export function wordOf(number: number): string {
  return LISTS[language][number] ?? "";
}

/** The names of all published codes. */
export function publishedCodes(): string[] {
  return PUBLISHED.map((row) => row[0]!);
}

/** Codes of a kind: what to choose from. */
export function codesOf(kind: string): { code: string; text: string }[] {
  const column = { en: 2, ru: 3, kk: 4 }[language];
  return PUBLISHED.filter((row) => row[1] === kind).map((row) => ({ code: row[0]!, text: row[column]! }));
}

/** A moment as people write it here, as the clock of this device shows it. */
export function momentText(moment: string): string {
  const at = new Date(moment);
  return wallText(new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString());
}

/** A moment as people write it here, in the offset that it states. */
export function wallText(moment: string): string {
  return `${dayText(moment)}, ${moment.slice(11, 16)}`;
}

/** A length of time in the unit that people would say it in. */
export function spanText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (minutes < 120) return t("span.minutes", { count: minutes });
  const hours = Math.round(minutes / 60);
  return hours < 72 ? t("span.hours", { count: hours }) : t("span.days", { count: Math.round(hours / 24) });
}

/** A day as people write it here. Browsers seldom know the Kazakh months. */
export function dayText(day: string): string {
  const [year, month, date] = day.slice(0, 10).split("-").map(Number) as [number, number, number];
  if (language === "kk") return `${date} ${MONTHS[month - 1]}`;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "ru", { day: "numeric", month: "long", timeZone: "UTC" }).format(Date.UTC(year, month - 1, date));
}

function plural(value: number, forms: string[]): string {
  const rule = new Intl.PluralRules(language).select(value);
  const place = language === "ru" ? ["one", "few", "many"].indexOf(rule) : rule === "one" ? 0 : forms.length - 1;
  return forms[place < 0 ? forms.length - 1 : place] ?? forms.at(-1) ?? "";
}
