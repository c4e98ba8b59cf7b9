"""A view: the answer to one question, as rows that follow from outcomes by one pure function.

A view file names its question, its rows (keys and docs) and ``apply``, which looks at one outcome and says which rows
are put or dropped; it sees no earlier row, no clock and no database.  So the whole view is the last change of each key,
can be had for any earlier position, and the same outcomes give the same rows on any machine.

To add a view: write its file, and name it in ``all_views``.  Keeping rows is the business of ``stores.ports``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from custody.core.wording.outcomes import Outcome
from schemas.quick_json import quick_canonical

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Put:
    """This row now reads so; an earlier row with the same key is gone."""

    key: str
    """Unique in the view; rows are kept and listed in the order of their keys, by code point."""
    station: str | None
    """Station that the row belongs to, where it belongs to one: rows can be asked for by it."""
    doc: Doc


@dataclass(frozen=True, slots=True)
class Drop:
    """There is no such row any more."""

    key: str


Change = Put | Drop


@dataclass(frozen=True, slots=True)
class View:
    """One question."""

    name: str
    kinds: frozenset[str]
    """Kinds of outcomes that change anything here; ``apply`` is given no others."""
    apply: Callable[[Outcome], Iterable[Change]]


def changes(view: View, outcomes: Iterable[Outcome]) -> dict[str, Change]:
    """What the outcomes, in order, change in the view in the end: the last change of each key."""
    return {change.key: change for outcome in outcomes if outcome.kind in view.kinds for change in view.apply(outcome)}


def replay(view: View, outcomes: Iterable[Outcome]) -> list[Put]:
    """The rows of the view after these outcomes from the beginning, in key order."""
    kept = changes(view, outcomes)
    return [change for _, change in sorted(kept.items()) if isinstance(change, Put)]


def digest(rows: Iterable[Put]) -> str:
    """SHA-256 (hex) over rows in key order as canonical JSON, one to a line: equal views have equal digests."""
    state = sha256()
    for row in rows:
        state.update(quick_canonical({"doc": dict(row.doc), "key": row.key, "station": row.station}) + b"\n")
    return state.hexdigest()
