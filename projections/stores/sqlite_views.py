"""The rows of all views in one SQLite file, disposable.

A view's rows, how far it has come and what it had to set aside are written in one transaction, for the outcomes of
hundreds of entries at a time, so every entry reaches every view exactly once.  A view moves from one head of the ledger
store to the next and remembers it; if the store has another history at that place, the view says so and stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteDatastore

from projections.stores.ports import AFTER_EVERY_KEY, START, Head, Parked, put_of, text_of
from projections.stores.sqlite_recorder import GuardedSqliteRecorder, datastore_at
from projections.views.all_views import VIEWS
from projections.views.view import Change, Drop, Put, digest

CREATE_ROWS: Final = """
CREATE TABLE IF NOT EXISTS view_rows (
    view    TEXT NOT NULL,
    key     TEXT NOT NULL,
    station TEXT,
    doc     TEXT NOT NULL,
    PRIMARY KEY (view, key)
) STRICT
"""
CREATE_STATION_INDEX: Final = """
CREATE INDEX IF NOT EXISTS view_rows_by_station ON view_rows (view, station) WHERE station IS NOT NULL
"""
CREATE_HEADS: Final = """
CREATE TABLE IF NOT EXISTS view_heads (
    view     TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    leaf     TEXT NOT NULL,
    root     TEXT NOT NULL,
    state_digest TEXT
) WITHOUT ROWID, STRICT
"""
CREATE_PARKED: Final = """
CREATE TABLE IF NOT EXISTS view_parked (
    view     TEXT NOT NULL,
    position INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    PRIMARY KEY (view, position, ordinal)
) WITHOUT ROWID, STRICT
"""
RELAX: Final = "PRAGMA synchronous = NORMAL"
PUT_ROW: Final = """
INSERT INTO view_rows (view, key, station, doc) VALUES (?, ?, ?, ?)
ON CONFLICT (view, key) DO UPDATE SET station = excluded.station, doc = excluded.doc
"""
DROP_ROW: Final = "DELETE FROM view_rows WHERE view = ? AND key = ?"
PUT_HEAD: Final = "INSERT OR REPLACE INTO view_heads (view, position, leaf, root, state_digest) VALUES (?, ?, ?, ?, ?)"
PUT_PARKED: Final = "INSERT INTO view_parked (view, position, ordinal, reason) VALUES (?, ?, ?, ?)"
SELECT_HEAD: Final = "SELECT position, leaf, root, state_digest FROM view_heads WHERE view = ?"
SELECT_HEADS: Final = "SELECT view, position, leaf, root, state_digest FROM view_heads"
SELECT_PARKED: Final = "SELECT view, position, ordinal, reason FROM view_parked ORDER BY view, position, ordinal"
SELECT_ROW: Final = "SELECT key, station, doc FROM view_rows WHERE view = ? AND key = ?"
SELECT_ROWS: Final = """
SELECT key, station, doc FROM view_rows WHERE view = ? AND key >= ? AND key < ? ORDER BY key
"""
SELECT_ROWS_OF_STATION: Final = """
SELECT key, station, doc FROM view_rows WHERE view = ? AND station = ? ORDER BY key
"""


class _RelaxedPool(SQLiteConnectionPool):
    """Connections that do not wait for the disk.

    After a power failure a view may then stand at an earlier head than before, but at a head all the same, and goes on
    from there.  The ledger store does wait, so no view is ever ahead of it.
    """

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        connection.cursor().execute(RELAX)
        return connection


def _datastore_at(path: Path, *, mode: str) -> SQLiteDatastore:
    datastore = datastore_at(path, mode=mode)
    datastore.pool = _RelaxedPool(db_name=datastore.pool.db_name)
    return datastore


class _ViewRecorder(GuardedSqliteRecorder):
    """The library's tracking recorder with the tables of the views beside it."""

    def construct_create_table_statements(self) -> list[str]:
        tables = (CREATE_ROWS, CREATE_STATION_INDEX, CREATE_HEADS, CREATE_PARKED)
        return [*super().construct_create_table_statements(), *tables]


class SqliteViewStore:
    """The rows of all views over one ledger store."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        """Over a file that is set up: :meth:`create` and :meth:`open` do that."""
        self._recorder = _ViewRecorder(datastore)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open the file at ``path``, making an empty one if there is none.  Unavailable."""
        store = cls(_datastore_at(path, mode="rwc"))
        try:
            store.set_up()
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file that is at ``path`` and make nothing.  Unavailable, also if there is none."""
        store = cls(_datastore_at(path, mode="rw"))
        try:
            store.parked()
        except BaseException:
            store.close()
            raise
        return store

    def set_up(self) -> None:
        """Make the tables that are missing, and a place for every view."""
        self._recorder.set_up(names=tuple(view.name for view in VIEWS))

    def head(self, view: str) -> Head:
        """How far the view has come, and over which log."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_HEAD, (view,))
            row = cursor.fetchone()
            return START if row is None else Head(*row)

    def heads(self) -> dict[str, Head]:
        """The heads of all views as they are at one moment; a view that has taken in nothing may be missing."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_HEADS)
            return {view: Head(*head) for view, *head in map(tuple, cursor.fetchall())}

    def write(
        self, view: str, *, expected: Head, head: Head, changes: Iterable[Change], parked: Sequence[Parked] = ()
    ) -> None:
        """Take in the changes that lead from ``expected`` to ``head``, at most one to a key, all in one transaction.

        Fenced, with nothing written, if the view is not at ``expected``; Unavailable if the file fails.
        """
        kept = list(changes)
        puts = [(view, row.key, row.station, text_of(row)) for row in kept if isinstance(row, Put)]
        drops = [(view, row.key) for row in kept if isinstance(row, Drop)]
        with self._recorder.transaction(commit=True) as cursor:
            self._recorder.move(cursor, name=view, expected=expected.position, position=head.position)
            cursor.executemany(DROP_ROW, drops)
            cursor.executemany(PUT_ROW, puts)
            cursor.executemany(PUT_PARKED, [(item.view, item.position, item.ordinal, item.reason) for item in parked])
            cursor.execute(PUT_HEAD, (view, head.position, head.leaf, head.root, head.state_digest))

    def row(self, view: str, *, key: str) -> Put | None:
        """One row, or None."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_ROW, (view, key))
            row = cursor.fetchone()
            return None if row is None else put_of(tuple(row))

    def rows(self, view: str, *, prefix: str = "") -> list[Put]:
        """The rows whose keys begin with ``prefix``, in key order."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_ROWS, (view, prefix, prefix + AFTER_EVERY_KEY))
            return [put_of(tuple(row)) for row in cursor.fetchall()]

    def rows_of_station(self, view: str, *, station: str) -> list[Put]:
        """The rows that belong to the station, in key order."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_ROWS_OF_STATION, (view, station))
            return [put_of(tuple(row)) for row in cursor.fetchall()]

    def parked(self) -> list[Parked]:
        """Everything that was set aside; empty when the views are whole."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_PARKED)
            return [Parked(*row) for row in cursor.fetchall()]

    def digest(self, view: str) -> str:
        """SHA-256 (hex) over the rows of the view; see :func:`projections.views.view.digest`."""
        return digest(self.rows(view))

    def close(self) -> None:
        """Give the file back."""
        self._recorder.datastore.close()
