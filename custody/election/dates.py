"""Dates that a folder does not say, reckoned from the days of voting: preparation, journeys, return.

These are the moments of a rehearsal, and what ``custody election new`` proposes for a plan.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

OPENED: Final = -27
ORDERED: Final = -25
PRINTED: Final = -18
ALLOCATED: Final = -17
PACKING: Final = -13
TO_MINISTRY: Final = -12
TO_COURIER: Final = -10
DUE: Final = -5
NEXT_FLIGHT: Final = -2
SYNCED: Final = -7
MANDATE_ENDS: Final = 4
"""Days from the first day of voting: genesis, order, printing, allocation, packing and mandates, handovers, arrival."""
LEAVES: Final = 2
BACK: Final = 8
HOME: Final = 9
"""Days from the last day of voting: the return leaves the station, is due, and reaches the commission."""


def day(start: str, *, days: int) -> str:
    """So many days from a day, YYYY-MM-DD."""
    return (date.fromisoformat(start) + timedelta(days=days)).isoformat()
