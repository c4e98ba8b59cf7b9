"""The monitor's alarms in PostgreSQL: a schema of their own beside the books, so that a rebuild leaves them alone.

The monitor writes here and nowhere else; everybody else reads.  Where nobody has made the tables yet there are no
alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, LiteralString

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from custody.ports import Alarm
from projections.stores.alarms import RaisedAlarm
from projections.stores.postgres_recorder import BooksAddress, told_as_unavailable

CREATE_SCHEMA: Final = "CREATE SCHEMA IF NOT EXISTS {schema}"
CREATE_ALARMS: Final = """
CREATE TABLE IF NOT EXISTS {schema}.alarms (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code     text COLLATE "C" NOT NULL,
    sentence text NOT NULL,
    since    text COLLATE "C" NOT NULL,
    seen     text COLLATE "C" NOT NULL,
    over     text COLLATE "C"
)
"""
CREATE_STANDING_INDEX: Final = """
CREATE UNIQUE INDEX IF NOT EXISTS alarms_that_stand ON {schema}.alarms (code) WHERE over IS NULL
"""
CREATE_LOOKS: Final = """
CREATE TABLE IF NOT EXISTS {schema}.looks (one boolean PRIMARY KEY CHECK (one), at text COLLATE "C" NOT NULL)
"""
END_OTHERS: Final = "UPDATE {schema}.alarms SET over = %s WHERE over IS NULL AND NOT code = ANY(%s)"
RAISE_ALARM: Final = """
INSERT INTO {schema}.alarms (code, sentence, since, seen) VALUES (%(code)s, %(sentence)s, %(at)s, %(at)s)
ON CONFLICT (code) WHERE over IS NULL DO UPDATE SET seen = excluded.seen, sentence = excluded.sentence
"""
PUT_LOOK: Final = "INSERT INTO {schema}.looks VALUES (true, %s) ON CONFLICT (one) DO UPDATE SET at = excluded.at"
SELECT_STANDING: Final = """
SELECT code, sentence, since, seen, over FROM {schema}.alarms WHERE over IS NULL ORDER BY code
"""
SELECT_HISTORY: Final = "SELECT code, sentence, since, seen, over FROM {schema}.alarms ORDER BY id DESC LIMIT %s"
SELECT_LOOK: Final = "SELECT at FROM {schema}.looks"

_SET_UP: Final = (CREATE_SCHEMA, CREATE_ALARMS, CREATE_STANDING_INDEX, CREATE_LOOKS)


class PostgresAlarms:
    """The alarms of one log.  See :class:`projections.stores.alarms.AlarmBook`.  A connection for each call: they are rare."""

    def __init__(self, address: BooksAddress) -> None:
        """Beside the books at ``address``; nothing is opened."""
        self._address = replace(address, schema=f"{address.schema}_alarms")
        self._is_set_up = False

    def set_up(self) -> None:
        """Make the schema and tables that are missing.  Unavailable."""
        with told_as_unavailable(), self._connected() as connection:
            for statement in _SET_UP:
                connection.execute(self._sql(statement))

    def standing(self) -> list[RaisedAlarm]:
        """See the port."""
        return [RaisedAlarm(*row) for row in self._select(SELECT_STANDING)]

    def history(self, *, limit: int) -> list[RaisedAlarm]:
        """See the port."""
        return [RaisedAlarm(*row) for row in self._select(SELECT_HISTORY, limit)]

    def looked(self) -> str | None:
        """See the port."""
        rows = self._select(SELECT_LOOK)
        return rows[0][0] if rows else None

    def tell(self, alarms: Sequence[Alarm], *, at: str) -> None:
        """See the port."""
        if not self._is_set_up:
            self.set_up()
            self._is_set_up = True
        codes = [alarm.code for alarm in alarms]
        with told_as_unavailable(), self._connected() as connection, connection.transaction():
            connection.execute(self._sql(END_OTHERS), (at, codes))
            for alarm in alarms:
                told = {"code": alarm.code, "sentence": alarm.sentence, "at": at}
                connection.execute(self._sql(RAISE_ALARM), told)
            connection.execute(self._sql(PUT_LOOK), (at,))

    def _select(self, statement: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
        with told_as_unavailable(), self._connected() as connection:
            try:
                return connection.execute(self._sql(statement), parameters).fetchall()
            except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                return []

    def _sql(self, statement: LiteralString) -> Composed:
        return SQL(statement).format(schema=Identifier(self._address.schema))

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(**self._address.parameters(), autocommit=True)
