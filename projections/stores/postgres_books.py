"""Books in PostgreSQL: opened to be read, made to be kept up, and exchanged for new ones in one step.

Not here: the log, which is the only thing that must not be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier

from projections.stores.books import Books
from projections.stores.postgres_alarms import PostgresAlarms
from projections.stores.postgres_ledger import PostgresLedgerStore
from projections.stores.postgres_recorder import BooksAddress, datastore_at, probe, told_as_unavailable
from projections.stores.postgres_views import PostgresViewStore

ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
DROP: Final = "DROP SCHEMA IF EXISTS {schema} CASCADE"
RENAME: Final = "ALTER SCHEMA {schema} RENAME TO {name}"
EXISTS: Final = "SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL"


@contextmanager
def open_postgres_books(url: str | BooksAddress) -> Iterator[Books]:
    """The books at this address, to be read, from any number of threads; nothing is made.

    Unavailable, also if there are none.
    """
    address = _address(url)
    probe(address)
    datastore = datastore_at(address)
    try:
        books = Books(PostgresLedgerStore.over(datastore), PostgresViewStore.over(datastore), PostgresAlarms(address))
        books.ledger.head()
        books.views.parked()
        yield books
    finally:
        datastore.close()


@contextmanager
def create_postgres_books(url: str | BooksAddress) -> Iterator[Books]:
    """The books at this address, to be kept up; schema and tables are made if they are missing.  Unavailable.

    The caller holds the runner's lock (``postgres_lock``).
    """
    address = _address(url)
    probe(address)
    datastore = datastore_at(address)
    try:
        with _alone(address):
            PostgresLedgerStore(datastore).set_up()
            PostgresViewStore(datastore).set_up()
    finally:
        datastore.close()
    with open_postgres_books(address) as books:
        yield books


def beside(address: BooksAddress) -> BooksAddress:
    """Where the new books are made while the old ones are in use."""
    return replace(address, schema=f"{address.schema}_new")


def discard(address: BooksAddress) -> None:
    """Remove the books at this address, if there are any."""
    with _connected(address) as connection:
        connection.execute(SQL(DROP).format(schema=Identifier(address.schema)))


def is_there(address: BooksAddress) -> bool:
    """Whether there are books, good or bad, at this address."""
    with _connected(address) as connection:
        row = connection.execute(EXISTS, (address.schema,)).fetchone()
        return row is not None and row[0] is True


def exchange(address: BooksAddress) -> None:
    """Put the books that were made :func:`beside` in the place of those at ``address``: all of it, or nothing.

    Readers see the old books or the new, and wait in between at most for their own last question.
    """
    with _connected(address) as connection, connection.transaction():
        connection.execute(SQL(DROP).format(schema=Identifier(address.schema)))
        new, name = Identifier(beside(address).schema), Identifier(address.schema)
        connection.execute(SQL(RENAME).format(schema=new, name=name))


def _address(url: str | BooksAddress) -> BooksAddress:
    return BooksAddress(url) if isinstance(url, str) else url


@contextmanager
def _connected(address: BooksAddress) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with told_as_unavailable(), psycopg.connect(**address.parameters(), autocommit=True) as connection:
        yield connection


@contextmanager
def _alone(address: BooksAddress) -> Iterator[None]:
    """Two programs that make the same tables at the same time would stumble over each other."""
    with _connected(address) as connection, connection.transaction():
        connection.execute(ONE_AT_A_TIME, (f"custody/set-up/{address.schema}",))
        yield
