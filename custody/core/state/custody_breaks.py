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
from typing import TYPE_CHECKING, Any, Final, Literal

from custody.core.state.finding_index import KEPT
from custody.core.state.moments import shifted
from custody.core.undo import Undoable
from schemas.identifiers import epoch_seconds

if TYPE_CHECKING:
    from custody.core.state.state import State
    from custody.core.state.units import Unit

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
class Interval:
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

    def doc(self) -> dict[str, Any]:
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
class Breaks:
    """Breaks in one unit's custody, oldest first: the newest ones each by itself, those before them as a count and minutes."""

    rows: tuple[Interval, ...] = ()
    earlier: int = 0
    minutes: tuple[int, ...] = (0,) * len(CLASSIFICATIONS)
    """of the earlier ones, by classification in the order of ``CLASSIFICATIONS``"""

    def __iter__(self) -> Iterator[Interval]:
        return iter(self.rows)

    def with_row(self, row: Interval) -> Breaks:
        """The breaks with one more; beyond what is kept the oldest, which has ended, is only counted."""
        if len(self.rows) < KEPT:
            return replace(self, rows=(*self.rows, row))
        return Breaks(
            rows=(*self.rows[1:], row), earlier=self.earlier + 1, minutes=_plus(self.minutes, row=self.rows[0])
        )


NO_BREAKS: Final = Breaks()


@dataclass(slots=True)
class Stated(Undoable):
    """What reports in force state of one unit's custody: in the order in which it is told, and its minutes."""

    rows: list[tuple[Rank, str]] = field(default_factory=list)
    minutes: list[int] = field(default_factory=lambda: [0] * len(CLASSIFICATIONS))

    def put(self, interval: Interval) -> None:
        """A report came into force."""
        insort(self.rows, (_rank(interval), interval.opened_by))
        self._add(interval, times=1)

    def take(self, interval: Interval) -> None:
        """A report left force again."""
        item = (_rank(interval), interval.opened_by)
        place = bisect_left(self.rows, item)
        if place < len(self.rows) and self.rows[place] == item:
            self.rows.pop(place)
            self._add(interval, times=-1)

    def _add(self, interval: Interval, *, times: int) -> None:
        place = CLASSIFICATIONS.index(interval.classification)
        self.minutes[place] += times * (interval.minutes or 0)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a unit's breaks: the first by rank, in the order of their beginning; all as a count and minutes."""

    rows: tuple[Interval, ...]
    count: int
    minutes: Mapping[str, int]

    def doc(self) -> dict[str, Any]:
        """The breaks as part of a unit's JSON."""
        return {
            "breaks": [row.doc() for row in self.rows],
            "breaks_in_all": self.count,
            "minutes": dict(self.minutes),
        }


NOTHING_TOLD: Final = Told((), 0, dict.fromkeys(CLASSIFICATIONS, 0))


def is_broken(breaks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these breaks, as JSON, lasts and no act explains it: custody is broken."""
    return any(row["until"] is None and row["classification"] != "explained" for row in breaks)


def opened(breaks: Breaks, *, cause: Cause, since: str, by: str) -> Breaks:
    """The breaks with one more, which an act opens and which ends whatever lasts; one of the same cause goes on instead."""
    if any(row.cause == cause and row.until is None for row in breaks):
        return breaks
    begun = Interval(cause=cause, classification=OPENED_BY_ACTS[cause], since=since, opened_by=by)
    return closed(breaks, at=since, by=by).with_row(begun)


def closed(breaks: Breaks, *, at: str, by: str) -> Breaks:
    """The breaks after somebody answers for the unit again: whatever lasted ends here."""
    rows = tuple(row if row.until is not None else replace(row, until=at, closed_by=by) for row in breaks)
    return replace(breaks, rows=rows)


def breaks_of(state: State, unit: Unit) -> tuple[Interval, ...]:
    """The breaks of a unit that are told, in the order of their beginning."""
    return told_of(state, unit).rows


def told_of(state: State, unit: Unit) -> Told:
    """The breaks of a unit that stand now, its own and those of what it is inside."""
    outer = state.paths.outermost(unit)
    names = dict.fromkeys((unit.unit, outer.unit))
    rows, count, minutes = list(unit.breaks), unit.breaks.earlier, unit.breaks.minutes
    if len(names) > 1 and outer.breaks != unit.breaks:
        rows += [row for row in outer.breaks if row not in unit.breaks.rows]
        count += outer.breaks.earlier
        minutes = _sum(minutes, outer.breaks.minutes)
    for name in names:
        rows += _of_seals(state, name)
    totals: dict[str, int] = dict(zip(CLASSIFICATIONS, minutes, strict=True))
    for row in rows:
        totals[row.classification] += row.minutes or 0
    count += len(rows)
    for stated in (state.registers.stated_breaks.get(name) for name in names):
        if stated is not None:
            count += len(stated.rows)
            totals = dict(zip(CLASSIFICATIONS, _sum(tuple(totals.values()), stated.minutes), strict=True))
    rows += [row for name in names for row in _newest_stated(state, name)]
    told = sorted(rows, key=_rank)[:KEPT] if len(rows) > KEPT else rows
    return Told(tuple(sorted(told, key=_place)), count, totals)


def _newest_stated(state: State, unit: str) -> Iterator[Interval]:
    """The breaks that reports state of a unit, as many as may be told."""
    stated = state.registers.stated_breaks.get(unit)
    for _, event in () if stated is None else stated.rows[:KEPT]:
        yield _stated(state, unit, event=event)


def _stated(state: State, unit: str, *, event: str) -> Interval:
    return next(interval for name, interval in state.registers.stated[event] if name == unit)


def _rank(row: Interval) -> Rank:
    """What is told first: what lasts and no act explains, what lasts, then the newest."""
    lasts = row.until is None
    is_open = lasts and row.classification != "explained"
    return not is_open, not lasts, -epoch_seconds(row.since), row.cause, row.opened_by


def _place(row: Interval) -> tuple[int, bool, str, str]:
    return epoch_seconds(row.since), row.until is None, row.cause, row.opened_by


def _sum(minutes: Sequence[int], more: Sequence[int]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(minutes, more, strict=True))


def _plus(minutes: Sequence[int], *, row: Interval) -> tuple[int, ...]:
    added = row.minutes or 0
    return tuple(
        total + added * (name == row.classification) for name, total in zip(CLASSIFICATIONS, minutes, strict=True)
    )


def _of_seals(state: State, unit: str) -> Iterable[Interval]:
    """The bracket of each seal of a unit that was found not intact: as many minutes as its finding says."""
    for finding in state.findings.timed(f"seal/{unit}"):
        found = state.records.get(finding.raised_by)
        if finding.uncertain_minutes is None or found is None:
            continue
        yield Interval(
            cause="seal",
            classification="incident",
            since=shifted(found.at, seconds=-60 * finding.uncertain_minutes),
            opened_by=finding.narrowed_by
            or next((name for name in finding.evidence if name != found.event_id), found.event_id),
            until=found.at,
            closed_by=found.event_id,
        )
