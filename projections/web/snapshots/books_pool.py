"""The books that the application reads, opened once and opened again when others have taken their place.

A rebuild puts new books where the old ones were; whoever kept the old ones open would go on reading what nobody keeps up.  So
each loan looks at the mark of what is there, and books that failed are not lent again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from projections.stores.books import Books
from projections.stores.standstill import LogSeen
from schemas.errors import Unavailable

Open = Callable[[], AbstractContextManager[Books]]
Mark = Callable[[], Hashable]


@dataclass
class _Lent:
    books: Books
    entered: AbstractContextManager[Books]
    mark: Hashable
    loans: int = 0
    retired: bool = False


class Shelf:
    """Lends books to threads; closes old ones when the last thread has given them back."""

    def __init__(self, opened: Open, *, mark: Mark, look: Callable[[], LogSeen | None] = lambda: None) -> None:
        """``opened`` opens the books; ``mark`` says which ones are there: another mark, other books.

        ``look`` tells what is seen of the log; None where it cannot be seen from here.
        """
        self.seen: LogSeen | None = None
        self._look = look
        self._open = opened
        self._mark = mark
        self._lock = threading.Lock()
        self._current: _Lent | None = None

    def look(self) -> LogSeen | None:
        """What is seen of the log now; kept as ``seen`` until the next look."""
        self.seen = self._look()
        return self.seen

    @contextmanager
    def loan(self) -> Iterator[Books]:
        """The books that are there now.  Unavailable if they cannot be opened."""
        lent = self._take()
        try:
            yield lent.books
        except Unavailable:
            self._retire(lent)
            raise
        finally:
            self._give_back(lent)

    def close(self) -> None:
        """Close the books as soon as nobody reads them."""
        with self._lock:
            current, self._current = self._current, None
        if current is not None:
            self._retire(current)

    def _take(self) -> _Lent:
        mark = self._mark()
        with self._lock:
            old = self._current
            if old is None or old.mark != mark:
                entered = self._open()
                self._current = _Lent(entered.__enter__(), entered, mark)
                if old is not None:
                    old.retired = True
                    _close_unread(old)
            lent = self._current
            if lent is None:
                raise Unavailable("books-missing", "There are no books to be read.")
            lent.loans += 1
            return lent

    def _retire(self, lent: _Lent) -> None:
        with self._lock:
            lent.retired = True
            if self._current is lent:
                self._current = None
            _close_unread(lent)

    def _give_back(self, lent: _Lent) -> None:
        with self._lock:
            lent.loans -= 1
            _close_unread(lent)


def _close_unread(lent: _Lent) -> None:
    """Close books that are no longer lent and that nobody reads any more; once."""
    if lent.retired and lent.loans == 0:
        lent.retired = False
        lent.entered.__exit__(None, None, None)
