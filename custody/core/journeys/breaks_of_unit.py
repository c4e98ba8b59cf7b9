"""The breaks in one unit's custody that stand at a position: its own, those of what holds it, of its seals, and stated ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.core.state.custody_breaks import (
    CLASSIFICATIONS,
    CustodyBreak,
    ShownBreaks,
    place_in_time,
    rank_of,
    sum_minutes,
)
from custody.core.state.finding_index import KEPT
from custody.core.state.moments import shifted
from custody.core.state.state import State
from custody.core.state.topics import seal_topic
from custody.core.state.units import Unit


def breaks_of(state: State, unit: Unit) -> tuple[CustodyBreak, ...]:
    """The breaks of a unit that are told, in the order of their beginning."""
    return told_of(state, unit).rows


def told_of(state: State, unit: Unit) -> ShownBreaks:
    """The breaks of a unit that stand now, its own and those of what it is inside."""
    outer = state.paths.outermost(unit)
    names = dict.fromkeys((unit.unit, outer.unit))
    rows, count, minutes = list(unit.breaks), unit.breaks.earlier, unit.breaks.minutes
    if len(names) > 1 and outer.breaks != unit.breaks:
        rows += [row for row in outer.breaks if row not in unit.breaks.rows]
        count += outer.breaks.earlier
        minutes = sum_minutes(minutes, outer.breaks.minutes)
    for name in names:
        rows += _of_seals(state, name)
    totals: dict[str, int] = dict(zip(CLASSIFICATIONS, minutes, strict=True))
    for row in rows:
        totals[row.classification] += row.minutes or 0
    count += len(rows)
    for stated in (state.registers.stated_breaks.get(name) for name in names):
        if stated is not None:
            count += len(stated.rows)
            totals = dict(zip(CLASSIFICATIONS, sum_minutes(tuple(totals.values()), stated.minutes), strict=True))
    rows += [row for name in names for row in _newest_stated(state, name)]
    told = sorted(rows, key=rank_of)[:KEPT] if len(rows) > KEPT else rows
    return ShownBreaks(tuple(sorted(told, key=place_in_time)), count, totals)


def _newest_stated(state: State, unit: str) -> Iterator[CustodyBreak]:
    """The breaks that reports state of a unit, as many as may be told."""
    stated = state.registers.stated_breaks.get(unit)
    for _, event in () if stated is None else stated.rows[:KEPT]:
        yield _stated(state, unit, event=event)


def _stated(state: State, unit: str, *, event: str) -> CustodyBreak:
    rows: tuple[tuple[str, CustodyBreak], ...] = state.registers.stated[event]
    return next(interval for name, interval in rows if name == unit)


def _of_seals(state: State, unit: str) -> Iterable[CustodyBreak]:
    """The bracket of each seal of a unit that was found not intact: as many minutes as its finding says."""
    for finding in state.findings.timed(seal_topic(unit)):
        found = state.records.get(finding.raised_by)
        if finding.uncertain_minutes is None or found is None:
            continue
        yield CustodyBreak(
            cause="seal",
            classification="incident",
            since=shifted(found.at, seconds=-60 * finding.uncertain_minutes),
            opened_by=finding.narrowed_by
            or next((name for name in finding.evidence if name != found.event_id), found.event_id),
            until=found.at,
            closed_by=found.event_id,
        )
