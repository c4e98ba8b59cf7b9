// What a device keeps, in the browser's database: its chain, its acts, what it was shown, its people's locked keys.
//
// A number of the chain belongs to one act for ever: it is the key of its row, rows are only added. Number, act and signatures
// are written in one transaction with strict durability before any of them leaves (guarantee of the outbox, docs/phone.md).

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { entryHashOf, eventIdOf, parseEnvelope, Refused, type Bytes } from "../core/shared.ts";

export type Source = "own" | "pair" | "known";
export type Status = "saved" | "sent" | "recorded" | "proven" | "refused";

export interface Act {
  number: number;
  event: string;
  payload: Bytes;
}

export interface Kept {
  place?: number;
  hash: string;
  event: string;
  entry: Bytes;
  source: Source;
  status: Status;
  position: number | null;
  statement: string | null;
  /** by when a proof was promised, and the proof; absent in what earlier versions of the app kept */
  promised?: string | null;
  proof?: string | null;
  keptAt: string;
}

export interface Person {
  key: string;
  public: Bytes;
  badge: string;
  role: string;
  office: string;
  person: string;
  salt: Bytes;
  rounds: number;
  outerIv: Bytes;
  innerIv: Bytes;
  locked: Bytes;
  mistakes: number;
  waitUntil: number;
}

export interface DeviceKeys {
  badge: string;
  key: string;
  public: Bytes;
  private: CryptoKey;
  wrapping: CryptoKey;
}

export interface GivenInvitation {
  nonce: string;
  election: string;
  keys: string[];
  answered: string | null;
}

export interface Met {
  device: string;
  number: number;
}

interface Schema extends DBSchema {
  settings: { key: string; value: unknown };
  persons: { key: string; value: Person };
  acts: { key: number; value: Act };
  entries: { key: number; value: Kept; indexes: { hash: string; event: string } };
  invitations: { key: string; value: GivenInvitation };
  met: { key: string; value: Met };
}

export interface NewAct {
  act: Act;
  entry: Bytes;
  met: Bytes[];
  nonce: string | null;
  offer: string | null;
  elapsed: number;
  at: string;
}

const VERSION = 1;
const STRICT = { durability: "strict" } as const;

/** The database of one device. */
export class Store {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  static async open(name = "custody"): Promise<Store> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore("settings");
        fresh.createObjectStore("persons", { keyPath: "key" });
        fresh.createObjectStore("acts", { keyPath: "number" });
        const entries = fresh.createObjectStore("entries", { keyPath: "place", autoIncrement: true });
        entries.createIndex("hash", "hash", { unique: true });
        entries.createIndex("event", "event");
        fresh.createObjectStore("invitations", { keyPath: "nonce" });
        fresh.createObjectStore("met", { keyPath: "device" });
      },
    });
    return new Store(db);
  }

  close(): void {
    this.#db.close();
  }

  async setting<Value>(name: string): Promise<Value | undefined> {
    return (await this.#db.get("settings", name)) as Value | undefined;
  }

  async set(name: string, value: unknown): Promise<void> {
    await this.#db.put("settings", value, name);
  }

  persons(): Promise<Person[]> {
    return this.#db.getAll("persons");
  }

  async putPerson(person: Person): Promise<void> {
    await this.#db.put("persons", person);
  }

  acts(): Promise<Act[]> {
    return this.#db.getAll("acts");
  }

  entries(): Promise<Kept[]> {
    return this.#db.getAll("entries");
  }

  find(event: string): Promise<Kept[]> {
    return this.#db.getAllFromIndex("entries", "event", event);
  }

  async mark(place: number, change: Partial<Pick<Kept, "status" | "position" | "statement" | "promised" | "proof">>): Promise<void> {
    const tx = this.#db.transaction("entries", "readwrite", STRICT);
    const kept = await tx.store.get(place);
    if (kept !== undefined) await tx.store.put({ ...kept, ...change });
    await tx.done;
  }

  async invite(invitation: GivenInvitation): Promise<void> {
    const tx = this.#db.transaction("invitations", "readwrite", STRICT);
    await tx.store.add(invitation);
    await tx.done;
  }

  invitations(): Promise<GivenInvitation[]> {
    return this.#db.getAll("invitations");
  }

  met(): Promise<Met[]> {
    return this.#db.getAll("met");
  }

  /** Remember the highest number of another device's chain that was seen. */
  async meet(device: string, number: number): Promise<void> {
    const tx = this.#db.transaction("met", "readwrite");
    const known = await tx.store.get(device);
    if (known === undefined || known.number < number) await tx.store.put({ device, number });
    await tx.done;
  }

  /** Keep envelopes that others signed; known ones are not kept twice. */
  async keep(entries: Bytes[], source: Source, at: string): Promise<void> {
    const rows = entries.map((entry) => keptOf(entry, source, at));
    const tx = this.#db.transaction("entries", "readwrite", STRICT);
    for (const row of rows) if ((await tx.store.index("hash").get(row.hash)) === undefined) await tx.store.add(row);
    await tx.done;
  }

  /** Keep an act with its number and all that belongs to it, or nothing of it; on the disk when this returns. */
  async keepAct(made: NewAct): Promise<void> {
    const rows = [...made.met.map((entry, at) => keptOf(entry, at + 1 === made.met.length ? "pair" : "known", made.at)), keptOf(made.entry, "own", made.at)];
    const tx = this.#db.transaction(["acts", "entries", "invitations", "settings"], "readwrite", STRICT);
    try {
      const taken = await tx.objectStore("acts").get(made.act.number);
      if (taken !== undefined) throw new Refused("number-taken", "This device signed another act under that number meanwhile.");
      const given = made.nonce === null ? undefined : await tx.objectStore("invitations").get(made.nonce);
      if (given !== undefined && given.answered !== null) throw new Refused("offer-answered", "This device has answered an offer to that invitation already.");
      await tx.objectStore("acts").add(made.act);
      const entries = tx.objectStore("entries");
      for (const row of rows) if ((await entries.index("hash").get(row.hash)) === undefined) await entries.add(row);
      if (given !== undefined) await tx.objectStore("invitations").put({ ...given, answered: made.offer });
      await tx.objectStore("settings").put({ elapsed: made.elapsed, wall: Date.now() }, "elapsed");
    } catch (error) {
      abandon(tx);
      await tx.done.catch(() => undefined);
      throw error;
    }
    await tx.done;
  }
}

/** Nothing of a transaction is kept; one that the browser has ended itself stays ended. */
function abandon(tx: { abort: () => void }): void {
  try {
    tx.abort();
  } catch {
    // It was aborted already.
  }
}

function keptOf(entry: Bytes, source: Source, at: string): Kept {
  const event = eventIdOf(parseEnvelope(entry).payload);
  return { hash: entryHashOf(entry), event, entry, source, status: "saved", position: null, statement: null, keptAt: at };
}
