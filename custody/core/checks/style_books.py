"""The books of a station that an act names: one where the election has one style, else one for each style that it concerns.

Not here: what the books say (custody.core.checks.book_check).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.core.checks.seals import on
from custody.core.state.units import Book, Unit
from custody.core.wording.messages import Message, message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated


def books_named(case: Case[Stated], *, station: str) -> tuple[Unit, ...]:
    """The books of a station among the units of an act, in its order."""
    known = set(case.registers.books.get(station, {}).values())
    return tuple(unit for unit in case.existing() if unit.book is not None and unit.unit in known)


def book_of(case: Case[Stated], *, station: str, style: str) -> Unit | None:
    """The book of a style at a station, None where the act does not name it or there is none."""
    return case.unit(case.registers.stock(station, style=style))


def why_unknown(case: Case[Stated], *, style: str) -> Message | None:
    """Why a style is none of this election, None where it is one."""
    styles = tuple(case.styles.contests)
    # rules.md 158
    if case.styles.is_one(style):
        return None
    if not style:
        return message("unfit.style-unstated", styles=styles)
    return message("unfit.unknown-style", style=style, styles=styles or (message("style.none"),))


def book_in(stock: Unit) -> Book:
    """The book that a stock is."""
    if stock.book is None:
        raise ValueError("a stock has a book")
    return stock.book


def closing_seal(stock: Unit) -> str:
    """The seal that closes the safe in which a stock is; empty where it is open."""
    return next((seal.number for seal in on(stock)), "" if stock.book is None else stock.book.shut)


def said_of(stock: Unit, sentence: Message) -> Message:
    """What is said of a book, with its style where it has one."""
    return message("style.of", style=stock.style, said=sentence) if stock.style else sentence
