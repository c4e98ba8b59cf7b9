"""One runner at a time on books in PostgreSQL: an advisory lock, which the server gives back when its holder is gone.

The lock belongs to a connection of its own, so it is gone with that connection, and whoever holds it must ask from time
to time whether it still does.  It keeps two runners apart politely; what makes the books right is the guarded move of
the tracked position, which fences the second of two runners even where this lock fails.  A pooler between the program
and the server that shares connections per transaction would break it: connect to the server itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any, Final, Self

import psycopg

from projections.stores.postgres_recorder import BooksAddress, told_as_unavailable
from schemas.errors import Fenced, Unavailable

TRY_LOCK: Final = "SELECT pg_try_advisory_lock(%s)"
SELECT_HOLDER: Final = """
SELECT activity.application_name, host(activity.client_addr), activity.pid, to_char(activity.backend_start, 'HH24:MI:SS')
FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
AND (locks.classid::bigint << 32 | locks.objid::bigint) = %s
AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
STILL_HELD: Final = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid())
"""


def lock_key(schema: str) -> int:
    """The number under which the books in a schema are locked, within their database."""
    return int.from_bytes(sha256(b"custody/books/v1/" + schema.encode()).digest()[:8], "big", signed=True)


class RunnerLock:
    """The lock, held.  Made by :meth:`acquire`."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Over the connection that holds it."""
        self._connection = connection

    @classmethod
    def acquire(cls, address: BooksAddress, *, name: str) -> Self:
        """Take the lock of the books at ``address`` for the program ``name``, without waiting.

        Unavailable: "runner-active", with who holds it, or what keeps the database from answering.
        """
        parameters = address.parameters() | {"application_name": name}
        with told_as_unavailable():
            connection = psycopg.connect(**parameters, autocommit=True)
        try:
            with told_as_unavailable():
                row = connection.execute(TRY_LOCK, (lock_key(address.schema),)).fetchone()
                if row is not None and row[0] is True:
                    return cls(connection)
                said = _holder(connection, key=lock_key(address.schema))
                raise Unavailable("runner-active", said or "Another program keeps these books already; only one may.")
        except BaseException:
            connection.close()
            raise

    def check(self) -> None:
        """Fenced("lock-lost") unless the lock is still held: asked of the server, over the connection that holds it."""
        try:
            row = self._connection.execute(STILL_HELD).fetchone()
        except psycopg.Error as error:
            raise Fenced("lock-lost", "The database took back the right to keep these books.") from error
        if row is None or row[0] is not True:
            raise Fenced("lock-lost", "The database took back the right to keep these books.")

    def release(self) -> None:
        """Give the lock back."""
        with suppress(psycopg.Error):  # the connection may be gone, and the lock with it
            self._connection.close()


@contextmanager
def held(address: BooksAddress, *, name: str) -> Iterator[RunnerLock]:
    """Hold the lock while inside; see :meth:`RunnerLock.acquire`."""
    lock = RunnerLock.acquire(address, name=name)
    try:
        yield lock
    finally:
        lock.release()


def holder(address: BooksAddress) -> str | None:
    """Who holds the lock of the books at ``address``, in a sentence; None if nobody does.  Unavailable."""
    with told_as_unavailable(), psycopg.connect(**address.parameters(), autocommit=True) as connection:
        return _holder(connection, key=lock_key(address.schema))


def _holder(connection: psycopg.Connection[tuple[Any, ...]], *, key: int) -> str | None:
    row = connection.execute(SELECT_HOLDER, (key,)).fetchone()
    if row is None:
        return None
    name, host, process, since = row
    where = "this machine" if host in {"127.0.0.1", "::1"} else host or "some machine"
    when = f" since {since} UTC" if since else ""
    return f"{name} on {where} keeps these books already{when} (connection {process}); only one may."
