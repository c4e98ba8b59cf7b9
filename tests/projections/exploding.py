"""A datastore of the library that dies between any two of its statements, as a process or as a disk does.

A real one in every other respect: the same files, the same recorders, the same transactions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool, SQLiteCursor, SQLiteDatastore
from psycopg.rows import dict_row

from projections.stores.postgres_recorder import BooksAddress
from projections.stores.postgres_recorder import datastore_at as postgres_at
from projections.stores.sqlite_recorder import datastore_at


class Crash(BaseException):
    """The process is gone: nothing may catch this but the test that plays the operating system."""


def crash() -> None:
    raise Crash


class DiskError(sqlite3.OperationalError, psycopg.OperationalError):
    """What both databases would raise."""


def disk_error() -> None:
    raise DiskError("disk I/O error")


class Fuse:
    """Goes off once, after ``statements`` more statements; commits count twice, before and after."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._explode: Callable[[], None] = crash

    def light(self, statements: int | None, *, explode: Callable[[], None] = crash) -> None:
        self._left, self._explode = statements, explode

    def tick(self) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self._left = None
            self._explode()


class _Cursor(SQLiteCursor):
    def __init__(self, cursor: sqlite3.Cursor, *, fuse: Fuse) -> None:
        super().__init__(cursor)
        self._fuse = fuse

    def execute(self, *args: Any, **kwargs: Any) -> None:
        self._fuse.tick()
        super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        self._fuse.tick()
        super().executemany(*args, **kwargs)


class _Connection(SQLiteConnection):
    def __init__(self, connection: sqlite3.Connection, *, fuse: Fuse) -> None:
        super().__init__(connection, max_age=None)
        self._fuse = fuse

    def cursor(self) -> SQLiteCursor:
        return _Cursor(self._sqlite_conn.cursor(), fuse=self._fuse)

    def commit(self) -> None:
        self._fuse.tick()
        super().commit()
        self._fuse.tick()


class _Pool(SQLiteConnectionPool):
    fuse: Fuse

    def _create_connection(self) -> SQLiteConnection:
        return _Connection(super()._create_connection()._sqlite_conn, fuse=self.fuse)


def exploding_datastore(path: Path, *, fuse: Fuse) -> SQLiteDatastore:
    datastore = datastore_at(path, mode="rw")
    pool = _Pool(db_name=datastore.pool.db_name)
    pool.fuse = fuse
    datastore.pool = pool
    return datastore


class _PostgresCursor(psycopg.Cursor[Any]):
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.fuse.tick()  # type: ignore[attr-defined]
        return super().execute(*args, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.fuse.tick()  # type: ignore[attr-defined]
        return super().copy(*args, **kwargs)


class _PostgresConnection(psycopg.Connection[Any]):
    fuse: Fuse

    @contextmanager
    def transaction(self, *args: Any, **kwargs: Any) -> Iterator[psycopg.Transaction]:
        with super().transaction(*args, **kwargs) as transaction:
            yield transaction
            self.fuse.tick()
        self.fuse.tick()


def exploding_postgres(address: BooksAddress, *, fuse: Fuse) -> PostgresDatastore:
    datastore = postgres_at(address)

    class Connection(_PostgresConnection):
        pass

    Connection.fuse = fuse
    datastore.pool.connection_class = Connection
    datastore.pool.kwargs = {**address.parameters(), "row_factory": dict_row, "cursor_factory": _PostgresCursor}
    return datastore
