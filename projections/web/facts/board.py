"""The facts of the board: papers, custody and findings of the whole election, and a row for each station.

Each view is read once, whole; every figure is a sum of what stations stated, nothing is estimated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from custody.core.wording.finding_codes import is_work
from projections import queries
from projections.kept_rows import KeptHandover, KeptStation
from projections.web.facts.accounts import account_doc, papers
from projections.web.facts.consignments import consignment_of
from projections.web.facts.findings import SHOWN_MAX, found
from projections.web.facts.paging import LazyList
from projections.web.facts.stations import is_substitute, notes_of
from projections.web.models.accounts import AccountDoc
from projections.web.models.answers import BoardAnswer
from projections.web.models.board import Handovers, NoteDoc, StationRow, UncertainDoc
from projections.web.models.finding_lists import UNSETTLED, Brief
from projections.web.models.parts import ConsignmentDoc, LegDoc
from projections.web.snapshots.snapshot import Snapshot


def board_answer(reading: Snapshot) -> BoardAnswer:
    """The whole board."""
    journeys, handovers = _legs(reading)
    told = found(reading)
    stations = _stations(reading)
    notes: list[NoteDoc] = []
    for code, facts in stations.items():
        notes += notes_of(journeys.get(code, ()), city=facts["city"])
    return BoardAnswer(
        **reading.common(),
        election=reading.election,
        papers=papers(reading),
        custody=_custody(journeys, handovers=handovers, told=told.briefs, stations=stations),
        findings=tuple(told[:SHOWN_MAX]),
        counts=told.counts,
        stations=tuple(
            _rows(reading, list(stations.values()), journeys=journeys, handovers=handovers, told=told.briefs)
        ),
        notes=tuple(notes[:SHOWN_MAX]),
        withheld=reading.withheld,
    )


def station_rows(reading: Snapshot) -> Sequence[StationRow]:
    """Every station, by code."""

    def told(stations: Sequence[KeptStation]) -> list[StationRow]:
        journeys, handovers = _legs(reading)
        return _rows(reading, stations, journeys=journeys, handovers=handovers, told=reading.briefs)

    return LazyList(list(_stations(reading).values()), told)


def _rows(
    reading: Snapshot,
    stations: Sequence[KeptStation],
    *,
    journeys: Mapping[str, Sequence[ConsignmentDoc]],
    handovers: Sequence[KeptHandover],
    told: Sequence[Brief],
) -> list[StationRow]:
    docs = queries.station_accounts(reading.books)
    accounts = {doc["station"]: account_doc(doc, withheld=reading.withheld) for doc in docs}
    of_station: dict[str, list[Brief]] = defaultdict(list)
    for finding in told:
        for code in finding.stations:
            of_station[code].append(finding)
    refused = Counter(doc["station"] for doc in handovers if doc["state"] == "refused")
    return [
        _row(facts, account=accounts.get(code), journeys=journeys.get(code, ()), told=of_station[code]).model_copy(
            update={"refused": refused[code]}
        )
        for facts in stations
        for code in (facts["station"],)
    ]


def _stations(reading: Snapshot) -> dict[str, KeptStation]:
    return {station["station"]: station for station in queries.all_stations(reading.books)}


def _legs(reading: Snapshot) -> tuple[dict[str, list[ConsignmentDoc]], list[KeptHandover]]:
    """Consignments by station, and all handovers; the legs do not carry their handovers, whoever wants them asks there."""
    journeys: dict[str, list[ConsignmentDoc]] = defaultdict(list)
    for doc in queries.all_consignments(reading.books):
        journeys[doc["station"]].append(consignment_of(doc, recorded={}, judged={}, withheld=reading.withheld))
    return journeys, queries.all_handovers(reading.books)


def _row(
    facts: KeptStation, *, account: AccountDoc | None, journeys: Sequence[ConsignmentDoc], told: Sequence[Brief]
) -> StationRow:
    left = [finding for finding in told if finding.status in UNSETTLED]
    unsettled = [finding for finding in left if is_work(finding.severity)]
    out, back = (_planned(journeys, direction=way) for way in ("out", "back"))
    return StationRow(
        station=facts["station"],
        city=facts["city"],
        country=facts["country"],
        account=account,
        out_legs=len(out),
        out_done=sum(leg.at is not None for leg in out),
        back_legs=len(back),
        back_done=sum(leg.at is not None for leg in back),
        refused=0,
        open_findings=len(unsettled),
        told_findings=len(left) - len(unsettled),
        settled_findings=sum(finding.status == "settled" for finding in told),
        adjudicated_findings=sum(finding.status == "adjudicated" for finding in told),
        worst=unsettled[0].severity if unsettled else None,
    )


def _planned(journeys: Sequence[ConsignmentDoc], *, direction: str) -> list[LegDoc]:
    return [leg for journey in journeys if journey.direction == direction for leg in journey.legs if leg.number]


def _custody(
    journeys: Mapping[str, Sequence[ConsignmentDoc]],
    *,
    handovers: Sequence[KeptHandover],
    told: Sequence[Brief],
    stations: Mapping[str, KeptStation],
) -> Handovers:
    """Planned legs against what was recorded, and the times in which something was uncertain."""
    legs = [leg for each in journeys.values() for journey in each for leg in journey.legs]
    planned = [leg for leg in legs if leg.number is not None]
    done = sum(leg.at is not None for leg in planned)
    substitutes = sum(is_substitute(leg) for leg in legs)
    return Handovers(
        planned=len(planned),
        done=done,
        substitutes=substitutes,
        unplanned=len(legs) - len(planned) - substitutes,
        refused=sum(doc["state"] == "refused" for doc in handovers),
        missing=len(planned) - done,
        uncertain=tuple(
            UncertainDoc(
                station=one.station,
                city=None if one.station is None or one.station not in stations else stations[one.station]["city"],
                minutes=one.uncertain_minutes or 0,
                finding=one.id,
            )
            for one in [one for one in told if one.uncertain_minutes][:SHOWN_MAX]
        ),
    )
