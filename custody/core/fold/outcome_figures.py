"""Figures of units, ballot accounts and printing batches in outcomes, those of disputed acts marked.

What a dispute keeps out of force is told with the rest (suspended); ``disputed_figures`` names each figure that is not in force.
Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from custody.core.state.book_accounts import in_store, unaccounted, with_issuers
from custody.core.state.state import State
from custody.core.state.units import EMPTY_BOOK, Book, PrintRun, Unit

_FIGURES: Final = ("declared", "counted", "signatures", "defective", "issued", "spoiled", "unused", "cancelled")
_STATED: Final = ("in_boxes", "valid", "invalid", "not_returned")
_OF_UNIT: Final = ("papers", "counted")
_NO_RUN: Final = PrintRun(ordered=0)
Doc = dict[str, Any]


def shown_of(state: State, unit: str) -> Unit | None:
    """The unit after the disputed act whose figures are shown; None where no act on it is disputed."""
    act = state.suspended.shown(unit)
    return None if act is None else state.paths.snapshot(unit, act)


def unit_figures(head: Unit | None, *, shown: Unit | None) -> Doc:
    """What a unit's papers are, declared and counted."""
    return _marked(_of_unit(head), shown=None if shown is None else _of_unit(shown))


def books_of(state: State, unit: str, *, head: Unit | None, shown: Unit | None) -> Iterator[tuple[str, str, Doc]]:
    """(kind, subject, doc) of the account or the printing batch that a unit is; empty where what made it counts for nothing."""
    source = shown or head or state.paths.first(unit)
    if source is not None and source.book is not None:
        doc = _marked(_of_account(state, head), shown=None if shown is None else _of_account(state, shown))
        yield "account", source.station, {"station": source.station, **doc, "disputed": bool(doc["disputed_figures"])}
    if source is not None and source.run is not None:
        run = _marked(_of_run(head), shown=None if shown is None else _of_run(shown))
        yield "print", unit, {"batch": unit, **run, "disputed": bool(run["disputed_figures"])}


def _marked(doc: Doc, *, shown: Doc | None) -> Doc:
    """What is shown, and which of it is not in force."""
    # rules.md 114
    told = doc if shown is None else shown
    return {**told, "disputed_figures": [name for name in told if told[name] != doc[name]]}


def _of_unit(unit: Unit | None) -> Doc:
    doc = {name: None if unit is None else getattr(unit, name) for name in _OF_UNIT}
    return {**doc, "papers": None if doc["papers"] is None else max(doc["papers"], 0)}


def _of_run(unit: Unit | None) -> Doc:
    run = None if unit is None else unit.run
    return {name: None if run is None else getattr(run, name) for name in _NO_RUN.__slots__}


def _of_account(state: State, stock: Unit | None) -> Doc:
    """The station's ballot account as flat figures; what the closed account states goes before what was recorded."""
    book = EMPTY_BOOK if stock is None or stock.book is None else stock.book
    doc = {**_figures(book), "reserve": _reserve(state, book)}
    doc["state"] = None if stock is None else stock.state
    doc["store"] = None if stock is None else in_store(book)
    doc["with_issuers"] = None if stock is None else with_issuers(book)
    return doc


def _figures(book: Book) -> Doc:
    doc: Doc = {"list": book.value("list"), "allocated": book.value("allocated")}
    for name in _FIGURES:
        stated = book.value(f"stated.{name}")
        doc[name] = stated if stated is not None else book.value(name)
    for name in _STATED:
        doc[name] = book.value(f"stated.{name}")
    boxes, cancelled = book.value("packed_boxes"), book.value("packed_cancelled")
    doc["returned"] = None if boxes is None or cancelled is None else boxes + cancelled
    doc["resupplied"], doc["sent_on"] = book.value("resupplied"), book.value("sent_on")
    destroyed = [book.value(f"destroyed_{name}") for name in ("boxes", "cancelled")]
    doc["destroyed"] = None if None in destroyed else sum(value or 0 for value in destroyed)
    doc["unaccounted"] = unaccounted(book)
    doc["counted_at"] = book.counted_at
    return doc


def _reserve(state: State, book: Book) -> int | None:
    """The reserve by the rules under which the station was allocated its papers; before that, by those in force."""
    stated, voters = book.value("reserve"), book.value("list")
    return stated if stated is not None or voters is None else state.rules_now().reserve(voters)
