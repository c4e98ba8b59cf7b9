"""The facts of the start page: where the papers are now, what opens when, and what was recorded last.

Papers are those that a station counted on arrival, before that those that were declared; they are followed until they are back.
"Now" is the claimed time of the last entry, so that the same position gives the same page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from projections import queries
from projections.kept_rows import KeptConsignment, KeptStation
from projections.web.facts.board import board_answer
from projections.web.facts.entries import entry_at, entry_doc
from projections.web.facts.standing_bar import standing_bar
from projections.web.facts.witnesses import watchers
from projections.web.models.board import StationRow
from projections.web.models.lines import DayDoc, OpeningDoc, PlaceDoc, Stage, TileDoc
from projections.web.models.things import EntryDoc, OverviewAnswer
from projections.web.snapshots.snapshot import Snapshot

STAGES: Final[tuple[Stage, ...]] = ("cec", "mfa", "courier", "mission", "counted", "back")
_OF_HOLDER: Final[Mapping[str, Stage]] = {
    "CEC": "cec",
    "MFA": "mfa",
    "courier": "courier",
    "mission": "mission",
    "commission": "mission",
}
RECORDED_MAX: Final = 5
_LOOKED_AT_MAX: Final = 60
DAYS_MAX: Final = 60


def overview_answer(reading: Snapshot) -> OverviewAnswer:
    """The start page."""
    board = board_answer(reading)
    bar = standing_bar(reading)
    journeys: dict[str, list[KeptConsignment]] = {}
    for doc in queries.all_consignments(reading.books):
        journeys.setdefault(doc["station"], []).append(doc)
    stages = {row.station: stage_of(row, journeys=journeys.get(row.station, ())) for row in board.stations}
    places = _places(board.stations, stages=stages, journeys=journeys)
    sent = next((total.papers for total in board.papers.totals if total.name == "allocated"), None)
    stations = queries.all_stations(reading.books)
    return OverviewAnswer(
        **dict(board),
        sent=sent,
        places=places,
        adds_up=sent is not None and sum(place.papers for place in places) == sent,
        opening=opening(stations, now=bar.at),
        tiles=_tiles(board.stations, stages=stages, stations=stations, clock=_clock(reading)),
        recorded=tuple(_recorded(reading)),
        days=_days(reading),
        witnesses=bar.witnesses,
        watchers=watchers(reading),
        signed=bar.signed,
    )


def stage_of(row: StationRow, *, journeys: Sequence[KeptConsignment]) -> Stage:
    """How far the papers of a station are."""
    back = [doc for doc in journeys if doc["direction"] == "back"]
    if back:
        reached = _reached(back[-1])
        return "counted" if reached is None else "back" if reached == "cec" else reached
    if row.account is not None and row.account.counted is not None:
        return "counted"
    out = [_reached(doc) or "cec" for doc in journeys]
    return min(out, key=STAGES.index, default="cec")


def _reached(doc: KeptConsignment) -> Stage | None:
    """Whom the last leg that was walked brought it to; None where none was."""
    walked = [leg for leg in doc["legs"] if leg["at"] is not None and leg["to"]]
    return _OF_HOLDER.get(str(walked[-1]["to"]).partition(" ")[0]) if walked else None


def _places(
    rows: Iterable[StationRow], *, stages: Mapping[str, Stage], journeys: Mapping[str, Sequence[KeptConsignment]]
) -> tuple[PlaceDoc, ...]:
    papers: Counter[Stage] = Counter()
    stations: Counter[Stage] = Counter()
    for row in rows:
        stage = stages[row.station]
        stations[stage] += 1
        account = row.account
        if account is not None:
            known = (account.counted, account.declared, account.allocated)
            papers[stage] += next((figure for figure in known if figure is not None), 0)
        for doc in journeys.get(row.station, ()):
            if (
                account is not None
                and account.counted is not None
                and doc["direction"] == "out"
                and not doc["delivered"]
            ):
                papers[_reached(doc) or "cec"] += doc[
                    "papers"
                ]  # more papers on their way to a station that has counted
    return tuple(PlaceDoc(stage=stage, papers=papers[stage], stations=stations[stage]) for stage in STAGES)


def opening(stations: Sequence[KeptStation], *, now: str | None) -> OpeningDoc | None:
    """How long until the first opening, or the last closing."""
    if now is None or not stations:
        return None
    first, last = _earliest(stations, "opens"), _latest(stations, "closes")
    at = datetime.fromisoformat(now)
    for state, moment, key in (("before", first, "opens"), ("voting", last, "closes")):
        left = datetime.fromisoformat(moment) - at
        if left > timedelta():
            cities = tuple(row["city"] for row in stations if _is_at(row, key=key, moment=moment))
            minutes = int(left.total_seconds() // 60)
            return OpeningDoc(
                state="before" if state == "before" else "voting", minutes=minutes, cities=cities, at=moment
            )
    return OpeningDoc(state="closed", minutes=None, cities=(), at=last)


def _earliest(stations: Sequence[KeptStation], key: str) -> str:
    return min((str(row[key]) for row in stations), key=datetime.fromisoformat)  # type: ignore[literal-required]


def _latest(stations: Sequence[KeptStation], key: str) -> str:
    return max((str(row[key]) for row in stations), key=datetime.fromisoformat)  # type: ignore[literal-required]


def _is_at(row: KeptStation, *, key: str, moment: str) -> bool:
    said = str(row[key])  # type: ignore[literal-required]
    return datetime.fromisoformat(said) == datetime.fromisoformat(moment)


def _clock(reading: Snapshot) -> tzinfo:
    """The clock of those who opened the election, as its first entry states it."""
    at = entry_at(reading, 0)["at"]
    offset = None if at is None else datetime.fromisoformat(at).utcoffset()
    return timezone(offset or timedelta())


def _tiles(
    rows: Iterable[StationRow], *, stages: Mapping[str, Stage], stations: Sequence[KeptStation], clock: tzinfo
) -> tuple[TileDoc, ...]:
    opens = {row["station"]: datetime.fromisoformat(row["opens"]) for row in stations}
    return tuple(
        TileDoc(
            station=row.station,
            city=row.city,
            opens=opens[row.station].astimezone(clock).isoformat(),
            stage=stages[row.station],
            open_findings=row.open_findings,
            worst=row.worst,
        )
        for row in sorted(rows, key=lambda row: (opens[row.station], row.station))
    )


def _recorded(reading: Snapshot) -> Iterable[EntryDoc]:
    """The last entries that are about a station, newest first; those of services are passed over."""
    found = 0
    for position in range(reading.stop - 1, max(-1, reading.stop - 1 - _LOOKED_AT_MAX), -1):
        doc = entry_at(reading, position)
        if doc["station"] and found < RECORDED_MAX:
            found += 1
            yield entry_doc(reading, doc, position=position)


def _days(reading: Snapshot) -> tuple[DayDoc, ...]:
    days = sorted((day, *told) for day, told in reading.found.days.items() if day)
    return tuple(DayDoc(day=day, entries=entries, position=position) for day, entries, position in days[-DAYS_MAX:])
