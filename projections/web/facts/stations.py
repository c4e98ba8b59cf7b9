"""The facts of a station: its account, its consignments with planned and recorded legs, its units, its findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from custody.core.authority.parties import told_holder
from custody.core.wording.messages import Message, message
from custody.core.wording.numbers import at_position
from projections import queries
from projections.web.facts.accounts import account_doc, account_styles, equations
from projections.web.facts.consignments import handovers_of, journeys_of
from projections.web.facts.custody_line import line_of_consignment
from projections.web.facts.events import in_each
from projections.web.facts.findings import SHOWN_MAX, Wanted, found
from projections.web.facts.flow import flow_of
from projections.web.facts.units import units_of_station
from projections.web.models.answers import StationAnswer
from projections.web.models.board import NoteDoc
from projections.web.models.parts import ConsignmentDoc, LegDoc, SessionDoc, StationDoc
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot

T = TypeVar("T")
UNITS_MAX: Final = 200
"""So many units of a station stand on its page; the list of its units has the others."""


JOURNEYS_MAX: Final = 20
"""So many consignments of a station stand on its page, the last of them."""
LEGS_MAX: Final = 50
"""So many legs of each of them."""


def station_doc(reading: Snapshot, code: str) -> StationDoc:
    """The facts of a station; Absent."""
    doc = queries.station(reading.books, code)
    if doc is None:
        when = "" if reading.at is None else f" by {at_position(reading.at)}"
        raise Absent("unknown-station", f"There is no station {code} on this log{when}.")
    return StationDoc(
        station=doc["station"],
        city=doc["city"],
        country=doc["country"],
        timezone=doc["timezone"],
        opens=doc["opens"],
        closes=doc["closes"],
        number=doc.get("number"),
        mission=doc.get("mission"),
        sessions=tuple(SessionDoc(opens=one["opens"], closes=one["closes"]) for one in doc.get("sessions", ())),
        closed=bool(doc.get("closed")),
        position=doc["position"],
    )


def station_answer(reading: Snapshot, code: str) -> StationAnswer:
    """Everything about one station."""
    station = station_doc(reading, code)
    doc = queries.account_of_station(reading.books, code)
    account = None if doc is None else account_doc(doc, withheld=reading.withheld)
    planned = queries.consignments_of_station(reading.books, code)
    named = {leg["handover"] for doc in planned for leg in doc["legs"]}
    others = [doc for doc in queries.handovers_of_station(reading.books, code) if doc["offer"] not in named]
    journeys = journeys_of(reading, planned[-JOURNEYS_MAX:], legs_max=LEGS_MAX)
    units, told = units_of_station(reading, code), found(reading, Wanted(station=code))
    return StationAnswer(
        **reading.common(),
        station=station,
        account=account,
        styles=account_styles(reading, code),
        equations=() if account is None else equations(account),
        consignments=tuple(journeys),
        lines=tuple(line_of_consignment(journey) for journey in journeys),
        flow=flow_of(account),
        consignments_total=len(planned),
        other_handovers=tuple(handovers_of(reading, others[-SHOWN_MAX:])),
        other_handovers_total=len(others),
        units=tuple(units[:UNITS_MAX]),
        units_total=len(units),
        findings=tuple(told[:SHOWN_MAX]),
        counts=told.counts,
        notes=tuple((_waited(reading, station) + notes_of(journeys, city=station.city))[:SHOWN_MAX]),
    )


def of_station(listed: Callable[[Snapshot, str], Sequence[T]], code: str) -> Callable[[Snapshot], Sequence[T]]:
    """A list of what belongs to a station, which is Absent where there is no such station."""

    def items(reading: Snapshot) -> Sequence[T]:
        station_doc(reading, code)
        return listed(reading, code)

    return items


def notes_of(journeys: Sequence[ConsignmentDoc], *, city: str) -> list[NoteDoc]:
    """Handovers from one courier to another that no plan names."""
    return [
        _note(journey.station, city=city, code="substitute", said=_substituted(journey, leg=leg))
        for journey in journeys
        for leg in journey.legs
        if is_substitute(leg)
    ]


def _substituted(journey: ConsignmentDoc, *, leg: LegDoc) -> Message:
    giver, taker = told_holder(leg.releasing), told_holder(leg.receiving)
    return message("note.substitute", giver=giver, consignment=journey.consignment, taker=taker)


def _note(station: str, *, city: str, code: str, said: Message) -> NoteDoc:
    sentences = in_each(said)
    return NoteDoc(station=station, city=city, code=code, sentence=sentences.en, sentences=sentences)


def is_substitute(leg: LegDoc) -> bool:
    """Whether a leg is an unplanned handover from one courier to another."""
    return leg.number is None and all(str(side).startswith("courier") for side in (leg.releasing, leg.receiving))


def _waited(reading: Snapshot, station: StationDoc) -> list[NoteDoc]:
    """Acts that were recorded before what they follow."""
    if reading.at is not None:
        return []
    waited = queries.waited(reading.live, station.station)
    if not waited:
        return []
    said = message("note.waited", acts=waited)
    return [_note(station.station, city=station.city, code="order of arrival", said=said)]
