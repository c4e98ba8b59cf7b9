"""The outbox of one device: one crash-safe SQLite file with its chain, its acts, and all it knows of others'.

What the file guarantees (guarantees G8):
1. A number of the device's chain belongs to one event for ever: it is a primary key, and triggers refuse changes and removals.
2. Number, event and signatures are kept in one transaction, on the disk (WAL, synchronous=FULL) before ``keep_act`` returns;
   only then may a signature leave the process. Killed before that, nothing has left; killed after it, everything is here.
3. No entry is removed.

The life of an entry: saved -> sent -> recorded (a receipt, and the log shows these bytes at its position) -> proven (its proof
under a checkpoint that enough log witnesses cosigned is kept here); refused: the gateway said so under its key, it is sent again.

Not here: what an act means (core), when to send (courier.sync), keys (keystore).
Unavailable: outbox-busy, -disk-full, -disk, -read-only, -missing, -corrupt, -foreign, -number-taken.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from custody.adapters import kept_proofs, sqlite_errors
from custody.adapters.durable import make_private
from custody.adapters.evidence import KEEP, KEPT, BrokenPromise, put_table
from custody.adapters.outbox_tables import SET_UP
from custody.adapters.sqlite_errors import FileErrors
from custody.ports import LogRecord
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.errors import Unavailable

APPLICATION_ID: Final = 1_129_668_440
"""Marks the file as an outbox in its header ("CUOX" in ASCII, one off), so that no other database is ever written to."""
BUSY_MS: Final = 2_000
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite puts beside its file, with the file's own rights."""

Source = Literal["own", "cosigned", "pair", "known"]
"""own: made here. cosigned: of another device, signed by somebody here. pair: the other half of a handover.
known: travelled along. All but ``known`` are sent."""
Status = Literal["saved", "sent", "recorded", "proven", "refused"]

_KEPT: Final = "SELECT place, entry_hash, event, entry, source, status, position, statement FROM entries"
_KEEP_ENTRY: Final = """
INSERT INTO entries (entry_hash, event, entry, source, status) VALUES (?, ?, ?, ?, 'saved')
ON CONFLICT (entry_hash) DO UPDATE SET source = excluded.source WHERE source = 'known'
"""
_MARK: Final = """
UPDATE entries SET status = ?, position = coalesce(?, position), statement = coalesce(?, statement) WHERE entry_hash = ?
"""
_ERRORS: Final = FileErrors(
    "outbox",
    {
        sqlite_errors.BUSY: "Another program is using this device's outbox; nothing was done, try again.",
        sqlite_errors.DISK_FULL: "This device's disk is full: nothing was signed, free some space.",
        sqlite_errors.DISK: "This device's disk answered with an error: nothing was signed.",
        sqlite_errors.READ_ONLY: "This device's outbox may not be written to: nothing was signed.",
        sqlite_errors.MISSING: "There is no outbox that can be opened at this place.",
        sqlite_errors.CORRUPT: "The file of this device's outbox is damaged: keep it, and use another device.",
        sqlite_errors.FOREIGN: "The file in the place of this device's outbox is no outbox.",
        sqlite_errors.UNUSABLE: "The file of this device's outbox cannot be used.",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """One entry in the outbox; ``statement`` is the gateway's signed receipt or refusal, if there is one."""

    place: int
    entry_hash: str
    event: str
    entry: bytes
    source: Source
    status: Status
    position: int | None
    statement: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAct:
    """An act ready to be kept with its number in the chain, and what is kept in the same step.

    ``countersigned``: events of other devices that it names. ``met``: envelopes that it goes back to, the last one being the
    other half of a handover. ``nonce``: of the invitation that an answer uses up, with ``offer``.
    """

    number: int
    event: str
    payload: bytes
    entry: bytes
    countersigned: tuple[str, ...] = ()
    met: tuple[bytes, ...] = ()
    nonce: str | None = None
    offer: str | None = None


class Outbox:
    """One device's outbox; one process at a time writes, others wait ``BUSY_MS`` and are then refused."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Over a connection to a set-up file: :meth:`create` and :meth:`open` make it."""
        self._connection = connection

    @classmethod
    def create(cls, path: Path, *, badge: str, key: str) -> Self:
        """Open the outbox at ``path``, setting one up for the device (badge, key id) if there is no file. Unavailable."""
        with _told():
            connection = _connect(path, mode="rwc")
            with _closing(connection):
                _set_up(connection, badge=badge, key=key)
        outbox = cls(_ready(connection))
        if outbox.device() != (badge, key):
            outbox.close()
            raise Unavailable("outbox-foreign", f"The outbox at {path.name} belongs to another device than {badge}.")
        return outbox

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the outbox that is at ``path``; nothing is made. Unavailable."""
        with _told():
            return cls(_ready(_connect(path, mode="rw")))

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def device(self) -> tuple[str, str]:
        """(badge, key id) of the device whose outbox this is."""
        row = self._one("SELECT badge, key FROM device")
        if row is None:
            raise Unavailable("outbox-corrupt", "The outbox does not say whose it is.")
        return str(row[0]), str(row[1])

    def keep_act(self, act: NewAct) -> None:
        """Keep an act with its number and what belongs to it, all on the disk when this returns.

        Unavailable("outbox-number-taken") where the number belongs to an event already: the signatures must not leave.
        """
        try:
            with self._transaction():
                self._connection.execute(
                    "INSERT INTO acts (number, event, payload) VALUES (?, ?, ?)", (act.number, act.event, act.payload)
                )
                self._insert(act.met[:-1], source="known")
                self._insert(act.met[-1:], source="pair")
                self._insert((act.entry,), source="own")
                countersigned = [(act.number, event) for event in act.countersigned]
                self._connection.executemany("UPDATE countersigned SET number = ? WHERE event = ?", countersigned)
                self._connection.execute("UPDATE invitations SET answered = ? WHERE nonce = ?", (act.offer, act.nonce))
        except sqlite3.IntegrityError as error:
            raise Unavailable(
                "outbox-number-taken",
                "This device signed another act under that number meanwhile; nothing was signed, try again.",
            ) from error

    def keep(self, entries: Iterable[bytes], *, source: Source) -> None:
        """Keep signed envelopes (well-formed ones) without a number of the chain; known ones are not kept twice."""
        with self._transaction():
            self._insert(entries, source=source)

    def keep_cosigned(self, entry: bytes, *, is_of_other_device: bool) -> None:
        """Keep an envelope to which somebody added a signature here; the device's next act names it, if it is another's."""
        event = event_id(parse_envelope(entry).payload)
        with self._transaction():
            self._insert((entry,), source="cosigned")
            if is_of_other_device:
                self._connection.execute("INSERT OR IGNORE INTO countersigned (event) VALUES (?)", (event,))

    def kept(self) -> tuple[OutboxEntry, ...]:
        """All entries in the order in which they came."""
        return tuple(_kept(row) for row in self._all(f"{_KEPT} ORDER BY place"))

    def find(self, event: str) -> tuple[OutboxEntry, ...]:
        """The entries of one event, each with other signatures, in the order in which they came."""
        return tuple(_kept(row) for row in self._all(f"{_KEPT} WHERE event = ? ORDER BY place", (event,)))

    def mark(self, digest: str, status: Status, *, position: int | None = None, statement: bytes | None = None) -> None:
        """What became of an entry; position and statement stay where None is given."""
        with self._transaction():
            self._connection.execute(_MARK, (status, position, statement, digest))

    def prove(self, digest: str, *, proof: bytes) -> None:
        """Keep an entry's proof, which was verified, and call the entry proven, in one step."""
        with self._transaction():
            self._connection.execute(kept_proofs.KEEP, (digest, proof))
            self._connection.execute(_MARK, ("proven", None, None, digest))

    def proof_of(self, digest: str) -> bytes | None:
        """The proof that is kept of an entry."""
        row = self._one(kept_proofs.KEPT, (digest,))
        return None if row is None else bytes(row[0])

    def keep_evidence(self, item: BrokenPromise) -> None:
        """Keep for ever what a gateway signed and the log contradicts."""
        with self._transaction():
            self._connection.execute(KEEP, astuple(item))

    def evidence(self) -> tuple[BrokenPromise, ...]:
        """All evidence, oldest first."""
        return tuple(BrokenPromise(*row) for row in self._all(KEPT))

    def last_number(self) -> tuple[int, str] | None:
        """(number, event id) of the newest act of the chain kept here."""
        row = self._one("SELECT number, event FROM acts ORDER BY number DESC LIMIT 1")
        return None if row is None else (int(row[0]), str(row[1]))

    def countersigned_since(self) -> tuple[str, ...]:
        """Events of other devices signed here and not yet named in an act of this one, oldest first."""
        return tuple(
            str(row[0]) for row in self._all("SELECT event FROM countersigned WHERE number IS NULL ORDER BY place")
        )

    def invite(self, nonce: str, *, keys: Sequence[str] = ()) -> None:
        """Remember an invitation that this device gave, for the holders of these keys."""
        with self._transaction():
            self._connection.execute("INSERT INTO invitations (nonce, keys) VALUES (?, ?)", (nonce, " ".join(keys)))

    def invited(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(nonce, keys) of every invitation that this device gave."""
        return tuple((nonce, tuple(keys.split())) for nonce, keys in self._all("SELECT nonce, keys FROM invitations"))

    def invitation(self, nonce: str) -> tuple[bool, str | None]:
        """(whether this device gave the nonce, the offer it answered with it or None)."""
        row = self._one("SELECT answered FROM invitations WHERE nonce = ?", (nonce,))
        return (False, None) if row is None else (True, row[0])

    def learn(self, records: Sequence[LogRecord], *, at: str | None = None) -> None:
        """Keep what the log holds; ``at`` is the moment of this sync."""
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO log VALUES (?, ?)", [(item.position, item.entry) for item in records]
            )
            if at is not None:
                self._connection.execute("UPDATE device SET synced_at = ?", (at,))

    def learned(self) -> Iterator[LogRecord]:
        """The log as far as this device has learned it, from position 0 on."""
        for position, entry in self._all("SELECT position, entry FROM log ORDER BY position"):
            yield LogRecord(int(position), bytes(entry))

    def learned_at(self, position: int) -> bytes | None:
        """The entry learned at one position."""
        row = self._one("SELECT entry FROM log WHERE position = ?", (position,))
        return None if row is None else bytes(row[0])

    def learned_end(self) -> int:
        """The next position to learn."""
        row = self._one("SELECT coalesce(max(position) + 1, 0) FROM log")
        return 0 if row is None else int(row[0])

    def forget_from(self, position: int) -> None:
        """The log was restored: what was learned from ``position`` on is learned, and what was recorded there sent, anew."""
        with self._transaction():
            self._connection.execute("DELETE FROM log WHERE position >= ?", (position,))
            self._connection.execute(
                "UPDATE entries SET status = 'saved', position = NULL WHERE position >= ? AND status <> 'refused'",
                (position,),
            )

    def synced_at(self) -> str | None:
        """The moment of the last sync that reached a gateway."""
        row = self._one("SELECT synced_at FROM device")
        return None if row is None else row[0]

    def _insert(self, entries: Iterable[bytes], *, source: Source) -> None:
        rows = [(entry_hash(entry), event_id(parse_envelope(entry).payload), entry, source) for entry in entries]
        self._connection.executemany(_KEEP_ENTRY, rows)

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _told():
            return self._connection.execute(statement, values).fetchall()

    def _one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        rows = self._all(statement, values)
        return rows[0] if rows else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of the block or nothing of it, on the disk when it ends."""
        with _told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def _kept(row: tuple[Any, ...]) -> OutboxEntry:
    place, digest, event, entry, source, status, position, statement = row
    return OutboxEntry(
        place=place,
        entry_hash=digest,
        event=event,
        entry=entry,
        source=source,
        status=status,
        position=position,
        statement=statement,
    )


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
    make_private(path, beside=_BESIDE, is_made=mode == "rwc")
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_MS / 1_000, isolation_level=None)


def _set_up(connection: sqlite3.Connection, *, badge: str, key: str) -> None:
    """Make the tables in an empty file, all of them with the device's name or none; leave any other file alone."""
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
        return
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        for statement in SET_UP:
            connection.execute(statement)
        connection.execute("INSERT INTO device (badge, key) VALUES (?, ?)", (badge, key))
    connection.execute("COMMIT")


def _ready(connection: sqlite3.Connection) -> sqlite3.Connection:
    with _closing(connection), _told():
        if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
            raise Unavailable(
                "outbox-foreign", "The file in the place of this device's outbox is another program's database."
            )
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
        put_table(connection)
        kept_proofs.put_table(connection)
    return connection


@contextmanager
def _closing(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def _told() -> Iterator[None]:
    """Errors of SQLite in the words of a device's user; broken constraints are the caller's."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise Unavailable(*_ERRORS.told(error)) from error
