"""The opening of the ballot boxes as a bound: every sealed box is opened, and nothing is issued or cancelled after it.

The theory. A station's acts form one chain, so what came before the opening is known by predecessor, whatever a clock says. A box
that stays sealed is told when the account is drawn up, or the log closed, at the latest; opening it, however late, settles that.
What passed through issuing members' hands after the opening, no later act makes good: a decision does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from custody.core.checks.style_books import said_of
from custody.core.state.finding_store import Draft
from custody.core.state.topics import after_opening_topic, unopened_topic
from custody.core.state.units import Book, Unit
from custody.core.wording.messages import Message, message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated

CODE: Final = "box-unopened"


def topic_of(stock: Unit) -> str:
    """The topic of what is said of a book's boxes that nobody opened: books that share their boxes share it."""
    box = "" if stock.book is None or not stock.style else stock.book.first_box
    return unopened_topic(f"{stock.station}/{box}" if box else stock.station)


def with_boxes(book: Book, *, sealed: tuple[str, ...] = (), opened: tuple[str, ...] = (), event: str) -> Book:
    """The book after ballot boxes were sealed or opened."""
    kept = tuple(row for row in book.boxes if row[0] not in opened)
    first = book.boxes_opened if book.boxes_opened is not None or not opened else event
    first_box = book.first_box or min(sealed, default="")
    return replace(book, boxes=(*kept, *((box, event) for box in sealed)), boxes_opened=first, first_box=first_box)


def check_unopened(case: Case[Stated], *, stock: Unit, book: Book) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    """When the account is drawn up: boxes still sealed, or figures from inside boxes that nobody opened."""
    # rules.md 120
    sentence = unopened(stock.station, book=book)
    if sentence is None:
        return (), (topic_of(stock),)
    evidence = (*(event for _, event in book.boxes), case.event_id)
    boxes = tuple(box for box, _ in book.boxes)
    draft = case.draft(
        CODE,
        subject=stock.station,
        sentence=sentence,
        evidence=tuple(dict.fromkeys(evidence)),
        topic=topic_of(stock),
        station=stock.station,
        units=(*boxes, stock.unit),
    )
    return (draft,), ()


def unopened(station: str, *, book: Book) -> Message | None:
    """What is to be said of a book's boxes in words, None where every box was opened."""
    boxes, inside = tuple(box for box, _ in book.boxes), book.value("stated.in_boxes")
    if inside and book.boxes_opened is None:
        return message("boxes.inside", station=station, papers=inside, boxes=boxes, sealed=len(boxes))
    return message("boxes.unopened", station=station, boxes=boxes, sealed=len(boxes)) if boxes else None


def check_late(case: Case[Stated], *, stock: Unit, papers: int) -> tuple[Draft, ...]:
    """A draft where papers pass through issuing members' hands after the boxes were opened: one finding a station."""
    opened = None if stock.book is None else stock.book.boxes_opened
    # rules.md 121
    if opened is None:
        return ()
    sentence = message("boxes.issued-late", station=stock.station, type=case.type, papers=papers)
    late = case.draft(
        "after-opening",
        subject=stock.account,
        sentence=said_of(stock, sentence),
        evidence=(opened, case.event_id),
        topic=after_opening_topic(stock.account),
        units=(stock.unit,),
    )
    return (late,)
