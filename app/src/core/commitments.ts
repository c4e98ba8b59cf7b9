// Commitments: what must not be public yet (docs/spec/events.md 18 and 19).

import { hex, sha256, sha256Hex, utf8, type Bytes } from "./shared.ts";

/** The commitment to a content under the name of its field and a salt of 64 hexadecimal digits. */
export function commitment(field: string, salt: string, content: string): string {
  return sha256Hex(utf8(["custody/commitment/v1", field, salt, content].join("\n")));
}

/** What a device signs for the salt of a local time, at this place of its chain. */
export function localTimePlace(number: number, previous: string | null): Bytes {
  return utf8(`custody/local-time-salt/v1\n${number}\n${previous ?? ""}`);
}

/** The salt that follows from that signature. */
export function localTimeSalt(signature: Bytes): string {
  return hex(sha256(signature));
}
