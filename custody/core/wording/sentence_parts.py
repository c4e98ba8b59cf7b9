"""Parts of the sentences of events that several types share."""

from __future__ import annotations

from custody.core.wording.numbers import papers
from schemas.base import Common
from schemas.everybody import CountOnPaper
from schemas.stated_items import items_of
from schemas.station import BallotsCounted, StationChanged


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


def items_said(event: Common) -> str:
    """The items that an event states, by kind; nothing where it states none."""
    lines = items_of(event)
    return f" Items: {', '.join(f'{line.count} {line.kind}' for line in lines)}." if lines else ""


def counts_said(event: BallotsCounted | CountOnPaper) -> str:
    """What a count found, unit by unit and in all."""
    total = papers(sum(row.papers for row in event.counts))
    packs = ", ".join(f"{row.unit} {row.papers}" for row in event.counts)
    return f"Count {event.number}: {packs}; {total} in all."
