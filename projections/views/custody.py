"""A view: who holds what now.

Rows: one for each unit, key = unit id, doc = the doc of its last ``unit`` outcome (unit, kind, station, consignment,
state, custodian, basis, inside, contains, papers, seals, hold, disputed, head, version, type, at, sentence) and
``position``, the log position that it has held since.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The unit as it is from this outcome on."""
    doc = outcome.doc
    yield Put(key=outcome.subject, station=doc["station"], doc={**doc, "position": outcome.position})


VIEW = View(name="custody", kinds=frozenset({"unit"}), apply=apply)
