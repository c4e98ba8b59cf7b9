"""The rows of all views in PostgreSQL, disposable.

As ``sqlite_views`` does it in SQLite, and with the same tests.  Keys have the collation "C", so that their order is that
of code points on any server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Self

from eventsourcing.postgres import PostgresDatastore
from psycopg.sql import SQL, Identifier

from projections.stores.ports import AFTER_EVERY_KEY, START, Head, Parked, put_of, text_of
from projections.stores.postgres_recorder import GuardedPostgresRecorder
from projections.views.all_views import VIEWS
from projections.views.view import Change, Drop, Put, digest

CREATE_ROWS: Final = """
CREATE TABLE IF NOT EXISTS {schema}.view_rows (
    view    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    station text COLLATE "C",
    doc     text COLLATE "C" NOT NULL,
    PRIMARY KEY (view, key)
)
"""
CREATE_STATION_INDEX: Final = """
CREATE INDEX IF NOT EXISTS view_rows_by_station ON {schema}.view_rows (view, station) WHERE station IS NOT NULL
"""
CREATE_HEADS: Final = """
CREATE TABLE IF NOT EXISTS {schema}.view_heads (
    view         text COLLATE "C" PRIMARY KEY,
    position     bigint NOT NULL,
    leaf         text NOT NULL,
    root         text NOT NULL,
    state_digest text
)
"""
CREATE_PARKED: Final = """
CREATE TABLE IF NOT EXISTS {schema}.view_parked (
    view     text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    ordinal  integer NOT NULL,
    reason   text NOT NULL,
    PRIMARY KEY (view, position, ordinal)
)
"""
PUT_ROWS: Final = """
INSERT INTO {schema}.view_rows (view, key, station, doc)
SELECT %s, key, station, doc FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (key, station, doc)
ON CONFLICT (view, key) DO UPDATE SET station = excluded.station, doc = excluded.doc
"""
DROP_ROWS: Final = "DELETE FROM {schema}.view_rows WHERE view = %s AND key = ANY(%s)"
PUT_HEAD: Final = """
INSERT INTO {schema}.view_heads (view, position, leaf, root, state_digest) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (view) DO UPDATE SET position = excluded.position, leaf = excluded.leaf, root = excluded.root,
state_digest = excluded.state_digest
"""
PUT_PARKED: Final = "INSERT INTO {schema}.view_parked (view, position, ordinal, reason) VALUES (%s, %s, %s, %s)"
SELECT_HEAD: Final = "SELECT position, leaf, root, state_digest FROM {schema}.view_heads WHERE view = %s"
SELECT_HEADS: Final = "SELECT view, position, leaf, root, state_digest FROM {schema}.view_heads"
SELECT_PARKED: Final = """
SELECT view, position, ordinal, reason FROM {schema}.view_parked ORDER BY view, position, ordinal
"""
SELECT_ROW: Final = "SELECT key, station, doc FROM {schema}.view_rows WHERE view = %s AND key = %s"
SELECT_ROWS: Final = """
SELECT key, station, doc FROM {schema}.view_rows WHERE view = %s AND key >= %s AND key < %s ORDER BY key
"""
SELECT_ROWS_OF_STATION: Final = """
SELECT key, station, doc FROM {schema}.view_rows WHERE view = %s AND station = %s ORDER BY key
"""
_TABLES: Final = (CREATE_ROWS, CREATE_STATION_INDEX, CREATE_HEADS, CREATE_PARKED)


class ViewRecorder(GuardedPostgresRecorder):
    """The library's tracking recorder with the tables of the views beside it."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        """Over the schema of the datastore."""
        super().__init__(datastore, tracking_table_name="tracking")
        schema = Identifier(datastore.schema)
        self.sql_create_statements += [SQL(table).format(schema=schema) for table in _TABLES]


class PostgresViewStore:
    """The rows of all views over one ledger store.  See :class:`projections.stores.ports.ViewStore`."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        """Over a schema that is to be set up; for books that are there, :meth:`over`."""
        self._recorder = ViewRecorder(datastore)

    @classmethod
    def over(cls, datastore: PostgresDatastore) -> Self:
        """Over books that are there, to be read or kept up.  Unavailable."""
        store = cls(datastore)
        store._recorder.pin()
        return store

    def set_up(self) -> None:
        """Make the tables that are missing, and a place for every view."""
        self._recorder.set_up(names=tuple(view.name for view in VIEWS))

    def head(self, view: str) -> Head:
        """See the port."""
        rows = self._recorder.select(SELECT_HEAD, (view,))
        return Head(*rows[0]) if rows else START

    def heads(self) -> dict[str, Head]:
        """See the port."""
        return {view: Head(*head) for view, *head in self._recorder.select(SELECT_HEADS)}

    def write(
        self, view: str, *, expected: Head, head: Head, changes: Iterable[Change], parked: Sequence[Parked] = ()
    ) -> None:
        """See the port."""
        kept = list(changes)
        puts = [row for row in kept if isinstance(row, Put)]
        drops = [row.key for row in kept if isinstance(row, Drop)]
        columns = ([row.key for row in puts], [row.station for row in puts], [text_of(row) for row in puts])
        sql = self._recorder.sql
        with self._recorder.transaction() as cursor:
            self._recorder.move(cursor, name=view, expected=expected.position, position=head.position)
            if drops:
                cursor.execute(sql(DROP_ROWS), (view, drops))
            if puts:
                cursor.execute(sql(PUT_ROWS), (view, *columns))
            for item in parked:
                cursor.execute(sql(PUT_PARKED), (item.view, item.position, item.ordinal, item.reason))
            cursor.execute(sql(PUT_HEAD), (view, head.position, head.leaf, head.root, head.state_digest))

    def row(self, view: str, *, key: str) -> Put | None:
        """See the port."""
        rows = self._recorder.select(SELECT_ROW, (view, key))
        return _put(rows[0]) if rows else None

    def rows(self, view: str, *, prefix: str = "") -> list[Put]:
        """See the port."""
        return [_put(row) for row in self._recorder.select(SELECT_ROWS, (view, prefix, prefix + AFTER_EVERY_KEY))]

    def rows_of_station(self, view: str, *, station: str) -> list[Put]:
        """See the port."""
        return [_put(row) for row in self._recorder.select(SELECT_ROWS_OF_STATION, (view, station))]

    def parked(self) -> list[Parked]:
        """See the port."""
        return [Parked(*row) for row in self._recorder.select(SELECT_PARKED)]

    def digest(self, view: str) -> str:
        """See the port."""
        return digest(self.rows(view))

    def close(self) -> None:
        """Give the connections back."""
        self._recorder.datastore.close()


def _put(row: tuple[str, str | None, str]) -> Put:
    return put_of(row)
