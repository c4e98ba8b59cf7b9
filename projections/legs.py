"""A view: which legs were planned, and which were walked.

Rows: ``consignment/<id>`` = the doc of its last ``consignment`` outcome (consignment, station, direction, units,
papers, legs planned against recorded, delivered) and ``handover/<offer>`` = the doc of the last ``handover`` outcome of
that offer, planned or not (offer, answer, state, units, consignments, from, to, station, direction, offered_at,
answered_at); both with ``position``, the log position since which they read so.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.outcomes import Outcome
from projections.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The consignment or the handover as it is from this outcome on."""
    doc = {**outcome.doc, "position": outcome.position}
    yield Put(key=f"{outcome.kind}/{outcome.subject}", station=doc["station"], doc=doc)


VIEW = View(name="legs", kinds=frozenset({"consignment", "handover"}), apply=apply)
