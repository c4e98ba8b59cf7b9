"""Parts that several forms have: who signs, who was present, the line of a station, units with their seals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.wording.messages import Message, message
from custody.paper.sheet import Block, Code, Fields, Signatures, Signing, Value
from custody.paper.source import Source
from schemas.base import Act, Common, Report, SealFound

COMMISSION: tuple[Value, ...] = (
    message("role", role="chair"),
    message("role", role="secretary"),
    message("role", role="member"),
)
"""Who signs a station's blank form."""


def units_of(event: Act | Report) -> tuple[str, ...]:
    """The units that an event names."""
    return tuple(ref.unit for ref in event.units)


def signed(
    event: Common | None, *, source: Source | None, title: Message | None = None, blank: Sequence[Value] = COMMISSION
) -> tuple[Block, ...]:
    """Who was present, and lines for ink for everybody who signed the event, or for ``blank`` where it is not known."""
    people = tuple(blank) if event is None or source is None else source.people(event)
    return (
        Fields(((message("form.present"), present(event)),)),
        Signatures((Signing(title or message("form.commission"), people),)),
    )


def present(event: Common | None) -> Value:
    """Persons present with their role and what they did; a line where nobody is stated."""
    if event is None or not event.present:
        return None
    rows = (message("form.presence", role=message("role", role=row.role), note=row.note) for row in event.present)
    return message("form.list", items=tuple(rows))


def kind_of(source: Source | None, unit: str) -> Value:
    """What a unit is: a pouch, a box."""
    head = None if source is None else source.state.paths.first(unit)
    return None if head is None else message("form.kind-of-unit", kind=head.kind)


def seals_found(unit: str, *, seals: Iterable[SealFound]) -> list[tuple[Value, Value]]:
    """The seals read on a unit and how they were; an empty pair where none was."""
    read: list[tuple[Value, Value]] = [
        (Code(seal.seal), message("condition", condition=seal.condition)) for seal in seals if seal.unit == unit
    ]
    return read or [(None, None)]


def numbered(rows: Iterable[tuple[Value, ...]]) -> tuple[tuple[Value, ...], ...]:
    """Rows with their numbers in front."""
    return tuple((number, *row) for number, row in enumerate(rows, start=1))


def blank_rows(count: int, *, columns: int) -> tuple[tuple[Value, ...], ...]:
    """Numbered rows to be filled in; ``columns`` counts the number."""
    return numbered([(None,) * (columns - 1)] * count)
