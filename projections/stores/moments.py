"""Moments of the past as people name them: a log position, a day, or a time (RFC 3339).

The log has an order and no clock of its own.  The time of a position is the newest time that an entry in force, at that position
or before it, claims; claims that the ledger found wrong do not count.  So the time of positions never runs back: an act that was
handed in late is in the state from its position on, not from the time that it claims.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from custody.core.wording.outcomes import ENTRY
from projections.stores.books import Books
from projections.stores.ports import START, Head, outcomes_of

_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+\- ][0-9]{2}:[0-9]{2})"
)
_DAYS: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
)
"""A day as it is sent by a form, and as it is written in Russian and Kazakh."""
_DAY_S: Final = 24 * 60 * 60
_WRONG: Final = frozenset({"time-contradiction", "clock-skew"})
POSITION_MAX: Final = 2**53 - 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENTRIES_AT_ONCE: Final = 1_000
_BEFORE_ALL: Final = "0000-"
"""RFC 3339 has a year 0, the calendar of this program has not."""
FORM: Final = (
    "a log position in decimal digits, a day as 2027-05-16, at its end in UTC, "
    "or a time with its offset as 2027-05-16T10:00:00+02:00"
)


@dataclass(frozen=True, slots=True)
class Instant:
    """A time that somebody asks for."""

    epoch_s: float


def read_moment(text: str) -> int | Instant:
    """A position, a day or a time.  ValueError, with a sentence, for anything else.

    A day stands for its last moment in UTC: what was recorded of it is in, and nothing of the next day.
    A blank stands for the plus sign of an offset: that is what an address makes of one that was not escaped.
    """
    if _POSITION.fullmatch(text):
        if int(text) > POSITION_MAX:
            raise ValueError("No log is as long as that.")
        return int(text)
    day = next((found for pattern in _DAYS if (found := pattern.fullmatch(text))), None)
    if day is not None:
        return _end_of(int(day["year"]), month=int(day["month"]), day=int(day["day"]))
    if not _TIME.fullmatch(text):
        raise ValueError(f"What is asked for is {FORM}.")
    if text.startswith(_BEFORE_ALL):
        return Instant(float("-inf"))
    try:
        told = datetime.fromisoformat(text.upper().replace(" ", "+"))
    except ValueError as error:
        raise ValueError("There is no such time in the calendar.") from error
    offset = told.utcoffset() or timedelta()
    return Instant((told.replace(tzinfo=UTC) - _EPOCH).total_seconds() - offset.total_seconds())


def _end_of(year: int, *, month: int, day: int) -> Instant:
    if year == 0:
        return Instant(float("-inf"))
    try:
        begins = datetime(year, month, day, tzinfo=UTC)
    except ValueError as error:
        raise ValueError("There is no such time in the calendar.") from error
    return Instant((begins - _EPOCH).total_seconds() + _DAY_S - 1)


@dataclass(slots=True)
class Times:
    """The time of each position of one log, read once and then continued; for one thread at a time."""

    _head: Head = START
    _times: list[float] = field(default_factory=list)

    def position_at(self, instant: Instant, *, books: Books) -> int:
        """The newest position whose time is not after the instant.  ValueError where there is none."""
        self._follow(books)
        place = bisect_right(self._times, instant.epoch_s)
        if place == 0:
            raise ValueError("Nothing was recorded by that time.")
        return place - 1

    def _follow(self, books: Books) -> None:
        """Read on to where the books stand; from the beginning if they are of another history."""
        head = books.ledger.head()
        if books.ledger.head_at(self._head.position) != self._head:
            self._head, self._times = START, []
        for start in range(self._head.position, head.position, _ENTRIES_AT_ONCE):
            self._read(books, start=start, stop=min(start + _ENTRIES_AT_ONCE, head.position))
        self._head = head

    def _read(self, books: Books, *, start: int, stop: int) -> None:
        rows = books.ledger.rows_of_kinds(frozenset({ENTRY.name}), start=start, stop=stop)
        docs = {outcome.position: ENTRY.doc_of(outcome) for outcome in outcomes_of(rows)}
        newest = self._times[-1] if self._times else float("-inf")
        for position in range(start, stop):
            doc = docs.get(position)
            if doc is not None and doc["status"] == "applied" and doc["at"] and _WRONG.isdisjoint(doc["codes"]):
                newest = max(newest, datetime.fromisoformat(doc["at"]).timestamp())
            self._times.append(newest)


def position_at(instant: Instant, *, books: Books) -> int:
    """The newest position whose time is not after the instant.  ValueError where there is none."""
    return Times().position_at(instant, books=books)
