"""The ledger store in PostgreSQL: what every entry meant, kept in the order of the log.

As ``store`` does it in SQLite, and with the same tests: for hundreds of entries at a time one transaction writes the
outcomes, the streams of the units that they touch, and how far the ledger has come.  Docs are TEXT, not jsonb: their
bytes are compared and hashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg.sql import SQL, Identifier

from custody.core.wording.outcomes import UNIT, Outcome
from projections.stores.ports import LEDGER, START, Head, Row, digest_of, outcomes_of, row_of
from projections.stores.postgres_recorder import GuardedPostgresRecorder, told_as_unavailable
from projections.stores.unit_stream import UnitEvent, event_of, restored, stored_with

CREATE_OUTCOMES: Final = """
CREATE TABLE IF NOT EXISTS {schema}.outcomes (
    position bigint NOT NULL,
    ordinal  integer NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    subject  text COLLATE "C" NOT NULL,
    doc      text COLLATE "C" NOT NULL,
    PRIMARY KEY (position, ordinal)
)
"""
CREATE_HEADS: Final = """
CREATE TABLE IF NOT EXISTS {schema}.heads (
    position     bigint PRIMARY KEY,
    leaf         text NOT NULL,
    root         text NOT NULL,
    state_digest text
)
"""
COPY_OUTCOMES: Final = "COPY {schema}.outcomes (position, ordinal, kind, subject, doc) FROM STDIN"
INSERT_HEAD: Final = "INSERT INTO {schema}.heads (position, leaf, root, state_digest) VALUES (%s, %s, %s, %s)"
SELECT_OUTCOMES: Final = """
SELECT position, ordinal, kind, subject, doc FROM {schema}.outcomes WHERE position >= %s AND position < %s
ORDER BY position, ordinal
"""
SELECT_OUTCOMES_OF_KINDS: Final = """
SELECT position, ordinal, kind, subject, doc FROM {schema}.outcomes WHERE position >= %s AND position < %s
AND kind = ANY(%s) ORDER BY position, ordinal
"""
SELECT_TRACKED_HEAD: Final = """
SELECT heads.position, leaf, root, state_digest
FROM {schema}.tracking LEFT JOIN {schema}.heads ON heads.position = notification_id WHERE application_name = %s
"""
SELECT_HEAD: Final = "SELECT position, leaf, root, state_digest FROM {schema}.heads WHERE position = %s"
SELECT_NEXT_HEAD: Final = """
SELECT position, leaf, root, state_digest FROM {schema}.heads WHERE position = coalesce(
    (SELECT max(position) FROM {schema}.heads WHERE position > %(after)s AND position <= %(upto)s),
    (SELECT min(position) FROM {schema}.heads WHERE position > %(after)s))
"""
SELECT_UNIT_EVENTS: Final = """
SELECT originator_id, originator_version, topic, state FROM {schema}.unit_events WHERE originator_id = %s
ORDER BY originator_version
"""


class LedgerRecorder(GuardedPostgresRecorder, PostgresProcessRecorder):
    """The library's process recorder (streams and tracking) with the two tables of the ledger beside them."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        """Asks the database for the library's types; Unavailable."""
        with told_as_unavailable():
            super().__init__(datastore, events_table_name="unit_events", tracking_table_name="tracking")
        schema = Identifier(datastore.schema)
        self.sql_create_statements += [SQL(table).format(schema=schema) for table in (CREATE_OUTCOMES, CREATE_HEADS)]


class PostgresLedgerStore:
    """One ledger of one log in one schema.  See :class:`projections.stores.ports.LedgerStore`."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        """Over a schema that is to be set up; for books that are there, :meth:`over`.  Unavailable."""
        self._recorder = LedgerRecorder(datastore)

    @classmethod
    def over(cls, datastore: PostgresDatastore) -> Self:
        """Over books that are there, to be read or kept up.  Unavailable."""
        store = cls(datastore)
        store._recorder.pin()
        return store

    def set_up(self) -> None:
        """Make the tables that are missing."""
        self._recorder.set_up(names=(LEDGER,))

    def head(self) -> Head:
        """See the port."""
        (row,) = self._recorder.select(SELECT_TRACKED_HEAD, (LEDGER,)) or [(None,)]
        return START if row[0] is None else Head(*row)

    def write(self, *, expected: Head, head: Head, outcomes: Sequence[Outcome]) -> None:
        """See the port."""
        rows = [row_of(outcome) for outcome in outcomes]
        events = [
            stored_with(event_of(outcome), doc=row[4].encode())
            for outcome, row in zip(outcomes, rows, strict=True)
            if outcome.kind == UNIT.name
        ]
        with self._recorder.transaction() as cursor:
            self._recorder.move(cursor, name=LEDGER, expected=expected.position, position=head.position)
            if events:
                self._recorder._insert_stored_events(cursor, events)  # type: ignore[arg-type] # noqa: SLF001 - the library's own hook for one transaction; it reads no row
            with cursor.copy(self._recorder.sql(COPY_OUTCOMES)) as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(self._recorder.sql(INSERT_HEAD), (head.position, head.leaf, head.root, head.state_digest))

    def rows(self, *, start: int, stop: int) -> list[Row]:
        """See the port."""
        return [_row(row) for row in self._recorder.select(SELECT_OUTCOMES, (start, stop))]

    def outcomes(self, *, start: int, stop: int) -> list[Outcome]:
        """See the port."""
        return outcomes_of(self.rows(start=start, stop=stop))

    def rows_of_kinds(self, kinds: frozenset[str], *, start: int, stop: int) -> list[Row]:
        """See the port."""
        return [_row(row) for row in self._recorder.select(SELECT_OUTCOMES_OF_KINDS, (start, stop, sorted(kinds)))]

    def head_at(self, position: int) -> Head | None:
        """See the port."""
        if position == START.position:
            return START
        rows = self._recorder.select(SELECT_HEAD, (position,))
        return Head(*rows[0]) if rows else None

    def next_head(self, *, after: int, entries: int) -> Head | None:
        """See the port."""
        rows = self._recorder.select(SELECT_NEXT_HEAD, {"after": after, "upto": after + entries})
        return Head(*rows[0]) if rows else None

    def unit_events(self, unit: str) -> list[UnitEvent]:
        """See the port."""
        rows = self._recorder.select(SELECT_UNIT_EVENTS, (unit,))
        return [restored(StoredEvent(name, version, topic, bytes(state))) for name, version, topic, state in rows]

    def digest(self, *, stop: int) -> str:
        """See the port."""
        return digest_of(lambda start, stop: self.rows(start=start, stop=stop), stop=stop)

    def close(self) -> None:
        """Give the connections back."""
        self._recorder.datastore.close()


def _row(row: tuple[int, int, str, str, str]) -> Row:
    return row
