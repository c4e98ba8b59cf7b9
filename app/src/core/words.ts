// Four comparison words: what both sides read to each other after a handover, so that a swapped answer shows.

import { joined, sha256, unhex, utf8 } from "./shared.ts";

const TAG = utf8("custody/comparison-words/v1\n");

/** Four numbers from 0 to 255 that follow from the event ids of an offer and its answer; each names a word in every language. */
export function comparisonNumbers(offer: string, answer: string): number[] {
  return [...sha256(joined(TAG, unhex(offer), unhex(answer))).slice(0, 4)];
}
