// One device in somebody's hands: its store, who is unlocked, and the making of acts in one line.
//
// The order is the guarantee: number, act and signatures are in the store before any of them leaves this module.

import { eventIdOf, formatEnvelope, preAuthentication, Refused, textAt, parsePayload, type Bytes, type JsonObject } from "../core/shared.ts";
import { draft, localMoment, type Mark } from "./drafting.ts";
import { checkKnown } from "./known.ts";
import { Knowledge } from "./knowledge.ts";
import type { Pack } from "./pack.ts";
import { Store, type DeviceKeys, type Person } from "./store.ts";
import { afterMistake, signed, unlock } from "./vault.ts";

export interface Made {
  id: string;
  entry: Bytes;
  event: JsonObject;
}

export interface InHand {
  person: Person;
  private: CryptoKey;
}

export class Device {
  readonly store: Store;
  readonly now: () => Date;
  hands: InHand[] = [];
  readonly #published: readonly string[];
  #busy: Promise<unknown> = Promise.resolve();

  /** @param published the codes of the published list */
  constructor(store: Store, published: readonly string[], now: () => Date = () => new Date()) {
    this.store = store;
    this.#published = published;
    this.now = now;
  }

  keys(): Promise<DeviceKeys | undefined> {
    return this.store.setting<DeviceKeys>("device");
  }

  async ownKeys(): Promise<DeviceKeys> {
    const keys = await this.keys();
    if (keys === undefined) throw new Refused("no-device", "This device has no key yet.");
    return keys;
  }

  async knowledge(): Promise<Knowledge> {
    const pack = await this.store.setting<Pack>("pack");
    if (pack === undefined) throw new Refused("never-synced", "This device does not know the election yet: go online once.");
    return new Knowledge(pack, await this.store.entries(), (await this.store.persons()).map((one) => one.person));
  }

  /** Unlock a person's key, who acts alone; a wrong PIN counts, and after five of them it waits. */
  async unlock(key: string, pin: string): Promise<void> {
    this.hands = [await this.#opened(key, pin)];
  }

  /** Another person of this device signs the acts that follow too. */
  async join(key: string, pin: string): Promise<void> {
    const hand = await this.#opened(key, pin);
    this.hands = [...this.hands.filter((one) => one.person.person !== hand.person.person), hand];
  }

  async #opened(key: string, pin: string): Promise<InHand> {
    const person = (await this.store.persons()).find((one) => one.key === key);
    if (person === undefined) throw new Refused("person-unknown", "This person does not sign on this device.");
    if (await this.#isRevoked(key)) throw new Refused("key-revoked", "This key was revoked: nothing is signed with it any more.");
    if (person.waitUntil > this.now().getTime()) throw new Refused("pin-waits", "Too many wrong PINs: wait.");
    try {
      const hand = { person, private: await unlock(person, pin, await this.ownKeys()) };
      if (person.mistakes > 0) await this.store.putPerson({ ...person, mistakes: 0, waitUntil: 0 });
      return hand;
    } catch (error) {
      await this.store.putPerson(afterMistake(person, this.now().getTime()));
      throw error;
    }
  }

  /** Whether the log, as far as this device knows it, has revoked a key. */
  async #isRevoked(key: string): Promise<boolean> {
    const pack = await this.store.setting<Pack>("pack");
    return pack?.roster.some((one) => one.key === key && one.revoked) === true;
  }

  lock(): void {
    this.hands = [];
  }

  /** The one who acts now. */
  hand(): InHand {
    const hand = this.hands[0];
    if (hand === undefined) throw new Refused("locked", "Nobody is signing: enter your PIN.");
    return hand;
  }

  /** Complete, sign and keep one act; `met` are envelopes of others that it goes back to, the last one the other half of a handover. */
  make(said: JsonObject & { type: string }, met: Bytes[] = []): Promise<Made> {
    const done = this.#busy.then(() => this.#make(said, met));
    this.#busy = done.catch(() => undefined);
    return done;
  }

  async #make(said: JsonObject & { type: string }, met: Bytes[]): Promise<Made> {
    const [keys, hand, knowledge] = [await this.ownKeys(), this.hand(), await this.knowledge()];
    if (knowledge.key(keys.key) === null) throw new Refused("device-not-enrolled", "The key of this device is not enrolled: nobody could check what it signs.");
    const mark = await this.#mark(keys, knowledge);
    const sign = (message: Bytes): Promise<Bytes> => signed(keys.private, message);
    const payload = await draft(said, { knowledge, signers: this.hands.map((one) => one.person), mark, now: this.now(), sign });
    checkKnown(parsePayload(payload), knowledge, this.#published);
    const message = preAuthentication(payload);
    const signatures = await Promise.all([
      ...this.hands.map(async (one) => ({ keyid: one.person.key, sig: await signed(one.private, message) })),
      sign(message).then((sig) => ({ keyid: keys.key, sig })),
    ]);
    if (this.hand() !== hand) throw new Refused("locked", "Nobody is signing: enter your PIN.");
    const [event, id, entry] = [parsePayload(payload), eventIdOf(payload), formatEnvelope(payload, signatures)];
    const isAnswer = said.type === "HandoverAnswered";
    await this.store.keepAct({
      act: { number: mark.number, event: id, payload },
      entry,
      met,
      nonce: isAnswer ? textAt(event, "nonce") : null,
      offer: isAnswer ? textAt(event, "offer") : null,
      elapsed: mark.elapsed,
      at: localMoment(this.now()),
    });
    return { id, entry, event };
  }

  /** The next place in the chain; Refused("rolled-back") where somebody has seen a higher number than this device knows. */
  async #mark(keys: DeviceKeys, knowledge: Knowledge): Promise<Mark> {
    const end = await this.chainEnd();
    const told = await this.toldNumber(keys, knowledge.pack);
    if (told > end.number) throw new Refused("rolled-back", "Others have seen later acts of this device than it knows: it was restored from an old copy and signs nothing more.");
    return { key: keys.key, number: end.number + 1, previous: end.event, elapsed: await this.#elapsed() };
  }

  /** The last number of this device's chain that it knows, by its numbers and by its acts. */
  async chainEnd(): Promise<{ number: number; event: string | null }> {
    const acts = await this.store.acts();
    const own = (await this.store.entries()).filter((one) => one.source === "own");
    const known = acts.at(-1);
    const lost = own.find((one) => !acts.some((act) => act.event === one.event));
    if (lost !== undefined) throw new Refused("store-damaged", "Part of what this device keeps is missing: it signs nothing more. Save its acts to a file.");
    return known === undefined ? { number: 0, event: null } : { number: known.number, event: known.event };
  }

  /** The highest number of this device's chain that anybody told it. */
  async toldNumber(keys: DeviceKeys, pack: Pack): Promise<number> {
    const byGateway = pack.chains.find((one) => one.device === keys.key)?.number ?? 0;
    return Math.max(byGateway, (await this.store.setting<number>("told")) ?? 0);
  }

  /** Somebody says that he has met this number of this device's chain. */
  async hear(number: number): Promise<void> {
    if (number > ((await this.store.setting<number>("told")) ?? 0)) await this.store.set("told", number);
  }

  async #elapsed(): Promise<number> {
    const last = await this.store.setting<{ elapsed: number; wall: number }>("elapsed");
    if (last === undefined) return 0;
    return last.elapsed + Math.max(0, Math.round((this.now().getTime() - last.wall) / 1000));
  }
}
