"""Several days of voting: between them the slots of the ballot boxes are closed under seal.

The theory. A station that votes on several days lists them when it is opened. Its boxes are open since a day; papers that pass
through issuing members' hands, or boxes that are opened, on a later day of voting show that they stood open over a night: one
finding for the boxes, whoever notes it first. The day is that of the act's claim, in the zone of the place, or the earliest that
log witnesses prove where that is later; a claim that contradicts its chain has none, and nothing is said by it.

Not here: the seals of the night (custody.core.judges.nights).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from custody.core.checks.style_books import book_in
from custody.core.state.finding_store import Draft
from custody.core.state.topics import left_open_topic
from custody.core.state.units import Book, Unit
from custody.core.wording.messages import message
from schemas.identifiers import local_date

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated

LEFT_OPEN: Final = "box-left-open"


def open_since(case: Case[Stated], *, book: Book) -> Book:
    """The book once its boxes are open: since the day of the act, or the first day of voting where that is to come."""
    day = max((*case.days[:1], case.not_before))
    first = local_date(book.days[0][0]) if book.days else ""
    return replace(book, open_day=max(day, first), shut_for_night=False) if book.days and day else book


def check_nights(case: Case[Stated], *, stock: Unit) -> tuple[Book, tuple[Draft, ...]]:
    """The book as the act finds it, and a draft where its boxes stood open over a night between two days of voting."""
    # rules.md 194
    book, day = book_in(stock), max((*case.days[:1], case.not_before))
    if not book.days or not day or not book.open_day or book.shut_for_night or not book.boxes:
        return book, ()
    # rules.md 166
    if _place(book, day=day) <= _place(book, day=book.open_day):
        return book, ()
    sentence = message("boxes.left-open", station=stock.station, day=book.open_day, type=case.type, at=case.event.at)
    draft = case.draft(
        LEFT_OPEN,
        subject=stock.station,
        sentence=sentence,
        evidence=tuple(dict.fromkeys((book.boxes[0][1], case.event_id))),
        topic=left_open_topic(f"{stock.station}/{book.first_box}/{book.open_day}"),
        station=stock.station,
        units=(*(box for box, _ in book.boxes), stock.unit),
        dated=True,
    )
    return replace(book, open_day=day), (draft,)


def _place(book: Book, *, day: str) -> int:
    """Which day of voting a day belongs to: the last one that had begun by then."""
    return sum(local_date(opens) <= day for opens, _ in book.days)
