"""Units packed that were packed before: back into the unit that was opened, or a sealed box into a pouch on its journey.

    opened pouch + what came out of it     -> the pouch again, with whoever opened it; a new seal closes it
    sealed box in store (CEC, MFA) + pouch -> a new pouch around it, on the box's journey; its packer's own seal closes it

A pouch around packages of a manifest carries them: whoever has it has them, and a leg that it walks they walk. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.checks.seals import on
from custody.core.state.units import Unit, UnitChanges

_AGAIN = ("received", "in store")
_BEING_PACKED = ("packed", "sealed")


def is_opened(outer: Unit | None, *, inner: Sequence[Unit]) -> bool:
    """Whether a unit can be packed again: it was opened and emptied, and what goes into it is with the same custodian."""
    if outer is None or outer.state != "opened" or outer.contains or outer.papers:
        return False
    states = {unit.state for unit in inner}
    alike = all(unit.custodian == outer.custodian and unit.consignment == outer.consignment for unit in inner)
    # rules.md 137
    return alike and len(states) == 1 and states <= set(_AGAIN)


def may_be_packed(inner: Sequence[Unit]) -> bool:
    """Whether units can go into a new one: all are being packed at its beginning, or are sealed and on one journey."""
    if all(unit.state in _BEING_PACKED for unit in inner):
        return True
    journeys = {(unit.consignment, unit.direction) for unit in inner}
    # rules.md 138
    return len(journeys) == 1 and all(unit.state == "in store" and on(unit) and unit.consignment for unit in inner)


def around(inner: Sequence[Unit]) -> UnitChanges:
    """What a new unit around packages on their journey shares with them; nothing where they have not begun it."""
    first = inner[0]
    if first.state in _BEING_PACKED:
        return {}
    cargo = tuple(row for unit in inner for row in unit.cargo)
    return {
        "consignment": first.consignment,
        "direction": first.direction,
        "taken": first.taken,
        "package": cargo[0][0],
        "carries": cargo,
    }
