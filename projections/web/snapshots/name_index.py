"""Which events and badges are on the log: read once for each entry, and then continued; what the search asks."""

from __future__ import annotations

import threading
from typing import Final

from custody.core.wording.outcomes import ENTRY
from projections.stores.books import Books
from projections.stores.ports import START, outcomes_of

_ENTRIES_AT_ONCE: Final = 5_000


class NameIndex:
    """Event ids and badges by where they stand first."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._head = START
        self._events: dict[str, int] = {}
        self._badges: dict[str, int] = {}
        self._lock = threading.Lock()

    def events(self, books: Books, *, beginning: str) -> dict[str, int]:
        """The events whose ids begin so, with the position at which each was recorded first."""
        with self._lock:
            self._follow(books)
            whole = self._events.get(beginning)
            if whole is not None:
                return {beginning: whole}
            return {event: place for event, place in self._events.items() if event.startswith(beginning)}

    def badges(self, books: Books) -> dict[str, int]:
        """The badges that signed, with the position at which each did first."""
        with self._lock:
            self._follow(books)
            return dict(self._badges)

    def _follow(self, books: Books) -> None:
        head = books.ledger.head()
        if books.ledger.head_at(self._head.position) != self._head:
            self._head, self._events, self._badges = START, {}, {}
        for start in range(self._head.position, head.position, _ENTRIES_AT_ONCE):
            stop = min(start + _ENTRIES_AT_ONCE, head.position)
            for outcome in outcomes_of(books.ledger.rows_of_kinds(frozenset({ENTRY.name}), start=start, stop=stop)):
                doc = ENTRY.doc_of(outcome)
                if doc["event"]:
                    self._events.setdefault(doc["event"], outcome.position)
                for badge in doc["by"]:
                    self._badges.setdefault(badge, outcome.position)
        self._head = head
