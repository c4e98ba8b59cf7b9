"""The facts of a station as they stand: what its opening says, and what acts in force have changed since.

Not here: what a change means for the station's books (station_changes).
"""

from __future__ import annotations

from typing import Final

from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import Book
from custody.core.wording.outcomes import STATION
from schemas.authority import StationOpened
from schemas.outcomes import StationJson

CHANGED: Final = "StationChanged"
"""The type of act that changes a station."""


def tell_opened(state: State, event: StationOpened, *, closing: str) -> None:
    """The facts of a station as its opening says them; ``closing``: when it closes, empty where that cannot be."""
    state.registers.openings[event.station] = event
    state.pending_outcomes.append(STATION.change(event.station, _opened(event, closing=closing)))


def refresh_station(state: State, record: RecordedEvent) -> None:
    """A change of a station came into force, or left it: its facts are told anew."""
    heads = (state.paths.head(unit) for unit, _ in record.refs)
    head = next((head for head in heads if head is not None and head.book is not None), None)
    opening = None if head is None else state.registers.openings.get(head.station)
    if head is None or head.book is None or opening is None:
        return
    state.registers.hours[head.station] = (head.book.opens, head.book.closes)
    state.pending_outcomes.append(STATION.change(head.station, _changed(opening, book=head.book)))


def _opened(event: StationOpened, *, closing: str) -> StationJson:
    told: StationJson = {
        "station": event.station,
        "city": event.city,
        "country": event.country,
        "timezone": event.timezone,
        "opens": event.opens,
        "closes": event.closes,
        "closing": closing or None,
    }
    if event.number:
        told["number"] = event.number
    if event.mission:
        told["mission"] = event.mission
    if event.sessions:
        told["sessions"] = [{"opens": row.opens, "closes": row.closes} for row in event.sessions]
    return told


def _changed(event: StationOpened, *, book: Book) -> StationJson:
    told = _opened(event, closing=book.closes)
    told["city"] = book.city or event.city
    if book.hours[0]:
        told["opens"], told["closes"] = book.hours
        told.pop("sessions", None)
    if book.days:
        told["sessions"] = [{"opens": opens, "closes": closes} for opens, closes in book.days]
    if book.closed_by:
        told["closed"] = True
    return told
