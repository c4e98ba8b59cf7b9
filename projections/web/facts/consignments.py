"""The facts of consignments and handovers: planned legs beside what was recorded of them, offers beside their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from projections import queries
from projections.kept_rows import KeptConsignment, KeptHandover
from projections.web.facts.custody_line import line_of_consignment
from projections.web.facts.events import Events, handover_of
from projections.web.facts.findings import SHOWN_MAX, finding_doc
from projections.web.facts.paging import LazyList
from projections.web.models.answers import ConsignmentAnswer, HandoverAnswer
from projections.web.models.parts import ConsignmentDoc, FindingDoc, HandoverDoc, LegDoc
from projections.web.models.problems import Absent
from projections.web.models.things import ConsignmentPage, HandoverPage
from projections.web.snapshots.snapshot import Snapshot
from schemas.identifiers import epoch_seconds
from schemas.outcomes import LegJson
from schemas.proof_outcomes import Deadline


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


def consignment_page(reading: Snapshot, name: str) -> ConsignmentPage:
    """A consignment with its custody line and what was found about its units; Absent."""
    consignment = consignment_answer(reading, name).consignment
    station = queries.station(reading.books, consignment.station)
    return ConsignmentPage(
        **reading.common(),
        consignment=consignment,
        city=None if station is None else station["city"],
        line=line_of_consignment(consignment),
        findings=findings_about(reading, consignment.units, city=None if station is None else station["city"]),
    )


def handover_page(reading: Snapshot, offer: str) -> HandoverPage:
    """A handover with what was found about its units; Absent."""
    handover = handover_answer(reading, offer).handover
    station = queries.station(reading.books, handover.station or "")
    city = None if station is None else station["city"]
    return HandoverPage(
        **reading.common(), handover=handover, city=city, findings=findings_about(reading, handover.units, city=city)
    )


def findings_about(reading: Snapshot, units: Sequence[str], *, city: str | None) -> tuple[FindingDoc, ...]:
    """What was found about any of these units; the first 50."""
    briefs = [brief for brief in reading.briefs if set(brief.units).intersection(units)]
    rows = (queries.finding(reading.books, brief.id) for brief in briefs[:SHOWN_MAX])
    return tuple(finding_doc(reading, row, city=city) for row in rows if row is not None)
