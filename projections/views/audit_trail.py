"""A view: what happened to a unit, in sentences and in order.

Rows, asked for by unit and not by station: one for each entry that names the unit, acts and reports alike, one for each
time that an earlier entry came to mean something else (it had waited, a dispute suspended it, signatures completed it),
and one for each change of the unit.  The keys of one unit lie in log order, an entry before what it changed:

    <unit>/<position of the entry, 12 digits>/entry/<position since which it reads so, 12 digits>
    <unit>/<position, 12 digits>/state/<ordinal, 4 digits>

Of an entry about several units whose sentence tells more where one of them goes back (withholding), their names once:

    about/<event id>                                             its doc has ``units``; no unit has such a name

Other docs have

    source    ``entry``: what somebody recorded; ``status``: what that entry means from then on; ``state``: what the
              unit became
    position  of the entry; for a state, of the entry by which the unit changed
    since     log position from which the line holds
    event     event id
    entry     (entry) entry hash, and type, stands_for (of a transcribed act: the type on the paper),
              at (claimed time), by (public badge codes), place, sentence, noted (codes of the event, in words)
    status    (entry, status) and codes
    version   (state) ordinal in the unit's stream, and type, at, sentence, state, custodian, basis, disputed, hold

Readers who want entries with the status they have now, or had at some position, use :func:`told`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from custody.core.authority.withholding import depends
from custody.core.wording.outcomes import Outcome
from projections.views.view import Change, Put, View

ENTRY_FIELDS: Final = (
    "event",
    "type",
    "stands_for",
    "at",
    "sentence",
    "entry",
    "status",
    "codes",
    "by",
    "place",
    "noted",
)
STATUS_FIELDS: Final = ("event", "status", "codes")
STATE_FIELDS: Final = ("type", "at", "sentence", "version", "state", "custodian", "basis", "disputed", "hold")


ABOUT: Final = "about/"
"""What the keys of rows of entries about several units begin with."""


def about(event: str) -> str:
    """The key of the row that names the units of an entry."""
    return f"{ABOUT}{event}"


def prefix(unit: str) -> str:
    """What the keys of one unit's rows begin with."""
    return f"{unit}/"


def apply(outcome: Outcome) -> Iterable[Change]:
    """A line for each unit that the entry names, or the line of what a unit became."""
    doc = outcome.doc
    if outcome.kind == "unit":
        line = {"source": "state", "position": outcome.position, "since": outcome.position, "event": doc["head"]}
        line |= {field: doc[field] for field in STATE_FIELDS}
        key = f"{prefix(outcome.subject)}{outcome.position:012d}/state/{outcome.ordinal:04d}"
        yield Put(key=key, station=None, doc=line)
        return
    source, fields = ("entry", ENTRY_FIELDS) if outcome.kind == "entry" else ("status", STATUS_FIELDS)
    own = int(outcome.subject)
    line = {"source": source, "position": own, "since": outcome.position} | {field: doc[field] for field in fields}
    if source == "entry" and len(doc["units"]) > 1 and depends(doc["type"], stands_for=doc["stands_for"]):
        yield Put(key=about(doc["event"]), station=None, doc={"units": list(doc["units"])})
    for unit in doc["units"]:
        yield Put(key=f"{prefix(unit)}{own:012d}/entry/{outcome.position:012d}", station=None, doc=line)


def told(lines: Iterable[Mapping[str, Any]], *, position: int | None = None) -> list[dict[str, Any]]:
    """The ``entry`` and ``state`` lines of one unit, in log order, as they read after the entry at ``position``.

    An entry has the last status that it had by then; without a position, the one that it has now.
    """
    trail: list[dict[str, Any]] = []
    for line in lines:
        if position is not None and line["since"] > position:
            continue
        if line["source"] != "status":
            trail.append(dict(line))
        elif trail and trail[-1]["source"] == "entry" and trail[-1]["position"] == line["position"]:
            trail[-1] |= {"since": line["since"]} | {field: line[field] for field in STATUS_FIELDS}
    return trail


VIEW = View(name="audit-trail", kinds=frozenset({"entry", "entry-status", "unit"}), apply=apply)
