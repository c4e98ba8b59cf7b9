"""The books: the ledger store and the views over it, together in one folder that can be thrown away.

Not here: the log, which is the only thing that must not be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from projections.store import LedgerStore
from projections.view_store import ViewStore

LEDGER_FILE: Final = "ledger.sqlite"
VIEWS_FILE: Final = "views.sqlite"


@dataclass(frozen=True, slots=True)
class Books:
    """Both files, open."""

    ledger: LedgerStore
    views: ViewStore


@contextmanager
def open_books(folder: Path) -> Iterator[Books]:
    """The books that are in ``folder``, to be read; nothing is made.  Unavailable, also if there are none."""
    ledger = LedgerStore.open(folder / LEDGER_FILE)
    try:
        views = ViewStore.open(folder / VIEWS_FILE)
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
    LedgerStore.create(folder / LEDGER_FILE).close()
    ViewStore.create(folder / VIEWS_FILE).close()
    with open_books(folder) as books:
        yield books
