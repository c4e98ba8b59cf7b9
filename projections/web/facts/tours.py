"""Tours: what each courier's document over several consignments has aboard, and what was delivered of it, stop by stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from projections import queries
from projections.kept_rows import KeptTour
from projections.web.facts.consignments import journeys_of
from projections.web.facts.paging import LazyList
from projections.web.models.parts import ConsignmentDoc, TourDoc
from projections.web.models.problems import Absent
from projections.web.models.things import StopDoc, TourAnswer, TourOfDoc
from projections.web.snapshots.snapshot import Snapshot


def tours(reading: Snapshot) -> Sequence[TourDoc]:
    """All tours, by the event id of their mandate."""
    return LazyList(queries.all_tours(reading.books), lambda part: [_tour(doc) for doc in part])


def tours_of(reading: Snapshot, badge: str) -> TourAnswer:
    """The tours of one courier, by the courier's badge; Absent."""
    holder = f"courier {badge}"
    own = [doc for doc in queries.all_tours(reading.books) if doc["courier"] in {badge, holder}]
    if not own:
        raise Absent("unknown-tour", f"There is no tour of a courier {badge} on this log.")
    cities = {row["station"]: row["city"] for row in queries.all_stations(reading.books)}
    return TourAnswer(
        **reading.common(),
        badge=badge,
        tours=tuple(TourOfDoc(tour=_tour(doc), stops=_stops(reading, doc, cities=cities)) for doc in own),
    )


def _stops(reading: Snapshot, doc: KeptTour, *, cities: dict[str, str]) -> tuple[StopDoc, ...]:
    """The consignments in the order in which they were delivered; those that are not, at the end."""
    rows = (queries.consignment(reading.books, name) for name in doc["consignments"])
    journeys = journeys_of(reading, [row for row in rows if row is not None])
    delivered = set(doc["delivered"])
    stops = [
        StopDoc(
            consignment=journey, city=cities.get(journey.station), delivered=bool(delivered.intersection(journey.units))
        )
        for journey in journeys
    ]
    return tuple(sorted(stops, key=lambda stop: _delivered_at(stop.consignment)))


def _delivered_at(journey: ConsignmentDoc) -> tuple[bool, float]:
    """When the courier delivered it: by the last leg that was walked."""
    times = [leg.at for leg in journey.legs if leg.at is not None and str(leg.releasing).startswith("courier")]
    return (not times, datetime.fromisoformat(times[0]).timestamp() if times else 0.0)


def _tour(doc: KeptTour) -> TourDoc:
    return TourDoc(
        tour=doc["tour"],
        courier=doc["courier"],
        consignments=tuple(doc["consignments"]),
        state=doc["state"],
        document=doc["document"],
        waiting=tuple(doc["waiting"]),
        aboard=tuple(doc["aboard"]),
        delivered=tuple(doc["delivered"]),
        elsewhere=tuple(doc["elsewhere"]),
        left_behind=tuple(doc["left_behind"]),
        position=doc["position"],
    )
