"""The work of ``custody ledger``: follow the log, keep ledger store and views, one process at a time.

To begin is to take the runner's lock, open log and books, and fold again what the books have taken in.  Whoever does not
get the lock stands by.  Before each turn the lock is asked for; if it is lost the work begins anew, from what the books
say, and the fence in the store sees to it that nothing is doubled meanwhile.

Not here: how to follow (``ledger``, ``views``, ``loop``), where log and books are (the caller opens them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol

from consumers.ledger import ENTRIES_MAX, LedgerFollower, LedgerRun
from consumers.loop import Follower, RetryPolicy, step
from consumers.service import GuardedLog, ServiceStatus, attend, check_root
from consumers.views import ViewFollower
from custody.adapters.lock import held as file_held
from custody.ports import LogReader
from projections.stores.books import Books
from projections.stores.ports import LEDGER
from projections.views.all_views import VIEWS

PATIENCE: Final = RetryPolicy(attempts_max=3)
"""Little: the service itself goes on trying, and says meanwhile what is wrong."""

REPORT_S: Final = 5.0
"""How often the figures are renewed while nothing happens."""


class BooksLock(Protocol):
    """The right to keep the books, while it is held."""

    def check(self) -> None:
        """Fenced if it is no longer held."""


class FileLock:
    """A lock on a file: the kernel takes it from nobody who lives."""

    def check(self) -> None:
        """See the port."""


@contextmanager
def lock_of_file(path: Path) -> Iterator[BooksLock]:
    """The right to keep the books of a folder; Unavailable("runner-active")."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with file_held(path):
        yield FileLock()


@dataclass(frozen=True, slots=True)
class LedgerParts:
    """What the work needs, opened anew each time that it begins."""

    books_lock: Callable[[], AbstractContextManager[BooksLock]]
    log: Callable[[], AbstractContextManager[LogReader]]
    books: Callable[[], AbstractContextManager[Books]]
    reading: Callable[[LogReader], LedgerRun[Any]]
    election: Callable[[LogReader], str]
    """The election id that position 0 opens."""
    entries_max: int = ENTRIES_MAX
    """Entries in one transaction."""
    root: str | None = None
    """The election id that the log must be of; None: whichever it is."""
    told: Callable[[int], None] = lambda position: None
    """Told now and then how far the ledger has come, for tools that show lag."""


class LedgerWork:
    """Ledger and views of one log, being kept."""

    def __init__(self, parts: LedgerParts, *, desk: ServiceStatus) -> None:
        """Raises what opening raises, and as :meth:`LedgerFollower.resume` does."""
        self._desk = desk
        self._told = parts.told
        with ExitStack() as stack:
            self._books_lock = stack.enter_context(parts.books_lock())
            self._log = stack.enter_context(parts.log())
            self._books = stack.enter_context(parts.books())
            check_root(parts.election, log=self._log, root=parts.root)
            reading = parts.reading(GuardedLog(self._log, desk))
            self._followers: list[Follower[Any]] = [
                LedgerFollower.resume(reading, store=self._books.ledger, entries_max=parts.entries_max)
            ]
            self._followers += [ViewFollower(view, books=self._books) for view in VIEWS]
            self._stack = stack.pop_all()
        self._report()

    def turn(self) -> bool:
        """Let ledger and views each handle a batch."""
        self._books_lock.check()
        started = monotonic()
        has_moved = False
        for follower in self._followers:
            has_moved |= step(follower, patience=PATIENCE, pause=self._desk.pause)
        if has_moved:
            self._desk.metrics.tell_batch((monotonic() - started) * 1000)
        if has_moved or monotonic() > self._reported + REPORT_S:
            self._report()
        return has_moved

    def close(self) -> None:
        """Give books, log and lock back."""
        self._stack.close()

    def _report(self) -> None:
        metrics, end = self._desk.metrics, self._log.end()
        position = self._books.ledger.head().position
        metrics.tell_position(LEDGER, position=position, end=end)
        for view in VIEWS:
            metrics.tell_position(view.name, position=self._books.views.head(view.name).position, end=end)
        metrics.tell_parked(len(self._books.views.parked()))
        self._told(position)
        self._reported = monotonic()


def keep_books(parts: LedgerParts) -> Callable[[ServiceStatus], None]:
    """What the service does."""
    return lambda desk: attend(lambda desk: LedgerWork(parts, desk=desk), desk=desk)
