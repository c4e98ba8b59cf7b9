"""The books: the ledger store and the views over it, together; here, in one folder that can be thrown away.

Not here: books in PostgreSQL (``postgres_books``), and the log, which is the only thing that must not be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from projections.stores.alarms import AlarmBook, NoAlarms
from projections.stores.ports import LedgerStore, ViewStore
from projections.stores.sqlite_ledger import SqliteLedgerStore
from projections.stores.sqlite_views import SqliteViewStore

LEDGER_FILE: Final = "ledger.sqlite"
VIEWS_FILE: Final = "views.sqlite"


@dataclass(frozen=True, slots=True)
class Books:
    """Both stores, open."""

    ledger: LedgerStore
    views: ViewStore
    alarms: AlarmBook = field(default_factory=NoAlarms)


@contextmanager
def open_books(folder: Path) -> Iterator[Books]:
    """The books that are in ``folder``, to be read; nothing is made.  Unavailable, also if there are none."""
    ledger = SqliteLedgerStore.open(folder / LEDGER_FILE)
    try:
        views = SqliteViewStore.open(folder / VIEWS_FILE)
        try:
            yield Books(ledger, views)
        finally:
            views.close()
    finally:
        ledger.close()


@contextmanager
def create_books(folder: Path) -> Iterator[Books]:
    """The books in ``folder``, to be kept up; folder and files are made if they are missing.  Unavailable."""
    folder.mkdir(parents=True, exist_ok=True)
    SqliteLedgerStore.create(folder / LEDGER_FILE).close()
    SqliteViewStore.create(folder / VIEWS_FILE).close()
    with open_books(folder) as books:
        yield books
