"""Deadlines that no manifest states: when a consignment is to be there by the rules (domain.md §6).

Outward: so many hours before the station opens. Homeward: so many hours after it closes. A deadline that the manifest states, or
commits to, always goes before; interim legs have none by rule. Times are claims of the station's own clock and offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.state.moments import shifted
from schemas.outcomes import Direction
from schemas.production import PlannedLeg
from schemas.rules import Rules

_HOUR: Final = 3600


def with_deadline(
    legs: Sequence[PlannedLeg], *, direction: Direction, hours: tuple[str, str], rules: Rules
) -> tuple[PlannedLeg, ...]:
    """The planned legs, the last one with its deadline by rule where it states none; ``hours``: the station opens and closes."""
    last = legs[-1]
    if last.due is not None or last.due_commitment is not None or not all(hours):
        return tuple(legs)
    opens, closes = hours
    # rules.md 53
    due = (
        shifted(opens, seconds=-rules.arrival_hours * _HOUR)
        if direction == "out"
        else shifted(closes, seconds=rules.return_hours * _HOUR)
    )
    return (*legs[:-1], last.model_copy(update={"due": due}))
