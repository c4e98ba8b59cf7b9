"""The embedded log: one SQLite file, as honest as Kafka and no more.

Positions are the integer primary key, from 0 without holes.  Triggers refuse to change or remove an entry and to put
one anywhere but at the end; write-ahead logging with synchronous=FULL has each append on the disk before it returns;
SQLite itself admits one writer at a time, over threads and processes.

What this cannot do: stop whoever owns the file from editing it with other tools.  That is what the Merkle tree, the
checkpoints and the receipts are for; such an edit is read as what it is (a missing or impossible record keeps its
position and gets the leaf that says so) and never hidden.  Nor does anything go on in a file that was put in the place of
the one that was opened, or that holds something else where this instance read last: nothing is written, and it says so.

Which error means what.  Before COMMIT begins nothing can have been written: LogUnavailable.  If COMMIT itself fails,
the frames may have reached the disk although their fsync failed, and recovery may find them: OutcomeUnknown.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final, Self

from custody.adapters import sqlite_errors
from custody.adapters.sqlite_errors import FileErrors
from custody.core.entries.unrepresentable import leaf_bytes, unrepresentable
from custody.ports import LogRecord, check_bounds
from schemas.errors import Contradicted, LogUnavailable, Misused, NotEstablished, OutcomeUnknown

APPLICATION_ID: Final = 1_129_665_356
"""Marks the file as one of ours in its header ("CUSL" in ASCII), so that no other database is ever written to."""

BUSY_MS: Final = 2_000
"""How long an append waits for another writer before it says that the log is busy."""

SET_UP: Final = """
PRAGMA application_id = 1129665356;
CREATE TABLE entries (
    position INTEGER PRIMARY KEY CHECK (position >= 0),
    entry    BLOB NOT NULL CHECK (length(entry) BETWEEN 1 AND 65535)
) STRICT;
CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_are_never_removed BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'an entry is never removed'); END;
CREATE TRIGGER entries_are_added_at_the_end BEFORE INSERT ON entries
    WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM entries)
    BEGIN SELECT RAISE(ABORT, 'an entry is added at the end only'); END;
"""
SELECT_NAMES: Final = "SELECT name FROM sqlite_schema"
SELECT_END: Final = "SELECT coalesce(max(position) + 1, 0) FROM entries"
SELECT_ENTRIES: Final = """
SELECT position, CAST(entry AS BLOB) FROM entries WHERE position >= ? AND position < ? ORDER BY position
"""
INSERT_ENTRY: Final = "INSERT INTO entries (position, entry) VALUES (?, ?)"

_ERRORS: Final = FileErrors(
    "log",
    {
        sqlite_errors.BUSY: "Another program is writing to the log; nothing was done, try again.",
        sqlite_errors.DISK_FULL: "The disk of the log is full; nothing was written.",
        sqlite_errors.DISK: "The disk of the log answered with an error; nothing was written.",
        sqlite_errors.READ_ONLY: "The log may not be written to; nothing was done.",
        sqlite_errors.MISSING: "There is no log that can be opened at this place.",
        sqlite_errors.CORRUPT: "The file of the log is damaged.",
        sqlite_errors.FOREIGN: "The file in the place of the log is no log.",
        sqlite_errors.UNUSABLE: "The file of the log cannot be used as a log.",
    },
)


_CHANGED: Final = "The log holds another entry where the newest one was read before"


class SqliteLog:
    """One log in one file.  Instances may be shared by threads; processes open their own."""

    def __init__(self, connection: sqlite3.Connection, *, path: Path) -> None:
        """Over a connection in autocommit mode to a set-up file: :meth:`open` and :meth:`create` make it."""
        self._connection = connection
        self._one_at_a_time = Lock()
        self._path = path.absolute()
        self._opened = _identity(self._path)
        self._last: tuple[int, bytes] | None = None
        """the newest entry that was read here"""

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open the log at ``path``, setting up a new and empty one if there is no file.  LogUnavailable."""
        connection = _connect(path, mode="rwc")
        with _closing_on_failure(connection), _transaction(connection):
            if not connection.execute(SELECT_NAMES).fetchall():
                for statement in _statements(SET_UP):
                    connection.execute(statement)
        return cls(_made_ready(connection), path=path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the log that is at ``path`` and create nothing.  LogUnavailable, also if there is none."""
        return cls(_made_ready(_connect(path, mode="rw")), path=path)

    def append(self, entries: Sequence[bytes]) -> None:
        """See the port: all of them in one transaction, or none."""
        check_bounds(entries)
        self._check_place()
        with self._one_at_a_time, _transaction(self._connection):
            if self._is_changed():
                raise LogUnavailable("log-changed", f"{_CHANGED}; nothing was written.")
            (end,) = self._connection.execute(SELECT_END).fetchone()
            self._connection.executemany(INSERT_ENTRY, enumerate(entries, start=end))

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port."""
        if start < 0 or limit < 1:
            raise Misused("log-range", "A log is read from position 0 or later, one record or more at a time.")
        self._check_place()
        with self._one_at_a_time, _told_as_log_errors():
            (end,) = self._connection.execute(SELECT_END).fetchone()
            if start > end:
                raise NotEstablished("log-too-short", f"Position {start} was asked for; the log ends at {end}.")
            if self._last is not None and start == self._last[0] + 1 and self._is_changed():
                raise Contradicted("log-changed", f"{_CHANGED}; nothing is read on from it.")
            stop = min(start + limit, end)
            found = dict(self._connection.execute(SELECT_ENTRIES, (start, stop)).fetchall())
            if stop - 1 in found and (self._last is None or self._last[0] < stop):
                self._last = stop - 1, found[stop - 1]
        missing = unrepresentable("missing")
        return [LogRecord(at, leaf_bytes(found[at]) if at in found else missing) for at in range(start, stop)]

    def end(self) -> int:
        """See the port."""
        self._check_place()
        with self._one_at_a_time, _told_as_log_errors():
            (end,) = self._connection.execute(SELECT_END).fetchone()
            return int(end)

    def _is_changed(self) -> bool:
        """Whether the file holds something else now where this instance read last."""
        if self._last is None:
            return False
        position, entry = self._last
        return self._connection.execute(SELECT_ENTRIES, (position, position + 1)).fetchall() != [(position, entry)]

    def _check_place(self) -> None:
        """LogUnavailable where another file, or none, is in the place of the one that was opened."""
        if self._opened is None or _identity(self._path) != self._opened:
            raise LogUnavailable("log-replaced", "Another file was put in the place of the log; nothing was done.")

    def close(self) -> None:
        """Give the file back; the log is as it is."""
        with self._one_at_a_time:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _connect(path: Path, *, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    with _told_as_log_errors():
        return sqlite3.connect(
            address, uri=True, timeout=BUSY_MS / 1_000, isolation_level=None, check_same_thread=False
        )


def _made_ready(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, once it is certain that its file is a log: nothing is written to any other database."""
    with _closing_on_failure(connection):
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        if found != APPLICATION_ID:
            raise LogUnavailable("log-foreign", "The file in the place of the log is another program's database.")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executescript would commit the transaction that it runs in."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it, under the write lock from its beginning."""
    with _told_as_log_errors():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            _roll_back(connection)
            raise
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        with suppress(sqlite3.Error):  # mostly SQLite has rolled back by now; either way the outcome stays unknown
            _roll_back(connection)
        raise OutcomeUnknown(
            "log-commit", "The disk failed while entries were being kept: they may be in the log; append them again."
        ) from error


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@contextmanager
def _closing_on_failure(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        with _told_as_log_errors():
            yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def _told_as_log_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise LogUnavailable("log-closed", "The log was closed by this program.") from error
    except sqlite3.Error as error:
        raise LogUnavailable(*_ERRORS.told(error)) from error
