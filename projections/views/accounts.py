"""A view: where every paper is, in figures.

Rows: ``account/<station>`` = the doc of its last ``account`` outcome (the ballot account of the station, flat figures,
null where nobody has counted yet; ``disputed_figures`` names those that a dispute keeps out of force) and ``print/<batch>`` =
the doc of the last ``print`` outcome of that printing batch; both with ``position``, the log position since which they read so.
Sums over stations are the reader's: see ``queries.election_totals``.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The figures as they are from this outcome on."""
    station = outcome.subject if outcome.kind == "account" else None
    doc = {**outcome.doc, "position": outcome.position}
    yield Put(key=f"{outcome.kind}/{outcome.subject}", station=station, doc=doc)


VIEW = View(name="accounts", kinds=frozenset({"account", "print"}), apply=apply)
