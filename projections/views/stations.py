"""A view: which election this is, and which stations it has.

Rows: ``election/<election id>`` and ``station/<code>`` = the docs of their last outcomes, with ``position``, the log
position since which they read so.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The facts as they are from this outcome on."""
    station = outcome.subject if outcome.kind == "station" else None
    doc = {**outcome.doc, "position": outcome.position}
    yield Put(key=f"{outcome.kind}/{outcome.subject}", station=station, doc=doc)


VIEW = View(name="stations", kinds=frozenset({"election", "station"}), apply=apply)
