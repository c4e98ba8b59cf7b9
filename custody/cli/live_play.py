"""An election played again while its pages move: the entries of a finished log come into new books at a chosen speed.

The books lie in a folder that is removed afterwards; the log stays as it is. The play ends by itself: after the last entry the
pages stay for a while, then the server stops. Entries are judged in a process of their own, as where an election really runs:
who reads pages does not wait for that. Not here: how an election is made (``custody.sandbox``), and the pages.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from consumers.ledger import LedgerFollower
from consumers.loop import Follower, RetryPolicy, drain
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.embedded.directory import Directory
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import Books, create_books
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
    begun: int = 0
    """Entries that were taken in by :meth:`begin`."""
    _line: Connection | None = None
    """To the process that plays; it ends where this end is closed, also by the end of this process."""

    def begin(self) -> None:
        """The first entries, so that there is an election to be shown."""
        self.begun = min(max(1, self.speed), len(self.entries))
        with create_books(self.books) as books:
            drain(
                _followers(MemoryLog.holding(self.entries[: self.begun]), books=books),
                patience=RetryPolicy(),
                pause=sleep_ms,
            )

    def run(self, *, done: Callable[[], None]) -> None:
        """All others, some each half second, in a process of their own; then, after a while, ``done``."""
        self._line, theirs = Pipe()
        rest = replace(self, _line=None)
        process = get_context("spawn").Process(target=_play, args=(rest, theirs), name="play", daemon=True)
        try:
            with theirs:
                process.start()
            process.join()
        finally:
            done()

    def end(self) -> None:
        """End it before its time."""
        if self._line is not None:
            self._line.close()


def _play(play: Play, line: Connection) -> None:
    """What the other process does: it ends with the play, or when the other end of the line is closed."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # a terminal tells all at once; the server ends this by closing its end
    ended = threading.Event()

    def wait() -> None:
        line.poll(None)
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    log = MemoryLog.holding(play.entries[: play.begun])
    with create_books(play.books) as books:
        followers = _followers(log, books=books)
        step = max(1, play.speed // _BATCHES_IN_A_SECOND)
        while log.end() < len(play.entries) and not ended.is_set():
            began = time.monotonic()
            log.append(play.entries[log.end() : log.end() + step])
            drain(followers, patience=RetryPolicy(), pause=sleep_ms)
            ended.wait(max(0.0, step / play.speed - (time.monotonic() - began)))
    ended.wait(play.stays_s)


def _followers(log: MemoryLog, *, books: Books) -> list[Follower[Any]]:
    return [
        LedgerFollower.resume(reading_of(log)[0], store=books.ledger),
        *(ViewFollower(view, books=books) for view in VIEWS),
    ]


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
