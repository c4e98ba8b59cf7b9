"""The recorder under books in PostgreSQL: the `eventsourcing` library's recorder with a fence around its tracking.

The library lets a tracked position move whenever the new one is larger.  Here it moves only from exactly where its
runner believes it to be, and that move is the first statement of the transaction: it takes the row's lock, and a runner
that was overtaken hears `Fenced` before it has written anything.  The library's mode of database functions, which drops
tracking without a word, is not used.

All tables lie in one schema that can be renamed as a whole; SQL names it as ``{schema}``.  Books that are made anew are
another edition, and a runner of the old one is fenced even where both stand at the same position.  Errors are told by their
SQLSTATE and never quote what the server said, which may name users, addresses or rows.

Not here: what is written (``postgres_ledger``, ``postgres_views``), and who may run (``postgres_lock``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from schemas.errors import Fenced, Misused, Unavailable

SCHEMA: Final = "custody"
"""Where the books of a log are, unless said otherwise."""
CONNECT_S: Final = 5
"""How long to wait for a connection before the database counts as unreachable."""
SERVER_SETTINGS: Final = (
    "-c statement_timeout=60s -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)
"""Nothing waits for ever: not we for the server, not the server for a client that is gone."""
CLIENT_SETTINGS: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

CREATE_SCHEMA: Final = "CREATE SCHEMA IF NOT EXISTS {schema}"
CREATE_EDITION: Final = "CREATE TABLE IF NOT EXISTS {schema}.edition (id uuid PRIMARY KEY)"
INSERT_EDITION: Final = """
INSERT INTO {schema}.edition SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM {schema}.edition)
"""
SELECT_EDITION: Final = "SELECT id FROM {schema}.edition"
INSERT_START: Final = "INSERT INTO {schema}.tracking VALUES (%s, 0) ON CONFLICT DO NOTHING"
MOVE: Final = """
UPDATE {schema}.tracking SET notification_id = %(position)s
WHERE application_name = %(name)s AND notification_id = %(expected)s
AND EXISTS (SELECT FROM {schema}.edition WHERE id = %(edition)s)
"""
SELECT_ENCODING: Final = "SELECT current_setting('server_encoding')"

_UNREACHABLE: Final = ("books-unreachable", "The database of the books does not answer.")
_TLS: Final = (
    "books-tls",
    "TLS with the database fails: it speaks none, or its certificate is for another host or not by the authority given.",
)
_TLS_FAILS: Final = ("certificate", "does not support SSL", "wrong version number")
"""What libpq says of TLS that fails at once; a connection that breaks later is another matter."""
_CODES: Final = {
    "23": ("books-conflict", "What should be written is there already: rebuild the books."),
    "25006": ("books-read-only", "The books may not be written to."),
    "28": ("books-denied", "The database does not admit this user with this password."),
    "3D": ("books-missing", "There is no such database."),
    "3F": ("books-missing", "There are no books in this database."),
    "40": ("books-busy", "Another program is writing to the books; try again."),
    "42501": ("books-denied", "The database does not let this user do what the program must do."),
    "42703": ("books-outdated", "The books have not the form that this program gives them: rebuild them."),
    "42P01": ("books-missing", "There are no books in this database."),
    "53100": ("books-disk-full", "The disk of the database is full."),
    "53": ("books-unreachable", "The database has no room for another connection."),
    "55P03": ("books-busy", "Another program is writing to the books; try again."),
    "57014": ("books-busy", "The database did not finish in time; try again."),
    "57": ("books-unreachable", "The database of the books is stopping or starting."),
    "58": ("books-disk", "The disk of the database answered with an error."),
    "08": _UNREACHABLE,
    "XX001": ("books-corrupt", "The database of the books is damaged: rebuild them from the log."),
    "XX002": ("books-corrupt", "The database of the books is damaged: rebuild them from the log."),
}
"""SQLSTATE, or its first two characters -> what a person is told."""


@dataclass(frozen=True, slots=True)
class BooksAddress:
    """Where books in PostgreSQL are.  The password is no part of the representation."""

    conninfo: str = field(repr=False)
    """A URL or a libpq connection string, password and all."""
    schema: str = SCHEMA
    connections_max: int = 8
    """How many questions may be answered at the same time."""

    def parameters(self) -> dict[str, Any]:
        """The parameters of libpq.  Misused if the address is none, without quoting it."""
        try:
            told = dict(conninfo_to_dict(self.conninfo))
        except psycopg.ProgrammingError:
            told = {}
        if not told.get("dbname"):
            raise Misused("books-address", "The address of the books is not a PostgreSQL URL that names a database.")
        options = f"{told.pop('options', '')} {SERVER_SETTINGS}".strip()
        return (
            CLIENT_SETTINGS
            | {"application_name": "custody", "connect_timeout": CONNECT_S}
            | told
            | {"options": options}
        )


def datastore_at(address: BooksAddress) -> PostgresDatastore:
    """The library's access to the books at ``address``; connects when it is first used."""
    parameters = address.parameters()
    datastore = PostgresDatastore(
        dbname=str(parameters["dbname"]),
        host=str(parameters.get("host", "")),
        port=str(parameters.get("port", "")),
        user=str(parameters.get("user", "")),
        password="",
        connect_timeout=CONNECT_S,
        pool_size=1,
        max_overflow=address.connections_max - 1,
        pre_ping=True,
        schema=address.schema,
        originator_id_type="text",
    )
    datastore.pool.kwargs = parameters | {"row_factory": dict_row}  # TLS, options, several hosts
    return datastore


def probe(address: BooksAddress) -> None:
    """Unavailable, with the cause, unless the database at ``address`` answers and keeps text as this program needs it."""
    with told_as_unavailable(), psycopg.connect(**address.parameters(), autocommit=True) as connection:
        row = connection.execute(SELECT_ENCODING).fetchone()
    if row is None or row[0] != "UTF8":
        raise Unavailable("books-encoding", "The database must have the encoding UTF8.")


class GuardedPostgresRecorder(PostgresTrackingRecorder):
    """The library's tracking recorder with positions that move only from where they are expected to be."""

    edition: UUID | None = None
    """Which books these are; None until :meth:`pin`."""

    def sql(self, statement: LiteralString) -> Composed:
        """The statement with the schema in the place of ``{schema}``."""
        return SQL(statement).format(schema=Identifier(self.datastore.schema))

    @contextmanager
    def transaction(self) -> Iterator[Cursor[tuple[Any, ...]]]:
        """One transaction: all of the block, or an error.

        If the connection is lost during COMMIT itself, the transaction may have been kept; the fence then stops the
        runner that tries it again.
        """
        with (
            told_as_unavailable(),
            self.datastore.get_connection() as connection,
            connection.transaction(),
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            yield cursor

    def select(self, statement: LiteralString, parameters: Any = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement, which sees one state of the database."""
        with (
            told_as_unavailable(),
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(self.sql(statement), parameters).fetchall()

    def set_up(self, *, names: tuple[str, ...]) -> None:
        """Make the schema and what tables are missing, and put every name that has no position yet at 0."""
        with self.transaction() as cursor:
            cursor.execute(self.sql(CREATE_SCHEMA))
        with told_as_unavailable():
            self.create_table()
        with self.transaction() as cursor:
            cursor.execute(self.sql(CREATE_EDITION))
            cursor.execute(self.sql(INSERT_EDITION))
            cursor.executemany(self.sql(INSERT_START), [(name,) for name in names])

    def pin(self) -> None:
        """Remember which books these are: they, and none that take their place, are written to.  Unavailable."""
        rows = self.select(SELECT_EDITION)
        if len(rows) != 1:
            raise Unavailable("books-corrupt", "The books do not say which they are: rebuild them.")
        self.edition = rows[0][0]

    def move(self, cursor: Cursor[Any], *, name: str, expected: int, position: int) -> None:
        """Move the tracked position of ``name``; Fenced if it is not at ``expected``, or the books are others.

        The first act of any write.
        """
        told = {"name": name, "expected": expected, "position": position, "edition": self.edition}
        cursor.execute(self.sql(MOVE), told)
        if cursor.rowcount != 1:
            raise Fenced(
                "fenced",
                f"Another runner moved on from position {expected} or made the books anew.",
            )


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Tell what the library or PostgreSQL raises as Unavailable, with a code and a sentence for a person."""
    try:
        yield
    except (PersistenceError, psycopg.Error) as error:
        code, sentence = _told(error)
        raise Unavailable(code, sentence) from error


def _told(error: BaseException) -> tuple[str, str]:
    cause: Any = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        usual = ("books-unusable", "The database cannot be used for books.")
        return _CODES.get(state) or _CODES.get(state[:2]) or usual
    # libpq gives no SQLSTATE while it connects
    if "password authentication failed" in str(cause) or "no password supplied" in str(cause):
        return _CODES["28"]
    return _TLS if any(words in str(cause) for words in _TLS_FAILS) else _UNREACHABLE
