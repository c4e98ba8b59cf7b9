"""A unit as an aggregate: its stream of events is its history, and every earlier state can be had from it.

In the immutable style of the `eventsourcing` library's example 7: frozen events, a frozen aggregate, and one pure
function that takes both and gives the next.  ``originator_id`` is the unit's own id, ``originator_version`` its ordinal
in the stream (from 1) and equal to ``version`` in the outcome.

The library would import whatever class a stored row names.  Here a row names an entry of the closed table
:data:`TOPICS`, and anything else is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce, singledispatch
from typing import Final

import orjson
from eventsourcing.persistence import StoredEvent

from custody.core.wording.outcomes import UNIT, Outcome
from schemas.errors import Unavailable
from schemas.outcomes import UnitJson
from schemas.quick_json import quick_canonical


@dataclass(frozen=True, slots=True)
class UnitEvent:
    """What one entry did to one unit."""

    originator_id: str
    """The unit."""
    originator_version: int
    """1, 2, 3 ... in the stream of this unit."""
    position: int
    """Log position of the entry by which it took effect."""
    doc: UnitJson
    """The unit from here on: the doc of a ``unit`` outcome."""


@dataclass(frozen=True, slots=True)
class UnitAppeared(UnitEvent):
    """The unit was heard of for the first time."""


@dataclass(frozen=True, slots=True)
class UnitChanged(UnitEvent):
    """The unit's custody, contents, seals or state became another."""


@dataclass(frozen=True, slots=True)
class UnitAggregate:
    """A unit as it was after the last event that was taken in."""

    unit: str
    version: int
    appeared: int
    """Log position at which it was first heard of."""
    position: int
    """Log position of the last event taken in."""
    doc: UnitJson


@singledispatch
def mutate(event: UnitEvent, unit: UnitAggregate | None) -> UnitAggregate:
    """The unit after one more event; Unavailable("books-stream") if the event cannot follow."""
    del unit
    raise _broken(event)


@mutate.register
def _(event: UnitAppeared, unit: UnitAggregate | None) -> UnitAggregate:
    if unit is not None or event.originator_version != 1:
        raise _broken(event)
    return UnitAggregate(event.originator_id, 1, event.position, event.position, event.doc)


@mutate.register
def _(event: UnitChanged, unit: UnitAggregate | None) -> UnitAggregate:
    if unit is None or event.originator_version != unit.version + 1 or event.position < unit.position:
        raise _broken(event)
    return replace(unit, version=event.originator_version, position=event.position, doc=event.doc)


def project(events: Iterable[UnitEvent]) -> UnitAggregate | None:
    """The unit after all these events of its stream, in order; None after no event."""
    start: UnitAggregate | None = None
    return reduce(lambda unit, event: mutate(event, unit), events, start)


def event_of(outcome: Outcome) -> UnitEvent:
    """The stream event that a ``unit`` outcome is."""
    doc = UNIT.doc_of(outcome)
    version = doc["version"]
    kind = UnitAppeared if version == 1 else UnitChanged
    return kind(outcome.subject, version, outcome.position, doc)


TOPICS: Final[Mapping[str, type[UnitEvent]]] = {"unit-appeared/v1": UnitAppeared, "unit-changed/v1": UnitChanged}
"""What a stored row may say that it is."""
_NAMES: Final = {kind: name for name, kind in TOPICS.items()}


def stored(event: UnitEvent) -> StoredEvent:
    """The row of an event, as the library's recorders keep it."""
    return stored_with(event, doc=quick_canonical(dict(event.doc)))


def stored_with(event: UnitEvent, *, doc: bytes) -> StoredEvent:
    """As :func:`stored`, of an event whose doc is written as canonical JSON already."""
    state = b'{"doc":%b,"position":%d}' % (doc, event.position)
    return StoredEvent(event.originator_id, event.originator_version, _NAMES[type(event)], state)


def restored(row: StoredEvent) -> UnitEvent:
    """The event of a row; Unavailable("books-stream") if the row names no type of the table."""
    kind = TOPICS.get(row.topic)
    if kind is None:
        raise Unavailable("books-stream", "A stored event is of a type that this program does not know.")
    state = orjson.loads(row.state)
    return kind(str(row.originator_id), row.originator_version, state["position"], state["doc"])


def _broken(event: UnitEvent) -> Unavailable:
    return Unavailable(
        "books-stream", f"Version {event.originator_version} of {event.originator_id} does not follow: rebuild."
    )
