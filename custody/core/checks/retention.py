"""Papers that the rules have kept by themselves: spoiled and invalid ones go back in packages of their own.

Not here: how many of them there are (book_identities), for how long they are kept (destruction), and that no package goes back
without a seal (transitions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from custody.core.checks.case import Case
from custody.core.state.book import with_figures
from custody.core.state.finding_store import Draft
from custody.core.state.units import Book, Unit
from custody.core.wording.messages import message
from schemas.station import PackedForReturn, ReturnPackage

_CODE: Final = "not-authorised"
_DUE: Final[Mapping[str, str]] = MappingProxyType({"spoiled": "cancelled_spoiled", "invalid": "stated.invalid"})
"""Kind of papers -> the figure that says how many there are."""


def with_kept_apart(book: Book, *, rows: Sequence[ReturnPackage], event: str) -> Book:
    """A book after packages were packed that hold papers of one kind alone."""
    alone = {row.unit: row.content for row in rows if row.content}
    for row in rows:
        if alone.get(row.unit) != row.content:
            alone.pop(row.unit, None)
    for kind in _DUE:
        papers = sum(row.from_boxes + row.cancelled for row in rows if alone.get(row.unit) == kind)
        if papers:
            book = with_figures(book, event=event, **{f"packed_{kind}": (book.value(f"packed_{kind}") or 0) + papers})
    return book


def check_kept_apart(case: Case[PackedForReturn], *, stock: Unit, book: Book) -> Iterator[Draft]:
    """Once everything is packed: papers that the rules have packed by themselves, and that are among others."""
    packed = (book.value("packed_boxes") or 0) + (book.value("packed_cancelled") or 0)
    if packed < (book.value("stated.in_boxes") or 0) + (book.value("cancelled") or 0):
        return
    for kind in case.rules.rules.retention:
        due, there = book.value(_DUE[kind]) or 0, book.value(f"packed_{kind}") or 0
        # rules.md 181
        if due != there:
            said = message("retention.among-others", account=stock.account, kind=kind, due=due, there=there)
            yield case.draft(_CODE, subject=stock.account, sentence=said, units=(stock.unit,))
