"""The ledger store in one SQLite file: what every entry meant, kept in the order of the log.

For hundreds of entries at a time one transaction writes the outcomes, the streams of the units that they touch, and
how far the ledger has come; so after any crash the three agree.  Everything here can be derived again from the log and
is thrown away and rebuilt whenever there is a doubt; it is evidence of nothing.

Not here: the fold that makes outcomes (``custody.core``), who feeds the store (``consumers.ledger``), and the views.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from eventsourcing.sqlite import SQLiteDatastore, SQLiteProcessRecorder

from custody.core.wording.outcomes import UNIT, Outcome
from projections.stores.ports import LEDGER, START, Head, Row, digest_of, outcomes_of, row_of
from projections.stores.sqlite_recorder import GuardedSqliteRecorder, datastore_at, told_as_unavailable
from projections.stores.unit_stream import UnitEvent, event_of, restored, stored_with

CREATE_OUTCOMES: Final = """
CREATE TABLE IF NOT EXISTS outcomes (
    position INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    doc      TEXT NOT NULL,
    PRIMARY KEY (position, ordinal)
) WITHOUT ROWID, STRICT
"""
CREATE_HEADS: Final = """
CREATE TABLE IF NOT EXISTS heads (
    position INTEGER PRIMARY KEY, leaf TEXT NOT NULL, root TEXT NOT NULL, state_digest TEXT
) STRICT
"""
INSERT_OUTCOME: Final = "INSERT INTO outcomes (position, ordinal, kind, subject, doc) VALUES (?, ?, ?, ?, ?)"
INSERT_HEAD: Final = "INSERT INTO heads (position, leaf, root, state_digest) VALUES (?, ?, ?, ?)"
SELECT_OUTCOMES: Final = """
SELECT position, ordinal, kind, subject, doc FROM outcomes WHERE position >= ? AND position < ?
ORDER BY position, ordinal
"""
SELECT_OUTCOMES_OF_KINDS: Final = """
SELECT position, ordinal, kind, subject, doc FROM outcomes WHERE position >= ? AND position < ?
AND kind IN (SELECT value FROM json_each(?)) ORDER BY position, ordinal
"""
SELECT_HEAD: Final = "SELECT position, leaf, root, state_digest FROM heads WHERE position = ?"
SELECT_NEXT_HEAD: Final = """
SELECT position, leaf, root, state_digest FROM heads WHERE position = coalesce(
    (SELECT max(position) FROM heads WHERE position > :after AND position <= :after + :entries),
    (SELECT min(position) FROM heads WHERE position > :after))
"""


class _LedgerRecorder(GuardedSqliteRecorder, SQLiteProcessRecorder):
    """The library's process recorder (streams and tracking) with the two tables of the ledger beside them."""

    def construct_create_table_statements(self) -> list[str]:
        return [*super().construct_create_table_statements(), CREATE_OUTCOMES, CREATE_HEADS]


class SqliteLedgerStore:
    """One ledger of one log in one SQLite file."""

    def __init__(self, datastore: SQLiteDatastore) -> None:
        """Over a file that is set up: :meth:`create` and :meth:`open` do that."""
        self._recorder = _LedgerRecorder(datastore, events_table_name="unit_events")

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open the store at ``path``, making an empty one if there is none.  Unavailable."""
        store = cls(datastore_at(path, mode="rwc"))
        with store._closed_on_failure():
            store.set_up()
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store that is at ``path`` and make nothing.  Unavailable, also if there is none."""
        store = cls(datastore_at(path, mode="rw"))
        with store._closed_on_failure():
            store.head()
        return store

    def set_up(self) -> None:
        """Make the tables that are missing."""
        self._recorder.set_up(names=(LEDGER,))

    def head(self) -> Head:
        """How far the ledger has come."""
        with self._recorder.transaction(commit=False) as cursor:
            position = self._recorder.tracked(cursor, name=LEDGER)
            if position == START.position:
                return START
            cursor.execute(SELECT_HEAD, (position,))
            return Head(*cursor.fetchone())

    def write(self, *, expected: Head, head: Head, outcomes: Sequence[Outcome]) -> None:
        """Take in the outcomes of the entries from ``expected`` to ``head``, all in one transaction.

        Fenced, with nothing written, if the store is not at ``expected``; Unavailable if the file fails.
        """
        rows = [row_of(outcome) for outcome in outcomes]
        events = [
            stored_with(event_of(outcome), doc=row[4].encode())
            for outcome, row in zip(outcomes, rows, strict=True)
            if outcome.kind == UNIT.name
        ]
        with self._recorder.transaction(commit=True) as cursor:
            self._recorder.move(cursor, name=LEDGER, expected=expected.position, position=head.position)
            self._recorder._insert_events(cursor, events)  # noqa: SLF001 - the library's own hook for one transaction
            cursor.executemany(INSERT_OUTCOME, rows)
            cursor.execute(INSERT_HEAD, (head.position, head.leaf, head.root, head.state_digest))

    def rows(self, *, start: int, stop: int) -> list[Row]:
        """The outcomes of the entries from position ``start`` to before ``stop``, as kept, in order."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_OUTCOMES, (start, stop))
            return [tuple(row) for row in cursor.fetchall()]

    def outcomes(self, *, start: int, stop: int) -> list[Outcome]:
        """The outcomes of the entries from position ``start`` to before ``stop``, in order."""
        return outcomes_of(self.rows(start=start, stop=stop))

    def rows_of_kinds(self, kinds: frozenset[str], *, start: int, stop: int) -> list[Row]:
        """Of the outcomes between two positions, as kept and in order, those of the given kinds."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_OUTCOMES_OF_KINDS, (start, stop, json.dumps(sorted(kinds))))
            return [tuple(row) for row in cursor.fetchall()]

    def head_at(self, position: int) -> Head | None:
        """What the head was when it stood exactly at ``position``; None if it never did."""
        if position == START.position:
            return START
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_HEAD, (position,))
            row = cursor.fetchone()
            return None if row is None else Head(*row)

    def next_head(self, *, after: int, entries: int) -> Head | None:
        """The furthest head at most ``entries`` beyond ``after``, or else the next one; None if there is none."""
        with self._recorder.transaction(commit=False) as cursor:
            cursor.execute(SELECT_NEXT_HEAD, {"after": after, "entries": entries})
            row = cursor.fetchone()
            return None if row is None else Head(*row)

    def unit_events(self, unit: str) -> list[UnitEvent]:
        """The stream of one unit, oldest first; empty for a unit never heard of."""
        with told_as_unavailable():
            return [restored(row) for row in self._recorder.select_events(unit)]

    def digest(self, *, stop: int) -> str:
        """SHA-256 (hex) over all rows before position ``stop``, in order, as canonical JSON, one to a line."""
        return digest_of(lambda start, stop: self.rows(start=start, stop=stop), stop=stop)

    def close(self) -> None:
        """Give the file back."""
        self._recorder.datastore.close()

    @contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise
