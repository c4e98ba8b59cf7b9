"""The facts of a station: its account, its consignments with planned and recorded legs, its units, its findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

from custody.core.authority.parties import told_holder
from custody.core.wording.messages import Message, message
from custody.core.wording.numbers import at_position
from projections import queries
from projections.kept_rows import KeptConsignment, KeptHandover
from projections.web.facts.accounts import account_doc, account_styles, equations
from projections.web.facts.events import Events, handover_of, in_each
from projections.web.facts.findings import SHOWN_MAX, Wanted, found
from projections.web.facts.paging import LazyList
from projections.web.facts.units import units_of_station
from projections.web.models.answers import ConsignmentAnswer, HandoverAnswer, StationAnswer
from projections.web.models.board import NoteDoc
from projections.web.models.parts import ConsignmentDoc, HandoverDoc, LegDoc, SessionDoc, StationDoc
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot
from schemas.identifiers import epoch_seconds
from schemas.outcomes import LegJson
from schemas.proof_outcomes import Deadline

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


def handovers_of_station(reading: Snapshot, code: str) -> Sequence[HandoverDoc]:
    """Every handover of what belongs to a station, in the order in which they last changed."""
    return LazyList(queries.handovers_of_station(reading.books, code), partial(handovers_of, reading))


def handovers_of(reading: Snapshot, docs: Sequence[KeptHandover]) -> list[HandoverDoc]:
    """These handovers with both of their signatures."""
    events = Events(reading, units=[unit for doc in docs for unit in doc["units"]])
    return [handover_of(doc, events=events) for doc in docs]


def handover_answer(reading: Snapshot, offer: str) -> HandoverAnswer:
    """One handover by the event id of its offer; Absent."""
    doc = queries.handover(reading.books, offer)
    if doc is None:
        raise Absent("unknown-handover", "There is no handover with this offer on this log.")
    (handover,) = handovers_of(reading, [doc])
    return HandoverAnswer(**reading.common(), handover=handover)


def consignments_of_station(reading: Snapshot, code: str) -> Sequence[ConsignmentDoc]:
    """The consignments to and from a station, by id, each with its legs."""
    return LazyList(queries.consignments_of_station(reading.books, code), partial(journeys_of, reading))


def journeys_of(
    reading: Snapshot, docs: Sequence[KeptConsignment], *, legs_max: int | None = None
) -> list[ConsignmentDoc]:
    """These consignments with the first of their legs (all, where None), and the handovers that these name."""
    legs = [leg for doc in docs for leg in doc["legs"][:legs_max]]
    offers = dict.fromkeys(leg["handover"] for leg in legs if leg["handover"])
    rows = (queries.handover(reading.books, offer) for offer in offers)
    recorded = {told.offer: told for told in handovers_of(reading, [row for row in rows if row is not None])}
    withheld = reading.withheld
    events = Events(reading, units=[unit for doc in docs for unit in doc["units"]])
    judged = {
        (doc["consignment"], leg["number"]): _deadline(leg, handover=recorded.get(leg["handover"] or ""), events=events)
        for doc in docs
        for leg in doc["legs"][:legs_max]
    }
    return [consignment_of(doc, recorded=recorded, judged=judged, withheld=withheld, legs_max=legs_max) for doc in docs]


def _deadline(leg: LegJson, *, handover: HandoverDoc | None, events: Events) -> Deadline | None:
    """What is proven of a leg's deadline: by the answer of the handover with which it was walked, or what collected it."""
    act = leg["handover"] if handover is None else handover.answer
    return None if leg["due"] is None or act is None else events.made(act).deadline(epoch_seconds(leg["due"]))


def consignment_of(
    doc: KeptConsignment,
    *,
    recorded: Mapping[str, HandoverDoc],
    judged: Mapping[tuple[str, int | None], Deadline | None],
    withheld: bool,
    legs_max: int | None = None,
) -> ConsignmentDoc:
    """A consignment with the first of its legs, each beside the handover that it was walked by."""
    legs = [
        LegDoc(
            number=leg["number"],
            releasing=leg["from"],
            receiving=leg["to"],
            due=leg["due"],
            at=leg["at"],
            handover=recorded.get(leg["handover"] or ""),
            deadline=judged.get((doc["consignment"], leg["number"])),
        )
        for leg in doc["legs"][:legs_max]
    ]
    return ConsignmentDoc(
        consignment=doc["consignment"],
        station=doc["station"],
        direction=doc["direction"],
        units=tuple(doc["units"]),
        papers=None if withheld and doc["direction"] == "back" else doc["papers"],
        packages=doc["packages"],
        delivered=doc["delivered"],
        legs=tuple(legs),
        legs_total=len(doc["legs"]),
        position=doc["position"],
    )


def consignment_answer(reading: Snapshot, name: str) -> ConsignmentAnswer:
    """One consignment by its id; Absent."""
    doc = queries.consignment(reading.books, name)
    if doc is None:
        raise Absent("unknown-consignment", f"There is no consignment {name} on this log.")
    (consignment,) = journeys_of(reading, [doc])
    return ConsignmentAnswer(**reading.common(), consignment=consignment)


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
