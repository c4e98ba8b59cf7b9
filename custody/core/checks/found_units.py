"""Units that were replaced and then found: out of use for good, they end with the CEC as evidence, or destroyed by act.

Until then it is in quarantine, whoever keeps it; it may be handed on, for only the CEC keeps it as evidence. Either end settles
the finding about the break in its custody. Pure; used by the judges of whatever may end it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.authority.parties import Party
from custody.core.state.topics import break_topic
from custody.core.state.transitions import EVIDENCE, STATE_OF_RECEIVER
from custody.core.state.units import Unit

_ENDS: Final = (EVIDENCE, "destroyed")


def state_with(receiving: Party, *, unit: Unit) -> str:
    """The state of a unit that a party has taken over."""
    if not unit.was_replaced:
        return STATE_OF_RECEIVER[receiving.kind]
    # rules.md 134
    return EVIDENCE if receiving.kind == "CEC" else "quarantined"


def ended(units: Iterable[Unit]) -> list[str]:
    """The topics that are settled because replaced units have come to their end."""
    return [break_topic(unit.unit) for unit in units if unit.state in _ENDS and unit.was_replaced]
