"""Breaks in custody: intervals in minutes in which no signed custodian answers for a unit (domain.md §1).

    carrier    given to a carrier .. collected           explained: an act declares it
    authority  detained .. given back                    incident: whether the contents were reached is unknown
    lost       last seen .. found                        incident
    unshown    handed on, not shown .. received          incident
    seal       last seen intact .. found not intact      incident; its minutes stand in the finding seal-condition
    stated     as somebody says who knew of it           as classified there (CustodyBroken)

The first four are part of a unit's snapshot, opened and closed by acts, so that a dispute takes them back with their acts. Times
are claims; an interval that nothing has closed is open and has no minutes yet. However many there are of one unit, so many are
told each by itself, what lasts first and then the newest; the rest is counted, with its minutes. Not here: findings about breaks
(the judges).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal, cast

from custody.core.state.finding_index import KEPT
from custody.core.undo import Undoable
from schemas.identifiers import epoch_seconds
from schemas.outcomes import BreakJson, BreaksJson
from schemas.strict_json import proven

Classification = Literal["explained", "incident", "breach"]
Cause = Literal["carrier", "authority", "lost", "unshown", "seal", "stated"]
OPENED_BY_ACTS: Final[Mapping[Cause, Classification]] = {
    "carrier": "explained",
    "authority": "incident",
    "lost": "incident",
    "unshown": "incident",
}
"""Cause -> how a break of that cause is classified, where an act opens it."""
CLASSIFICATIONS: Final[tuple[Classification, ...]] = ("explained", "incident", "breach")
Rank = tuple[bool, bool, int, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyBreak:
    """One break: claimed times at which it began and ended (None: not yet), and the events that say so."""

    cause: Cause
    classification: Classification
    since: str
    opened_by: str
    until: str | None = None
    closed_by: str | None = None

    @property
    def minutes(self) -> int | None:
        """Whole minutes from beginning to end; None while it lasts."""
        if self.until is None:
            return None
        return max(0, epoch_seconds(self.until) - epoch_seconds(self.since)) // 60

    def doc(self) -> BreakJson:
        """The break as JSON."""
        return {
            "cause": self.cause,
            "classification": self.classification,
            "since": self.since,
            "until": self.until,
            "minutes": self.minutes,
            "opened_by": self.opened_by,
            "closed_by": self.closed_by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyBreaks:
    """Breaks in one unit's custody, oldest first: the newest ones each by itself, those before them as a count and minutes."""

    rows: tuple[CustodyBreak, ...] = ()
    earlier: int = 0
    minutes: tuple[int, ...] = (0,) * len(CLASSIFICATIONS)
    """of the earlier ones, by classification in the order of ``CLASSIFICATIONS``"""

    def __iter__(self) -> Iterator[CustodyBreak]:
        return iter(self.rows)

    def with_row(self, row: CustodyBreak) -> CustodyBreaks:
        """The breaks with one more; beyond what is kept the oldest, which has ended, is only counted."""
        if len(self.rows) < KEPT:
            return replace(self, rows=(*self.rows, row))
        return CustodyBreaks(
            rows=(*self.rows[1:], row), earlier=self.earlier + 1, minutes=_plus(self.minutes, row=self.rows[0])
        )


NO_BREAKS: Final = CustodyBreaks()


@dataclass(slots=True)
class StatedBreaks(Undoable):
    """What reports in force state of one unit's custody: in the order in which it is told, and its minutes."""

    rows: list[tuple[Rank, str]] = field(default_factory=list)
    minutes: list[int] = field(default_factory=lambda: [0] * len(CLASSIFICATIONS))

    def put(self, interval: CustodyBreak) -> None:
        """A report came into force."""
        insort(self.rows, (rank_of(interval), interval.opened_by))
        self._add(interval, times=1)

    def take(self, interval: CustodyBreak) -> None:
        """A report left force again."""
        item = (rank_of(interval), interval.opened_by)
        place = bisect_left(self.rows, item)
        if place < len(self.rows) and self.rows[place] == item:
            self.rows.pop(place)
            self._add(interval, times=-1)

    def _add(self, interval: CustodyBreak, *, times: int) -> None:
        place = CLASSIFICATIONS.index(interval.classification)
        self.minutes[place] += times * (interval.minutes or 0)


@dataclass(frozen=True, slots=True)
class ShownBreaks:
    """What is told of a unit's breaks: the first by rank, in the order of their beginning; all as a count and minutes."""

    rows: tuple[CustodyBreak, ...]
    count: int
    minutes: Mapping[str, int]

    def doc(self) -> BreaksJson:
        """The breaks as part of a unit's JSON."""
        return {
            "breaks": [_doc_of(row) for row in self.rows],
            "breaks_in_all": self.count,
            "minutes": dict(self.minutes),
        }


NOTHING_TOLD: Final = ShownBreaks((), 0, dict.fromkeys(CLASSIFICATIONS, 0))


@lru_cache(maxsize=4_096)
def _doc_of(row: CustodyBreak) -> BreakJson:
    """The break as JSON, the same object each time: a unit tells its breaks again and again, and so does what is in it."""
    return cast("BreakJson", proven(row.doc()))


def is_broken(breaks: Iterable[BreakJson]) -> bool:
    """Whether one of these breaks, as JSON, lasts and no act explains it: custody is broken."""
    return any(row["until"] is None and row["classification"] != "explained" for row in breaks)


def opened(breaks: CustodyBreaks, *, cause: Cause, since: str, by: str) -> CustodyBreaks:
    """The breaks with one more, which an act opens and which ends whatever lasts; one of the same cause goes on instead."""
    if any(row.cause == cause and row.until is None for row in breaks):
        return breaks
    begun = CustodyBreak(cause=cause, classification=OPENED_BY_ACTS[cause], since=since, opened_by=by)
    return closed(breaks, at=since, by=by).with_row(begun)


def closed(breaks: CustodyBreaks, *, at: str, by: str) -> CustodyBreaks:
    """The breaks after somebody answers for the unit again: whatever lasted ends here."""
    rows = tuple(row if row.until is not None else replace(row, until=at, closed_by=by) for row in breaks)
    return replace(breaks, rows=rows)


def rank_of(row: CustodyBreak) -> Rank:
    """What is told first: what lasts and no act explains, what lasts, then the newest."""
    lasts = row.until is None
    is_open = lasts and row.classification != "explained"
    return not is_open, not lasts, -epoch_seconds(row.since), row.cause, row.opened_by


def place_in_time(row: CustodyBreak) -> tuple[int, bool, str, str]:
    """Where a break stands in the order in which they are told."""
    return epoch_seconds(row.since), row.until is None, row.cause, row.opened_by


def sum_minutes(minutes: Sequence[int], more: Sequence[int]) -> tuple[int, ...]:
    """Minutes by classification, and more of them."""
    return tuple(one + other for one, other in zip(minutes, more, strict=True))


def _plus(minutes: Sequence[int], *, row: CustodyBreak) -> tuple[int, ...]:
    added = row.minutes or 0
    return tuple(
        total + added * (name == row.classification) for name, total in zip(CLASSIFICATIONS, minutes, strict=True)
    )
