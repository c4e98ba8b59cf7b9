"""Rebuild the books from nothing but the log, and say whether they come out as they were.

The new books are made beside the old ones and compared with them up to where the old ones stood; then the folders are exchanged.
A crash at any point leaves the old books, the new books or none, and none is as good: they are made again.

Not here: books in PostgreSQL (``rebuild_postgres``), whose driver takes longer to import than small books take to be made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.ledger import LedgerFollower, LedgerRun
from consumers.loop import RetryPolicy, drain
from consumers.views import ViewFollower
from projections.stores.books import LEDGER_FILE, VIEWS_FILE, Books, create_books, open_books
from projections.stores.ports import LEDGER, Head
from projections.views.all_views import VIEWS
from projections.views.view import digest, replay
from schemas.errors import Refused, Unavailable


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the comparison showed."""

    head: Head
    """How far the new books have come."""
    compared: int
    """Number of entries up to which old and new were compared: where the old books stood."""
    digests: dict[str, str]
    """SHA-256 of the new books: ``ledger`` and each view."""
    changed: tuple[str, ...]
    """Which of them were not what the log says; empty if the old books were right, and if there were none."""


def keep_up(
    reading: LedgerRun[Any], *, books: Books, pause: Callable[[int], None], patience: RetryPolicy | None = None
) -> Head:
    """Bring the books up to the end of the log, ledger first; the head they have then.  Raises as the loop does."""
    settings = patience or RetryPolicy()
    drain([LedgerFollower.resume(reading, store=books.ledger)], patience=settings, pause=pause)
    drain([ViewFollower(view, books=books) for view in VIEWS], patience=settings, pause=pause)
    return books.ledger.head()


def rebuild(reading: LedgerRun[Any], *, folder: Path, pause: Callable[[int], None]) -> Rebuilt:
    """Replace the books in ``folder``, if there are any, by what the log says.  The caller holds the runner's lock.

    ``reading`` is fresh.  Old books that cannot be read count as changed altogether.  Raises as the loop does; the old
    books are then where they were.
    """
    beside, away = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for left_over in (beside, away):
        shutil.rmtree(left_over, ignore_errors=True)
    is_filled = any((folder / name).exists() for name in (LEDGER_FILE, VIEWS_FILE))
    with create_books(beside) as new:
        rebuilt = fill_and_compare(reading, new=new, old=open_books(folder) if is_filled else None, pause=pause)
    if folder.exists():
        folder.rename(away)
    beside.rename(folder)
    shutil.rmtree(away, ignore_errors=True)
    return rebuilt


def fill_and_compare(
    reading: LedgerRun[Any], *, new: Books, old: AbstractContextManager[Books] | None, pause: Callable[[int], None]
) -> Rebuilt:
    """Fill the new books and compare them with the old ones, which are opened only then."""
    head = keep_up(reading, books=new, pause=pause)
    digests = {LEDGER: new.ledger.digest(stop=head.position)}
    digests |= {view.name: new.views.digest(view.name) for view in VIEWS}
    compared, changed = (0, ()) if old is None else _compared(old, new=new)
    return Rebuilt(head=head, compared=compared, digests=digests, changed=changed)


def _compared(opening: AbstractContextManager[Books], *, new: Books) -> tuple[int, tuple[str, ...]]:
    """Up to where old and new were compared, and what differs."""
    try:
        with opening as old:
            return old.ledger.head().position, tuple(_differing(old, new=new))
    except (Unavailable, Refused, ValueError):  # no file, no database, no row of ours: nothing to compare with
        return 0, (LEDGER, *(view.name for view in VIEWS))


def _differing(old: Books, *, new: Books) -> Iterator[str]:
    stop = old.ledger.head().position
    if old.ledger.digest(stop=stop) != new.ledger.digest(stop=stop):
        yield LEDGER
    for view in VIEWS:
        outcomes = new.ledger.outcomes(start=0, stop=old.views.head(view.name).position)
        if old.views.digest(view.name) != digest(replay(view, outcomes)):
            yield view.name
