"""Acts made in one go: without effect, of one person, following each other in the chain of one device.

The theory. Somebody who does not learn that his act had no effect goes on from it. What he makes next on the same device often
fails for a reason of its own (what he meant to open is closed, what he counts is inside), although it has the same cause. So an
act without effect hangs under the finding of the one before it, if one person signed both and no other act was made on the device
between them; reports, decisions, and acts without effect that a dispute keeps out of force may be. Whatever the order of arrival,
the finding is that of the first of them.

Not here: what fails as the same persons' other acts at the same place do (finding_causes).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.state.state import RecordedEvent, State

REACH: Final = 8
"""How many reports, decisions and acts out of force may lie between two acts."""
WINDOW: Final = 128
"""Numbers of a device's chain that can be one go: from a multiple of it to the next."""


def before(state: State, record: RecordedEvent) -> RecordedEvent | None:
    """The act without effect that was made on the device before this event, in one go; None where there is none."""
    return _next_to(state, record, step=-1)


def after(state: State, record: RecordedEvent) -> RecordedEvent | None:
    """The act without effect that was made on the device after this event, in one go; None where there is none."""
    return _next_to(state, record, step=1)


def regather(state: State, record: RecordedEvent) -> None:
    """An act without effect came into force again, or left it: what was made before and after it in one go is another now."""
    if not record.blocked or record.kind != "act" or record.event_id in state.excused:
        return
    first, later = before(state, record), after(state, record)
    if record.in_force:
        if first is not None:
            state.findings.join(record.event_id, under=first.event_id)
        gather(state, record)
    elif first is not None and later is not None and before(state, later) is first:
        state.findings.join(later.event_id, under=first.event_id)


def gather(state: State, record: RecordedEvent) -> None:
    """What was made after it in one go, and came before it, hangs from now on under its finding or that of the act before it."""
    over = record if record.kind == "act" else before(state, record)
    later = None if over is None else after(state, over)
    for _ in range(WINDOW):
        if over is None or later is None or later.event_id in state.excused:
            return
        if not state.findings.join(later.event_id, under=over.event_id):
            return
        later = after(state, later)


def _next_to(state: State, record: RecordedEvent, *, step: int) -> RecordedEvent | None:
    number = record.number
    for _ in range(REACH if number else 0):
        number += step
        name = state.devices.placed(record.device, number) if number // WINDOW == record.number // WINDOW else None
        other = None if name is None else state.records.get(name)
        if other is None:
            return None
        if other.kind == "act" and not (other.blocked and not other.in_force):
            return other if other.blocked and _is_near(state, record, other=other) else None
    return None


def _is_near(state: State, record: RecordedEvent, *, other: RecordedEvent) -> bool:
    """Whether one person signed both, and both name one unit, or units of one station; of what is no act nothing is asked."""
    if record.kind != "act":
        return True
    if _persons(record).isdisjoint(_persons(other)):
        return False
    own, others = ({unit for unit, _ in row.refs} for row in (record, other))
    return not own.isdisjoint(others) or not _stations(state, own).isdisjoint(_stations(state, others))


def _stations(state: State, units: Iterable[str]) -> frozenset[str]:
    heads = (state.paths.head(unit) for unit in units)
    return frozenset(head.station for head in heads if head is not None and head.station)


def _persons(record: RecordedEvent) -> frozenset[str]:
    return frozenset(key.person for keys in record.signed.values() for key in keys if key.person)
