"""A view: what happened to a unit, in sentences and in order.

Rows, asked for by unit and not by station: one for each entry that names the unit, acts and reports alike, and one for
each change of the unit.  The key is
``<unit>/<position, 12 digits>/<entry|state>/<ordinal, 4 digits>``, so that the keys of one unit lie in log order with
the entry before what it changed.  Docs have

    source    ``entry``: what somebody recorded; ``state``: what the unit became by it
    position  of the entry in the log, or of the entry by which the unit changed
    event     event id; type, at (claimed time), sentence as in the outcome
    entry     (entry only) entry hash; status, codes, by (public badge codes), place
    version   (state only) ordinal in the unit's stream; state, custodian, basis, disputed, hold

An entry that waited is put again under its own position when it is judged; it names the same units, for they come from
the event itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.outcomes import Outcome
from projections.view import Change, Put, View

ENTRY_FIELDS: Final = ("event", "type", "at", "sentence", "entry", "status", "codes", "by", "place")
STATE_FIELDS: Final = ("type", "at", "sentence", "version", "state", "custodian", "basis", "disputed", "hold")


def prefix(unit: str) -> str:
    """What the keys of one unit's rows begin with."""
    return f"{unit}/"


def apply(outcome: Outcome) -> Iterable[Change]:
    """A line for each unit that the entry names, or the line of what a unit became."""
    doc = outcome.doc
    if outcome.kind == "entry":
        own = int(outcome.subject)
        line = {"source": "entry", "position": own} | {field: doc[field] for field in ENTRY_FIELDS}
        for unit in doc["units"]:
            yield Put(key=f"{prefix(unit)}{own:012d}/entry/0000", station=None, doc=line)
    else:
        line = {"source": "state", "position": outcome.position, "event": doc["head"]}
        line |= {field: doc[field] for field in STATE_FIELDS}
        key = f"{prefix(outcome.subject)}{outcome.position:012d}/state/{outcome.ordinal:04d}"
        yield Put(key=key, station=None, doc=line)


VIEW = View(name="audit-trail", kinds=frozenset({"entry", "unit"}), apply=apply)
