"""Breaks in custody: intervals in minutes in which no signed custodian answers for a unit (domain.md §1).

    carrier    given to a carrier .. collected           explained: an act declares it
    authority  detained .. given back                    incident: whether the contents were reached is unknown
    lost       last seen .. found                        incident
    unshown    handed on, not shown .. received          incident
    seal       last seen intact .. found not intact      incident; its minutes stand in the finding seal-condition
    stated     as somebody says who knew of it           as classified there (CustodyBroken)

The first four are part of a unit's snapshot, opened and closed by acts, so that a dispute takes them back with their acts. Times
are claims; an interval that nothing has closed is open and has no minutes yet. Not here: findings about breaks (the judges).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal

from custody.core.moments import shifted
from schemas.identifiers import epoch_seconds

if TYPE_CHECKING:
    from custody.core.state import Record, State
    from custody.core.units import Unit

Classification = Literal["explained", "incident", "breach"]
Cause = Literal["carrier", "authority", "lost", "unshown", "seal", "stated"]
OPENED_BY_ACTS: Final[Mapping[Cause, Classification]] = {
    "carrier": "explained",
    "authority": "incident",
    "lost": "incident",
    "unshown": "incident",
}
"""Cause -> how a break of that cause is classified, where an act opens it."""
STATED_MAX: Final = 16
"""So many breaks that one person states of one unit are told, the newest of them; each keeps its finding."""


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


def is_broken(breaks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these breaks, as JSON, lasts and no act explains it: custody is broken."""
    return any(row["until"] is None and row["classification"] != "explained" for row in breaks)


def opened(breaks: Iterable[Interval], *, cause: Cause, since: str, by: str) -> tuple[Interval, ...]:
    """The breaks with one more, which an act opens and which ends whatever lasts; one of the same cause goes on instead."""
    rows = tuple(breaks)
    if any(row.cause == cause and row.until is None for row in rows):
        return rows
    return (
        *closed(rows, at=since, by=by),
        Interval(cause=cause, classification=OPENED_BY_ACTS[cause], since=since, opened_by=by),
    )


def closed(breaks: Iterable[Interval], *, at: str, by: str) -> tuple[Interval, ...]:
    """The breaks after somebody answers for the unit again: whatever lasted ends here."""
    return tuple(row if row.until is not None else replace(row, until=at, closed_by=by) for row in breaks)


def total(breaks: Iterable[Interval]) -> dict[str, int]:
    """Minutes of the breaks that have ended, by classification; where two overlap both are counted."""
    minutes = dict.fromkeys(("explained", "incident", "breach"), 0)
    for row in breaks:
        minutes[row.classification] += row.minutes or 0
    return minutes


def breaks_of(state: State, unit: Unit) -> tuple[Interval, ...]:
    """All breaks of a unit that stand now, its own and those of what it is inside, by the time at which they began."""
    outer = state.paths.outermost(unit)
    rows = [*unit.breaks, *(row for row in outer.breaks if row not in unit.breaks)]
    for name in dict.fromkeys((unit.unit, outer.unit)):
        rows += _stated(state, name)
        rows += _of_seals(state, name)
    return tuple(sorted(rows, key=lambda row: (epoch_seconds(row.since), row.until is None, row.cause, row.opened_by)))


def note_stated(state: State, record: Record, *, stated: Iterable[tuple[str, Interval]]) -> None:
    """Keep what a report says of units, under the first of the persons who signed it."""
    persons = sorted(key.person or key.keyid for keys in record.signed.values() for key in keys)
    for unit, interval in stated:
        said = state.registers.stated_breaks.setdefault(unit, {})
        said.setdefault(persons[0] if persons else "", {})[record.event_id] = interval


def _stated(state: State, unit: str) -> Iterator[Interval]:
    """What reports in force say of a unit: of each who says so the newest, for nobody makes it longer without end."""
    for said in state.registers.stated_breaks.get(unit, {}).values():
        newest = islice(reversed(said.items()), STATED_MAX)
        yield from (interval for event, interval in newest if state.records[event].in_force)


def _of_seals(state: State, unit: str) -> Iterable[Interval]:
    """The bracket of each seal of a unit that was found not intact: as many minutes as its finding says."""
    for finding in state.findings.on_topic(f"seal/{unit}"):
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
