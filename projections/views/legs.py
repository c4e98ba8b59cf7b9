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

from custody.core.wording.outcomes import CONSIGNMENT, HANDOVER, Outcome
from projections.kept_rows import KeptConsignment, KeptHandover
from projections.views.view import Change, Put, View

SHARED: Final = "shared/"
"""Prefix of the rows of offers that cover several consignments."""


def apply(outcome: Outcome) -> Iterable[Change]:
    """The consignment or the handover as it is from this outcome on."""
    key = f"{outcome.kind}/{outcome.subject}"
    if outcome.kind == CONSIGNMENT.name:
        consignment: KeptConsignment = {**CONSIGNMENT.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=consignment["station"], doc=consignment)
        return
    handover: KeptHandover = {**HANDOVER.doc_of(outcome), "position": outcome.position}
    yield Put(key=key, station=handover["station"], doc=handover)
    if len(handover["consignments"]) > 1:
        for name in handover["consignments"]:
            yield Put(key=f"{SHARED}{name}/{outcome.subject}", station=None, doc=handover)


VIEW = View(name="legs", kinds=frozenset({CONSIGNMENT.name, HANDOVER.name}), apply=apply)
