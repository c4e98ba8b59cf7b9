"""Tours: what each courier's document over several consignments has aboard, and what was delivered of it."""

from __future__ import annotations

from collections.abc import Sequence

from projections import queries
from projections.kept_rows import KeptTour
from projections.web.facts.paging import LazyList
from projections.web.models.parts import TourDoc
from projections.web.snapshots.snapshot import Snapshot


def tours(reading: Snapshot) -> Sequence[TourDoc]:
    """All tours, by the event id of their mandate."""
    return LazyList(queries.all_tours(reading.books), lambda part: [_tour(doc) for doc in part])


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
