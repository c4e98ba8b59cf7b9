"""A view: what each tour has aboard, and what it has delivered.

Rows: one for each courier's document over several consignments, key = event id of the mandate, doc = the doc of its last ``tour``
outcome (tour, courier, consignments, state, document = delivered + aboard + waiting + elsewhere, left behind) and ``position``,
the log position since which it reads so.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The tour as it is from this outcome on."""
    yield Put(key=outcome.subject, station=None, doc={**outcome.doc, "position": outcome.position})


VIEW = View(name="tours", kinds=frozenset({"tour"}), apply=apply)
