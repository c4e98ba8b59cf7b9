"""A view: which legs were planned, and which were walked.

Rows: ``consignment/<id>`` = the doc of its last ``consignment`` outcome (consignment, station, direction, units,
papers, legs planned against recorded, delivered) and ``handover/<offer>`` = the doc of the last ``handover`` outcome of
that offer, planned or not (offer, answer, state, units, consignments, from, to, station, direction, offered_at,
answered_at); both with ``position``, the log position since which they read so.  An offer that covers several consignments (a
tour) stands a second time under each of them, ``shared/<consignment>/<offer>``: whoever asks for one station reads its rows only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View

SHARED: Final = "shared/"
"""Prefix of the rows of offers that cover several consignments."""


def apply(outcome: Outcome) -> Iterable[Change]:
    """The consignment or the handover as it is from this outcome on."""
    doc = {**outcome.doc, "position": outcome.position}
    yield Put(key=f"{outcome.kind}/{outcome.subject}", station=doc["station"], doc=doc)
    consignments = doc["consignments"] if outcome.kind == "handover" else ()
    if len(consignments) > 1:
        for consignment in consignments:
            yield Put(key=f"{SHARED}{consignment}/{outcome.subject}", station=None, doc=doc)


VIEW = View(name="legs", kinds=frozenset({"consignment", "handover"}), apply=apply)
