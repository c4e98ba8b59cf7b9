"""Books as they were when the demonstration's log ended earlier: made from nothing but the entries up to there.

One ledger follows the log as it grows; where the log ends for a while, the books are put aside as they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consumers.ledger import LedgerFollower
from consumers.loop import RetryPolicy, drain
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import Books, create_books
from projections.views.all_views import VIEWS
from tests.once import once
from tests.web.demo import ENTRIES, shared_entries

POSITIONS = (0, 195, 320, 795, 1300, 1816, 1852, ENTRIES - 1)
"""Where the past is compared with what the books were."""
CUTS = (*POSITIONS, 1_950, 2_230)
"""Positions of the last entry of a log: those, and two before the last station has closed."""


def past_books(factory: pytest.TempPathFactory) -> Path:
    """A folder with the books at each of these positions, named by it."""
    return once(factory, "past-books", make=lambda folder: _make(folder, entries=shared_entries(factory)))


@contextmanager
def books_until(past: Path, position: int, *, folder: Path) -> Iterator[Books]:
    """Books of the caller's own, made from nothing but the entries up to a position."""
    shutil.copytree(past / str(position), folder)
    with create_books(folder) as books:
        assert books.ledger.head().position == position + 1
        yield books


def _make(folder: Path, *, entries: list[bytes]) -> None:
    log, growing = MemoryLog(), folder / "growing"
    with create_books(growing) as books:
        ledger = LedgerFollower.resume(reading_of(log)[0], store=books.ledger)
        views = [ViewFollower(view, books=books) for view in VIEWS]
        for position in sorted(CUTS):
            log.append(entries[log.end() : position + 1])
            drain([ledger], patience=RetryPolicy(), pause=sleep_ms)
            drain(views, patience=RetryPolicy(), pause=sleep_ms)
            # Nobody writes now: the files and their write-ahead logs are the books; the rest is shared memory.
            shutil.copytree(growing, folder / str(position), ignore=shutil.ignore_patterns("*-shm"))
    shutil.rmtree(growing)
