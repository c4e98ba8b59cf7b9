"""A view: what happened to a unit, in sentences and in order.

Rows, asked for by unit and not by station: one for each entry that names the unit, acts and reports alike, one for each
time that an earlier entry came to mean something else (it had waited, a dispute suspended it, signatures completed it),
one for each time that log witnesses proved more of when its event was made, and one for each change of the unit.  The keys
of one unit lie in log order, an entry before what it changed:

    <unit>/<position of the entry, 12 digits>/entry/<position since which it reads so, 12 digits>
    <unit>/<position of the entry, 12 digits>/entry/<position since which that is proven, 12 digits>/times
    <unit>/<position, 12 digits>/state/<ordinal, 4 digits>

Of an entry about several units whose sentence tells more where one of them goes back (withholding), their names once:

    about/<event id>                                             its doc has ``units``; no unit has such a name

Of an event about no unit, its bounds alone:

    about/<event id>/times                               its doc has ``not_before`` and ``not_after``

Other docs have

    source    ``entry``: what somebody recorded; ``status``: what that entry means from then on; ``state``: what the
              unit became; ``times``: between which moments the event was made, as is proven from then on
    position  of the entry; for a state, of the entry by which the unit changed
    since     log position from which the line holds
    event     event id
    entry     (entry) entry hash, and type, stands_for (of a transcribed act: the type on the paper),
              at (claimed time), by (public badge codes), place, says (its sentence: key and arguments),
              noted (codes of the event, in words)
    not_before, not_after  (entry, times) bounds of when the event was made, in UTC
    status    (entry, status) and codes
    version   (state) ordinal in the unit's stream, and type, at, says, state, custodian, basis, disputed, hold

Readers who want entries with the status they have now, or had at some position, use :func:`told`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from custody.core.authority.withholding import depends
from custody.core.wording.outcomes import ENTRY, ENTRY_STATUS, TIMES, UNIT, Outcome
from projections.kept_rows import EntryLine, KeptLine, StateLine, StatusLine, TimesLine, TrailLine
from projections.views.view import Change, Put, View
from schemas.outcomes import EntryJson, EntryStatusJson, UnitJson
from schemas.proof_outcomes import TimesJson

ABOUT: Final = "about/"
"""What the keys of rows of entries about several units begin with."""


def about(event: str) -> str:
    """The key of the row that names the units of an entry."""
    return f"{ABOUT}{event}"


def times(event: str) -> str:
    """The key of the row that bounds the moment of an event about no unit."""
    return f"{ABOUT}{event}/times"


def prefix(unit: str) -> str:
    """What the keys of one unit's rows begin with."""
    return f"{unit}/"


def apply(outcome: Outcome) -> Iterable[Change]:
    """A line for each unit that the entry names, or the line of what a unit became."""
    if outcome.kind == UNIT.name:
        key = f"{prefix(outcome.subject)}{outcome.position:012d}/state/{outcome.ordinal:04d}"
        yield Put(key=key, station=None, doc=_state_line(UNIT.doc_of(outcome), position=outcome.position))
        return
    if outcome.kind == TIMES.name:
        yield from _bounds(TIMES.doc_of(outcome), since=outcome.position)
        return
    own = int(outcome.subject)
    if outcome.kind == ENTRY.name:
        doc = ENTRY.doc_of(outcome)
        units, line = doc["units"], entry_line(doc, position=own, since=outcome.position)
        if len(units) > 1 and depends(doc["type"] or "", stands_for=doc["stands_for"]):
            yield Put(key=about(doc["event"] or ""), station=None, doc={"units": list(units)})
        yield from _of_each(units, line=line)
        return
    status = ENTRY_STATUS.doc_of(outcome)
    yield from _of_each(status["units"], line=_status_line(status, position=own, since=outcome.position))


def _bounds(doc: TimesJson, *, since: int) -> Iterator[Put]:
    bounds = {"not_before": doc["not_before"], "not_after": doc["not_after"]}
    for unit in doc["units"]:
        key = f"{prefix(unit)}{doc['position']:012d}/entry/{since:012d}/times"
        yield Put(key=key, station=None, doc={"source": "times", "position": doc["position"], "since": since, **bounds})
    if not doc["units"]:
        yield Put(key=times(doc["event"]), station=None, doc=bounds)


def _of_each(units: Iterable[str], *, line: EntryLine | StatusLine) -> Iterator[Put]:
    for unit in units:
        key = f"{prefix(unit)}{line['position']:012d}/entry/{line['since']:012d}"
        yield Put(key=key, station=None, doc=line)


def _state_line(doc: UnitJson, *, position: int) -> StateLine:
    return {
        "source": "state",
        "position": position,
        "since": position,
        "event": doc["head"],
        "type": doc["type"],
        "at": doc["at"],
        "says": doc["says"],
        "version": doc["version"],
        "state": doc["state"],
        "custodian": doc["custodian"],
        "basis": doc["basis"],
        "disputed": doc["disputed"],
        "hold": doc["hold"],
    }


def entry_line(doc: EntryJson, *, position: int, since: int) -> EntryLine:
    """The line of what somebody recorded."""
    return {
        "source": "entry",
        "position": position,
        "since": since,
        "event": doc["event"],
        "type": doc["type"],
        "stands_for": doc["stands_for"],
        "at": doc["at"],
        "says": doc["says"],
        "entry": doc["entry"],
        "status": doc["status"],
        "codes": doc["codes"],
        "by": doc["by"],
        "place": doc["place"],
        "noted": doc["noted"],
        "not_before": doc["not_before"],
        "not_after": doc["not_after"],
    }


def _status_line(doc: EntryStatusJson, *, position: int, since: int) -> StatusLine:
    return {
        "source": "status",
        "position": position,
        "since": since,
        "event": doc["event"],
        "status": doc["status"],
        "codes": doc["codes"],
    }


def told(lines: Iterable[KeptLine], *, position: int | None = None) -> list[TrailLine]:
    """The ``entry`` and ``state`` lines of one unit, in log order, as they read after the entry at ``position``.

    An entry has the last status that it had by then; without a position, the one that it has now.
    """
    trail: list[TrailLine] = []
    for line in lines:
        if position is not None and line["since"] > position:
            continue
        if line["source"] == "entry" or line["source"] == "state":
            trail.append(line)
            continue
        last = trail[-1] if trail else None
        if last is not None and last["source"] == "entry" and last["position"] == line["position"]:
            trail[-1] = _since_then(last, line=line)
    return trail


def _since_then(entry: EntryLine, *, line: StatusLine | TimesLine) -> EntryLine:
    """An entry as it reads from a later line on; when its event was made changes nothing about what it means."""
    if line["source"] == "times":
        return {**entry, "not_before": line["not_before"], "not_after": line["not_after"]}
    return {**entry, "since": line["since"], "event": line["event"], "status": line["status"], "codes": line["codes"]}


VIEW = View(name="audit-trail", kinds=frozenset({ENTRY.name, ENTRY_STATUS.name, UNIT.name, TIMES.name}), apply=apply)
