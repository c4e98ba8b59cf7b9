"""The recorder under the books: the `eventsourcing` library's SQLite recorder with a fence around its tracking.

The library lets a tracked position move whenever the new one is larger, so two runners that both read position 10
would both write 11 to 20.  Here a position moves only from exactly where its runner believes it to be, and that move is
the first statement of the transaction: it takes the write lock, and a runner that was overtaken hears `Fenced` before
it has written anything.

Not here: what is written.  ``sqlite_ledger`` and ``sqlite_views`` say that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from eventsourcing.domain import EventSourcingError
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteTrackingRecorder

from custody.adapters import sqlite_errors
from custody.adapters.sqlite_errors import FileErrors
from schemas.errors import Fenced, Unavailable

INSERT_START: Final = """
INSERT INTO tracking (application_name, notification_id) VALUES (:name, 0) ON CONFLICT DO NOTHING
"""
MOVE: Final = """
UPDATE tracking SET notification_id = :position WHERE application_name = :name AND notification_id = :expected
RETURNING notification_id
"""
SELECT_TRACKED: Final = "SELECT notification_id FROM tracking WHERE application_name = :name"

_ERRORS: Final = FileErrors(
    "books",
    {
        sqlite_errors.OUTDATED: "The books have not the form that this program gives them: rebuild them.",
        sqlite_errors.BUSY: "Another program is writing to the books; try again.",
        sqlite_errors.DISK_FULL: "The disk of the books is full.",
        sqlite_errors.DISK: "The disk of the books answered with an error.",
        sqlite_errors.READ_ONLY: "The books may not be written to.",
        sqlite_errors.MISSING: "There are no books that can be opened at this place.",
        sqlite_errors.CORRUPT: "A file of the books is damaged: rebuild them from the log.",
        sqlite_errors.FOREIGN: "A file in the place of the books is no database.",
        sqlite_errors.CONFLICT: "What should be written is there already: rebuild the books.",
        sqlite_errors.UNUSABLE: "A file of the books cannot be used as books.",
    },
)


def datastore_at(path: Path, *, mode: str) -> SQLiteDatastore:
    """The library's access to the file at ``path``; mode ``rwc`` makes it if missing, ``rw`` does not."""
    return SQLiteDatastore(f"{path.absolute().as_uri()}?mode={mode}", originator_id_type="text")


class GuardedSqliteRecorder(SQLiteTrackingRecorder):
    """The library's tracking recorder with positions that move only from where they are expected to be."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """One transaction: all of the block, or nothing and Unavailable.

        If the disk fails during COMMIT itself, the transaction may have been kept; the fence then stops the runner
        that tries it again.
        """
        with told_as_unavailable(), self.datastore.get_connection(commit=commit) as connection:
            try:
                with connection.transaction(commit=commit) as cursor:
                    yield cursor
            except BaseException:
                connection.close()  # whatever it was in the middle of, the next transaction has nothing to do with it
                raise

    def set_up(self, *, names: tuple[str, ...]) -> None:
        """Make what tables are missing and put every name that has no position yet at 0."""
        with told_as_unavailable():
            self.create_table()
        with self.transaction(commit=True) as cursor:
            for name in names:
                cursor.execute(INSERT_START, {"name": name})

    def move(self, cursor: SQLiteCursor, *, name: str, expected: int, position: int) -> None:
        """Move the tracked position of ``name``; Fenced if it is not at ``expected``.  The first act of any write."""
        cursor.execute(MOVE, {"name": name, "expected": expected, "position": position})
        if cursor.fetchone() is None:
            raise Fenced("fenced", f"Another runner has moved on from position {expected}; this one stops.")

    def tracked(self, cursor: SQLiteCursor, *, name: str) -> int:
        """The tracked position of ``name``; 0 for a name that is new."""
        cursor.execute(SELECT_TRACKED, {"name": name})
        row = cursor.fetchone()
        return 0 if row is None else int(row[0])


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Tell what the library or SQLite raises as Unavailable, with a code and a sentence for a person."""
    try:
        yield
    except (EventSourcingError, sqlite3.Error) as error:
        raised = error if isinstance(error, sqlite3.Error) else error.__cause__
        raise Unavailable(*_ERRORS.told(raised)) from error
