"""Parts of the sentences of events that several types share."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.base import SealFound
from schemas.station import StationChanged


def seals_read(seals: Sequence[SealFound]) -> str:
    """How seals were found, in words."""
    if not seals:
        return "no seals read"
    bad = [item for item in seals if item.condition != "intact"]
    if not bad:
        return f"{len(seals)} seal intact" if len(seals) == 1 else f"{len(seals)} seals intact"
    return ", ".join(f"seal {item.seal} {item.condition}" for item in bad)


def sealed_for(purpose: str) -> str:
    """What boxes are sealed for: a night between two days of voting, or the vote."""
    return "closed for the night, their slots sealed" if purpose else "shown empty and sealed"


def opened_for(purpose: str) -> str:
    """What boxes are opened for, where it is another day of voting."""
    return " for another day of voting" if purpose else ""


def station_changed(event: StationChanged) -> str:
    """What changes of a station."""
    if event.change == "hours":
        return f"Station {event.station} votes from {event.opens} to {event.closes}."
    to = f" to {event.city}" if event.city else ""
    return f"Station {event.station} {'is closed and will not vote' if event.change == 'closed' else f'moves{to}'}."
