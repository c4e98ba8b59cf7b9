"""The state of a log witness in one SQLite file: the latest tree of each log that it cosigned, and the list of all before it.

Comparing with the latest tree and putting the next one in its place is one transaction that holds SQLite's write lock from its
beginning, over threads and processes; the disk has it (``synchronous=FULL``) before the transaction returns. Triggers keep the
rest: no tree of a log is ever smaller than one before it, and a size keeps the root that was cosigned for it.

The file belongs to one pair of keys. It is made with them and never again: keys whose file is lost must sign nothing more,
because nobody knows what they have signed.

Unavailable: witness-state-missing, witness-state-foreign, witness-state.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Self

from custody.adapters.durable import make_private, sync_folder
from schemas.errors import Unavailable

APPLICATION_ID: Final = 1_129_666_388
"""Marks the file as one of ours in its header ("CUWT" in ASCII)."""
CONTRADICTIONS_MAX: Final = 100
"""Signed contradictions that are kept of each log: one is proof enough."""
BUSY_MS: Final = 5_000
"""How long a checkpoint waits for the one before it."""

SET_UP: Final = """
CREATE TABLE witness (
    name TEXT NOT NULL,
    keys TEXT NOT NULL
) STRICT;
CREATE TABLE cosigned (
    origin TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    first_at INTEGER NOT NULL,
    at INTEGER NOT NULL CHECK (at >= first_at),
    signed BLOB NOT NULL,
    note BLOB,
    PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE contradicted (
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    at INTEGER NOT NULL,
    signed BLOB NOT NULL,
    PRIMARY KEY (origin, size, root)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER what_was_cosigned_is_never_removed BEFORE DELETE ON cosigned
    BEGIN SELECT RAISE(ABORT, 'what was cosigned is never removed'); END;
CREATE TRIGGER a_size_keeps_its_root BEFORE UPDATE ON cosigned
    WHEN NEW.origin IS NOT OLD.origin OR NEW.size IS NOT OLD.size OR NEW.root IS NOT OLD.root
    BEGIN SELECT RAISE(ABORT, 'a size keeps its root'); END;
CREATE TRIGGER a_log_never_shrinks BEFORE INSERT ON cosigned
    WHEN NEW.size <= (SELECT max(size) FROM cosigned WHERE origin = NEW.origin)
    BEGIN SELECT RAISE(ABORT, 'a log never shrinks'); END;
PRAGMA application_id = 1129666388;
"""
INSERT_WITNESS: Final = "INSERT INTO witness (name, keys) VALUES (?, ?)"
SELECT_WITNESS: Final = "SELECT name, keys FROM witness"
SELECT_LATEST: Final = """
SELECT size, root, first_at, at, note FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT 1
"""
SELECT_LAST: Final = """
SELECT size, root, first_at, at, note FROM cosigned WHERE origin = ? ORDER BY size DESC LIMIT ?
"""
FORGET_NOTES: Final = "UPDATE cosigned SET note = NULL WHERE origin = ? AND size = ?"
INSERT_COSIGNED: Final = """
INSERT INTO cosigned (origin, size, root, first_at, at, signed, note) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
SELECT_ROOT: Final = "SELECT root FROM cosigned WHERE origin = ? AND size = ?"
INSERT_CONTRADICTED: Final = """
INSERT OR IGNORE INTO contradicted (origin, size, root, at, signed)
SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM contradicted WHERE origin = ?) < ?
"""
SELECT_CONTRADICTIONS: Final = """
SELECT o.size, o.at, c.signed, o.signed FROM contradicted AS o JOIN cosigned AS c USING (origin, size)
WHERE origin = ? ORDER BY o.size, o.root
"""
COSIGN_AGAIN: Final = "UPDATE cosigned SET at = ?, note = ? WHERE origin = ? AND size = ?"


@dataclass(frozen=True, slots=True)
class WitnessNames:
    """Whose file it is: the witness's name, and its verifier keys, one a line."""

    name: str
    keys: str


@dataclass(frozen=True, slots=True)
class CosignedTree:
    """A tree of a log: cosigned first and last at these seconds since 1970. ``note`` is kept of the latest one only."""

    size: int
    root: bytes
    first_at: int
    at: int
    note: bytes | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two checkpoints of one size and two roots, both signed by the log: the cosigned one, and another that was shown."""

    size: int
    at: int
    cosigned: bytes
    other: bytes


class Turn:
    """One log's transaction: what was cosigned last, and the one chance to say what is cosigned now."""

    def __init__(self, connection: sqlite3.Connection, *, origin: str) -> None:
        self._connection = connection
        self._origin = origin
        found = connection.execute(SELECT_LATEST, (origin,)).fetchone()
        self.latest = None if found is None else CosignedTree(*found)

    def root_of(self, size: int) -> bytes | None:
        """The root that was cosigned for a size, None if none was."""
        found = self._connection.execute(SELECT_ROOT, (self._origin, size)).fetchone()
        return None if found is None else bytes(found[0])

    def contradict(self, *, size: int, root: bytes, at: int, signed: bytes) -> None:
        """Keep a checkpoint that the log signed and that contradicts what was cosigned for its size."""
        row = (self._origin, size, root, at, signed, self._origin, CONTRADICTIONS_MAX)
        self._connection.execute(INSERT_CONTRADICTED, row)

    def keep(self, *, size: int, root: bytes, at: int, signed: bytes, note: bytes) -> None:
        """Put this tree in the place of the latest; it is on the disk when the turn is over.

        ``signed`` is the checkpoint as the log signed it, ``note`` the same with what the witness added.
        """
        if self.latest is not None and self.latest.size == size and self.latest.root == root:
            self._connection.execute(COSIGN_AGAIN, (at, note, self._origin, size))
            return
        if self.latest is not None:
            self._connection.execute(FORGET_NOTES, (self._origin, self.latest.size))
        self._connection.execute(INSERT_COSIGNED, (self._origin, size, root, at, at, signed, note))


class WitnessState:
    """The open file. Instances may be shared by threads; processes open their own."""

    def __init__(self, connection: sqlite3.Connection, *, owner: WitnessNames) -> None:
        """Over a connection in autocommit mode to a set-up file: :meth:`open` makes it."""
        self.owner = owner
        self._connection = connection
        self._one_at_a_time = Lock()

    @classmethod
    def create(cls, path: Path, *, owner: WitnessNames) -> None:
        """Make the file of new keys, where there is none, for its owner's eyes only."""
        make_private(path, is_made=True)
        with _told():
            connection = _connect(path)
            try:
                connection.executescript(f"BEGIN IMMEDIATE;{SET_UP}")
                connection.execute(INSERT_WITNESS, (owner.name, owner.keys))
                connection.execute("COMMIT")
            finally:
                connection.close()
        sync_folder(path.parent)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file that is at ``path`` and create nothing; Unavailable where there is none, or another program's."""
        if not path.exists():
            raise Unavailable(
                "witness-state-missing",
                f"{path.name} is missing: nobody knows what these keys have signed, so they sign nothing more. Make new ones.",
            )
        with _told():
            connection = _connect(path)
            try:
                return cls(connection, owner=_owner(connection))
            except BaseException:
                connection.close()
                raise

    @contextmanager
    def turn(self, origin: str) -> Iterator[Turn]:
        """All of the block and of what it keeps, or nothing of it. Unavailable if the disk cannot say that it has it."""
        with self._one_at_a_time, _told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Turn(self._connection, origin=origin)
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                raise

    def last(self, origin: str, *, limit: int) -> Sequence[CosignedTree]:
        """The latest trees of a log that were cosigned, the latest first."""
        with self._one_at_a_time, _told():
            return [CosignedTree(*row) for row in self._connection.execute(SELECT_LAST, (origin, limit))]

    def contradictions(self, origin: str) -> Sequence[Contradiction]:
        """Whatever a log signed against what was cosigned of it."""
        with self._one_at_a_time, _told():
            return [Contradiction(*row) for row in self._connection.execute(SELECT_CONTRADICTIONS, (origin,))]

    def close(self) -> None:
        """Give the file back."""
        with self._one_at_a_time:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _owner(connection: sqlite3.Connection) -> WitnessNames:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    told = connection.execute(SELECT_WITNESS).fetchone() if found == APPLICATION_ID else None
    if told is None:
        raise Unavailable("witness-state-foreign", "The file in the place of the witness's state is none.")
    return WitnessNames(*told)


def _connect(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        address, uri=True, timeout=BUSY_MS / 1_000, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    return connection


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(
            "witness-state", "What was cosigned cannot be read or kept now; nothing was signed."
        ) from error
