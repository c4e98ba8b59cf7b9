"""A view: what disagrees with what.

Rows: one for each finding, key = finding id, doc = the doc of its last ``finding`` outcome (id, code, severity, status,
station, units, evidence, sentence, settled_by, raised, also) and ``position``, the log position since which it reads
so.  A finding whose act was suspended by a dispute is withdrawn: it leaves this view; the outcomes keep it.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import FINDING, WITHDRAWAL, Outcome
from projections.kept_rows import KeptFinding
from projections.views.view import Change, Drop, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The finding as it is from this outcome on, or its end."""
    if outcome.kind == WITHDRAWAL.name:
        yield Drop(outcome.subject)
    else:
        row: KeptFinding = {**FINDING.doc_of(outcome), "position": outcome.position}
        yield Put(key=outcome.subject, station=row["station"], doc=row)


VIEW = View(name="findings", kinds=frozenset({FINDING.name, WITHDRAWAL.name}), apply=apply)
