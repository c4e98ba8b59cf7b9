"""Places where books can be, for tests that must hold in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import secrets
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from projections.stores.books import LEDGER_FILE, VIEWS_FILE, Books, create_books, open_books
from projections.stores.postgres_books import create_postgres_books, discard, open_postgres_books
from projections.stores.postgres_ledger import PostgresLedgerStore
from projections.stores.postgres_recorder import BooksAddress
from projections.stores.postgres_views import PostgresViewStore
from projections.stores.sqlite_ledger import SqliteLedgerStore
from projections.stores.sqlite_views import SqliteViewStore
from tests.projections.exploding import Fuse, exploding_datastore, exploding_postgres


class Place(ABC):
    """One place for books; nothing is there at first."""

    @abstractmethod
    def create(self) -> AbstractContextManager[Books]: ...

    @abstractmethod
    def open(self) -> AbstractContextManager[Books]: ...

    @abstractmethod
    def exploding(self, fuse: Fuse) -> Books:
        """Books over connections of their own, which die when the fuse goes off; close both stores."""

    @abstractmethod
    def spoil(self, sql: str) -> None:
        """What somebody with another tool does to the books."""

    @abstractmethod
    def left_over(self) -> list[str]:
        """What lies beside the books."""


class Folder(Place):
    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> AbstractContextManager[Books]:
        return create_books(self.path)

    def open(self) -> AbstractContextManager[Books]:
        return open_books(self.path)

    def exploding(self, fuse: Fuse) -> Books:
        return Books(
            SqliteLedgerStore(exploding_datastore(self.path / LEDGER_FILE, fuse=fuse)),
            SqliteViewStore(exploding_datastore(self.path / VIEWS_FILE, fuse=fuse)),
        )

    def spoil(self, sql: str) -> None:
        file = VIEWS_FILE if "view_" in sql else LEDGER_FILE
        with closing(sqlite3.connect(self.path / file)) as other, other:
            other.execute(sql)

    def left_over(self) -> list[str]:
        return [path.name for path in self.path.parent.iterdir() if path != self.path]


class Schema(Place):
    def __init__(self, url: str) -> None:
        self.address = BooksAddress(url, schema=f"test_{secrets.token_hex(8)}")

    def create(self) -> AbstractContextManager[Books]:
        return create_postgres_books(self.address)

    def open(self) -> AbstractContextManager[Books]:
        return open_postgres_books(self.address)

    def exploding(self, fuse: Fuse) -> Books:
        datastore = exploding_postgres(self.address, fuse=fuse)
        return Books(PostgresLedgerStore.over(datastore), PostgresViewStore.over(datastore))

    def spoil(self, sql: str) -> None:
        with psycopg.connect(self.address.conninfo, autocommit=True) as other:
            other.execute(SQL("SET search_path TO {}").format(Identifier(self.address.schema)))
            other.execute(sql.encode())

    def left_over(self) -> list[str]:
        with psycopg.connect(self.address.conninfo, autocommit=True) as other:
            named = other.execute(
                "SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", (f"{self.address.schema}_%",)
            )
            return [name for (name,) in named]


@contextmanager
def place_named(name: str, *, request: pytest.FixtureRequest) -> Iterator[Place]:
    if name == "sqlite":
        yield Folder(request.getfixturevalue("tmp_path") / "books")
        return
    place = Schema(request.getfixturevalue("postgres_server"))
    yield place
    discard(place.address)
