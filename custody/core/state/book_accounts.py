"""Accounts of a station's book: the papers in each of them, and how many are unaccounted. Pure; nothing is judged here.

The theory. What was declared to the station is in its accounts; no account but *unaccounted* holds fewer than no papers. Whatever
is given, spoiled, sent on, cancelled or packed beyond what is there stands in *unaccounted* with its sign (negative: papers
without recorded origin), at that act; so does what a count or the boxes say otherwise. Ledger, pages and balances all ask here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.state.units import Book

UNACCOUNTED: Final = "unaccounted"
STORE: Final = "in store"
ISSUERS: Final = "with issuing members"


def accounts_of(book: Book) -> Iterator[tuple[str, int]]:
    """(state, papers) of each account of a book; several rows may be of one account."""
    left_boxes, left_cancelled = (_sum(book, f"packed_{name}", f"destroyed_{name}") for name in ("boxes", "cancelled"))
    yield from _split(STORE, papers=book.store)
    yield from _of_issuers(book)
    yield from _of_boxes(book, left=left_boxes)
    for name in ("spoiled", "defective"):
        yield from _split(name, papers=_sum(book, name) - _sum(book, f"cancelled_{name}"))
    yield from _split("cancelled", papers=_sum(book, "cancelled") - left_cancelled)
    yield "destroyed", _sum(book, "destroyed_boxes", "destroyed_cancelled")
    yield UNACCOUNTED, _sum(book, "declared", "resupply_declared") - _sum(book, "counted", "resupplied")


def unaccounted(book: Book) -> int | None:
    """Papers declared less papers accounted for; negative: papers without recorded origin. None before a count."""
    if book.value("counted") is None and book.value("resupplied") is None:
        return None
    return sum(papers for state, papers in accounts_of(book) if state == UNACCOUNTED)


def in_store(book: Book) -> int:
    """Papers in the store."""
    return max(book.store, 0)


def with_issuers(book: Book) -> int:
    """Papers in issuing members' hands; what an account that was drawn up leaves there is unaccounted."""
    return sum(papers for state, papers in _of_issuers(book) if state == ISSUERS)


def _of_issuers(book: Book) -> Iterator[tuple[str, int]]:
    for _, held in book.issuers:
        yield UNACCOUNTED if _is_drawn_up(book) else ISSUERS, held
    # rules.md 118
    yield from ((UNACCOUNTED, -papers) for _, papers, _ in book.beyond_given)


def _of_boxes(book: Book, *, left: int) -> Iterator[tuple[str, int]]:
    issued, boxes, missing = (
        _sum(book, "issued_so_far"),
        _sum(book, "stated.in_boxes"),
        _sum(book, "stated.not_returned"),
    )
    if not _is_drawn_up(book):
        yield "issued", issued
        return
    yield from _split("in the boxes", papers=boxes - left)
    yield "not returned", missing
    yield UNACCOUNTED, issued - boxes - missing


def _is_drawn_up(book: Book) -> bool:
    return book.value("stated.in_boxes") is not None


def _split(state: str, *, papers: int) -> Iterator[tuple[str, int]]:
    """An account holds no fewer than no papers: what is below that is unaccounted."""
    # rules.md 118
    yield state if papers >= 0 else UNACCOUNTED, papers


def _sum(book: Book, *names: str) -> int:
    return sum(book.value(name) or 0 for name in names)
