"""The facts of what was recorded last, of the whole log and of one station: read from the end, as much as is shown."""

from __future__ import annotations

from typing import Final

from projections import queries
from projections.kept_rows import EntryLine
from projections.web.facts.events import said_of
from projections.web.facts.stations import station_doc
from projections.web.models.recent import RecentAnswer, RecentDoc
from projections.web.snapshots.snapshot import Snapshot

SHOWN_MAX: Final = 50
UNITS_MAX: Final = 200
"""So many units of a station are asked what happened to them."""


def recent_answer(reading: Snapshot) -> RecentAnswer:
    """The entries recorded last, the newest first."""
    return RecentAnswer(**reading.common(), items=entries_of(reading, start=end_of(reading) - SHOWN_MAX))


def end_of(reading: Snapshot) -> int:
    """The position after the last entry that is told."""
    return reading.standing.position if reading.at is None else reading.at + 1


def entries_of(reading: Snapshot, *, start: int) -> tuple[RecentDoc, ...]:
    """The entries from a position on, at most so many as are shown, the newest first."""
    stop = end_of(reading)
    begin = max(0, start, stop - SHOWN_MAX)
    lines = queries.recorded_between(reading.live, start=begin, stop=stop)
    return tuple(_recent(reading, line, units=units, station=station) for line, units, station in reversed(lines))


def entries_of_station(reading: Snapshot, code: str) -> tuple[RecentDoc, ...]:
    """What happened last to the units of a station, the newest first; Absent."""
    station_doc(reading, code)
    found: dict[int, tuple[EntryLine, list[str]]] = {}
    for unit in queries.units_of_station(reading.books, code)[:UNITS_MAX]:
        for line in reading.trail(unit["unit"]):
            if line["source"] == "entry":
                found.setdefault(line["position"], (line, []))[1].append(unit["unit"])
    last = sorted(found, reverse=True)[:SHOWN_MAX]
    return tuple(_recent(reading, found[at][0], units=tuple(found[at][1]), station=code) for at in last)


def entries_of_unit(reading: Snapshot, unit: str) -> tuple[RecentDoc, ...]:
    """What happened last to a unit, the newest first."""
    lines = [line for line in reading.trail(unit) if line["source"] == "entry"]
    return tuple(_recent(reading, line, units=(unit,), station=None) for line in lines[: -SHOWN_MAX - 1 : -1])


def _recent(reading: Snapshot, line: EntryLine, *, units: tuple[str, ...], station: str | None) -> RecentDoc:
    kind, event = line["type"] or "", line["event"] or ""
    about = units or ("",)
    hidden = any(reading.hides(kind, event=event, stands_for=line["stands_for"], unit=unit) for unit in about)
    return RecentDoc(
        position=line["position"],
        event=line["event"],
        type=kind or "entry",
        at=line["at"],
        station=station or None,
        units=units,
        status=line["status"],
        sentences=said_of(line, hidden=hidden, languages=reading.languages),
    )
