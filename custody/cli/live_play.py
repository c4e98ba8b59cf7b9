"""An election played again while its pages move: the entries of a finished log come into new books at a chosen speed.

The books lie in a folder that is removed afterwards; the log stays as it is. The play ends by itself: after the last entry the
pages stay for a while, then the server stops. Not here: how an election is made (``custody.sandbox``), and the pages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from consumers.ledger import LedgerFollower
from consumers.loop import Follower, RetryPolicy, drain
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.embedded.directory import Directory
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import create_books
from projections.views.all_views import VIEWS

STAYS_S: Final = 60.0
"""So long the pages are there after the last entry."""
_BATCHES_IN_A_SECOND: Final = 2
_READ: Final = 500


@dataclass(slots=True)
class Play:
    """The entries of a log, on their way into books of their own."""

    entries: list[bytes]
    books: Path
    speed: int
    """Entries in a second."""
    stays_s: float = STAYS_S
    _log: MemoryLog = field(default_factory=MemoryLog)
    _ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """The first entries, so that there is an election to be shown."""
        self._take(self.entries[: max(1, self.speed)])

    def run(self, *, done: Callable[[], None]) -> None:
        """All others, some each half second; then, after a while, ``done``."""
        try:
            with create_books(self.books) as books:
                ledger = LedgerFollower.resume(reading_of(self._log)[0], store=books.ledger)
                followers: list[Follower[Any]] = [ledger, *(ViewFollower(view, books=books) for view in VIEWS)]
                step = max(1, self.speed // _BATCHES_IN_A_SECOND)
                while self._log.end() < len(self.entries) and not self._ended.is_set():
                    began = time.monotonic()
                    self._log.append(self.entries[self._log.end() : self._log.end() + step])
                    drain(followers, patience=RetryPolicy(), pause=sleep_ms)
                    self._ended.wait(max(0.0, step / self.speed - (time.monotonic() - began)))
            self._ended.wait(self.stays_s)
        finally:
            done()

    def end(self) -> None:
        """End it before its time."""
        self._ended.set()

    def _take(self, entries: list[bytes]) -> None:
        self._log.append(entries)
        with create_books(self.books) as books:
            ledger = LedgerFollower.resume(reading_of(self._log)[0], store=books.ledger)
            drain([ledger], patience=RetryPolicy(), pause=sleep_ms)
            drain([ViewFollower(view, books=books) for view in VIEWS], patience=RetryPolicy(), pause=sleep_ms)


@contextmanager
def played_again(place: Directory, *, speed: int, stays_s: float = STAYS_S) -> Iterator[Play]:
    """The play of the log in a directory, begun; its books are gone afterwards."""
    entries: list[bytes] = []
    with place.open_log() as log:
        while records := log.read(start=len(entries), limit=_READ):
            entries += [record.entry for record in records]
    with TemporaryDirectory(prefix="custody-live-") as folder:
        play = Play(entries, Path(folder) / "books", speed, stays_s)
        play.begin()
        yield play
