"""A view: what each tour has aboard, and what it has delivered.

Rows: one for each courier's document over several consignments, key = event id of the mandate, doc = the doc of its last ``tour``
outcome (tour, courier, consignments, state, document = delivered + aboard + waiting + elsewhere, left behind) and ``position``,
the log position since which it reads so.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import TOUR, Outcome
from projections.kept_rows import KeptTour
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The tour as it is from this outcome on."""
    row: KeptTour = {**TOUR.doc_of(outcome), "position": outcome.position}
    yield Put(key=outcome.subject, station=None, doc=row)


VIEW = View(name="tours", kinds=frozenset({TOUR.name}), apply=apply)
