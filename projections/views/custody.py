"""A view: who holds what now.

Rows: one for each unit, key = unit id, doc = the doc of its last ``unit`` outcome (unit, kind, station, consignment,
state, custodian, basis, inside, contains, papers, seals, hold, disputed, head, version, type, at, sentence) and
``position``, the log position that it has held since.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import UNIT, Outcome
from projections.kept_rows import KeptUnit
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The unit as it is from this outcome on."""
    row: KeptUnit = {**UNIT.doc_of(outcome), "position": outcome.position}
    yield Put(key=outcome.subject, station=row["station"], doc=row)


VIEW = View(name="custody", kinds=frozenset({UNIT.name}), apply=apply)
