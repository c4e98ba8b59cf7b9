"""The views as they were: the rows of every view after the entry at an earlier position, held in memory.

They are made from the ledger's outcomes by the same pure functions as the live rows, so every query runs on them unchanged.
The audit trail is not made again: its rows say themselves since when they hold, and queries ask for them by position.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Final, cast

from custody.core.wording.outcomes import Outcome
from projections.stores.books import Books
from projections.stores.moments import Instant, Times
from projections.stores.ports import ViewStore, outcomes_of
from projections.views import audit_trail
from projections.views.all_views import VIEWS
from projections.views.view import Put, replay
from projections.web.models.problems import Busy

KEPT_MAX: Final = 4
ASKING_MAX: Final = 12
"""So many requests about the past are answered or wait at a time; the threads of all others stay free for the present."""
WAIT_S: Final = 2.0
"""So long a request waits for its turn to have a past state made."""
ENTRIES_MAX: Final = 200_000
"""A past position further from the start than this is answered for single units only: the whole state costs too much."""
_ENTRIES_AT_ONCE: Final = 200
_OUTCOMES_AT_ONCE: Final = 100
_REST_S: Final = 0.001
"""Making a past state is work of seconds; it rests so long after each part of it, and the present goes on."""
_MADE: Final = tuple(view for view in VIEWS if view.name != audit_trail.VIEW.name)
_KINDS: Final = frozenset().union(*(view.kinds for view in _MADE))


class PastRows:
    """The rows of all views as of one position."""

    def __init__(self, books: Books, *, position: int) -> None:
        """Make them from the outcomes up to the entry at ``position``."""
        outcomes = list(_read(books, stop=position + 1))
        self.rows = {view.name: replay(view, _gently(outcomes)) for view in _MADE}
        self.keys = {name: [row.key for row in rows] for name, rows in self.rows.items()}
        self.stations: dict[tuple[str, str | None], list[Put]] = defaultdict(list)
        for name, rows in self.rows.items():
            for row in rows:
                self.stations[name, row.station].append(row)


def _read(books: Books, *, stop: int) -> Iterator[Outcome]:
    """The outcomes up to a position, some entries at a time."""
    for start in range(0, stop, _ENTRIES_AT_ONCE):
        end = min(start + _ENTRIES_AT_ONCE, stop)
        yield from outcomes_of(books.ledger.rows_of_kinds(_KINDS, start=start, stop=end))
        time.sleep(_REST_S)


def _gently(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The same outcomes, with a rest after some, in which the threads of the present run."""
    for count, outcome in enumerate(outcomes):
        if count % _OUTCOMES_AT_ONCE == 0:
            time.sleep(_REST_S)
        yield outcome


class PastViews:
    """The reading half of a view store over such rows; the audit trail is the live one."""

    def __init__(self, live: ViewStore, past: PastRows) -> None:
        """``live`` is asked for the audit trail only."""
        self._live = live
        self._past = past

    def row(self, view: str, *, key: str) -> Put | None:
        """One row, or None."""
        if view not in self._past.rows:
            return self._live.row(view, key=key)
        place = bisect_left(self._past.keys[view], key)
        found = self._past.rows[view][place : place + 1]
        return found[0] if found and found[0].key == key else None

    def rows(self, view: str, *, prefix: str = "") -> list[Put]:
        """The rows whose keys begin with ``prefix``, in key order."""
        if view not in self._past.rows:
            return self._live.rows(view, prefix=prefix)
        place = bisect_left(self._past.keys[view], prefix)
        return list(takewhile(lambda row: row.key.startswith(prefix), self._past.rows[view][place:]))

    def rows_of_station(self, view: str, *, station: str) -> list[Put]:
        """The rows that belong to the station, in key order."""
        if view not in self._past.rows:
            return self._live.rows_of_station(view, station=station)
        return list(self._past.stations.get((view, station), ()))


class Past:
    """A few past positions, the last used ones kept; one is made at a time, and only so many requests wait for theirs."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: OrderedDict[tuple[str, int], PastRows] = OrderedDict()
        self._times = Times()
        self._making = threading.Lock()
        self._places = threading.BoundedSemaphore(ASKING_MAX)

    @contextmanager
    def asked(self) -> Iterator[None]:
        """One request about the past.  Busy, at once, where as many as there may be are under way."""
        if not self._places.acquire(blocking=False):
            raise busy()
        try:
            yield
        finally:
            self._places.release()

    def position_at(self, instant: Instant, *, books: Books) -> int:
        """The position that a time names.  ValueError if there is none; Busy."""
        with self._turn():
            return self._times.position_at(instant, books=books)

    def books_at(self, books: Books, *, root: str, position: int) -> Books:
        """Books whose views are as of the entry at ``position``; ``root`` tells histories apart.  Busy."""
        key = (root, position)
        with self._turn():
            rows = self._kept.pop(key, None) or PastRows(books, position=position)
            self._kept[key] = rows
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        # Queries only read: the writing half of a view store is asked of nobody here.
        return Books(books.ledger, cast("ViewStore", PastViews(books.views, rows)))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._making.acquire(timeout=WAIT_S):
            raise busy()
        try:
            yield
        finally:
            self._making.release()


def busy() -> Busy:
    """Too many ask about the past."""
    return Busy("past-busy", "Many ask about the past now; the present is answered. Ask again in a moment.")
