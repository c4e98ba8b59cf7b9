"""A view: what disagrees with what.

Rows: one for each finding, key = finding id, doc = the doc of its last ``finding`` outcome (id, code, severity, status,
station, units, evidence, sentence, settled_by, raised, also) and ``position``, the log position since which it reads
so.  A finding whose act was suspended by a dispute is withdrawn: it leaves this view; the outcomes keep it.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Drop, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The finding as it is from this outcome on, or its end."""
    if outcome.kind == "finding-withdrawn":
        yield Drop(outcome.subject)
    else:
        doc = {**outcome.doc, "position": outcome.position}
        yield Put(key=outcome.subject, station=doc["station"], doc=doc)


VIEW = View(name="findings", kinds=frozenset({"finding", "finding-withdrawn"}), apply=apply)
