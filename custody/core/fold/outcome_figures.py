"""Figures of units, ballot accounts and printing batches in outcomes, those of disputed acts marked.

What a dispute keeps out of force is told with the rest (disputed_figures); ``disputed_figures`` names each figure that is not
in force. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from custody.core.state.book_accounts import in_store, unaccounted, with_issuers
from custody.core.state.state import State
from custody.core.state.units import EMPTY_BOOK, Book, Unit
from custody.core.wording.outcomes import ACCOUNT, PRINT, OutcomeChange
from schemas.outcomes import (
    AccountFiguresJson,
    AccountJson,
    PrintFiguresJson,
    PrintJson,
    ShownFiguresJson,
    UnitFiguresJson,
)


def shown_of(state: State, unit: str) -> Unit | None:
    """The unit after the disputed act whose figures are shown; None where no act on it is disputed."""
    act = state.suspended.shown(unit)
    return None if act is None else state.paths.snapshot(unit, act)


def unit_figures(head: Unit | None, *, shown: Unit | None) -> ShownFiguresJson:
    """What a unit's papers are, declared and counted, and which of that is not in force."""
    stands = _of_unit(head)
    told = stands if shown is None else _of_unit(shown)
    return {**told, "disputed_figures": _not_in_force(told, stands=stands)}


def books_of(state: State, unit: str, *, head: Unit | None, shown: Unit | None) -> Iterator[OutcomeChange]:
    """The account or the printing batch that a unit is; empty where what made it counts for nothing."""
    source = shown or head or state.paths.first(unit)
    if source is not None and source.book is not None:
        account = _of_account(state, head)
        figures = account if shown is None else _of_account(state, shown)
        marks = _not_in_force(figures, stands=account)
        own = {"station": source.station, "disputed": bool(marks), "disputed_figures": marks}
        doc = cast("AccountJson", {**own, **figures})
        if source.style:
            doc |= {"style": source.style, "contest": state.styles.contest_of(source.style)}
            doc |= {"signs_each_style": True} if state.rules_now().signs_each_style else {}
        yield ACCOUNT.change(source.account, doc)
    if source is not None and source.run is not None:
        run = _of_run(head)
        told = run if shown is None else _of_run(shown)
        marks = _not_in_force(told, stands=run)
        batch = cast("PrintJson", {"batch": unit, **told, "disputed_figures": marks, "disputed": bool(marks)})
        if source.style:
            batch["style"] = source.style
        yield PRINT.change(unit, batch)


def _not_in_force(told: Mapping[str, object], *, stands: Mapping[str, object]) -> list[str]:
    """Which of the figures that are told are not those in force."""
    # rules.md 114
    return [name for name in told if told[name] != stands[name]]


def _of_unit(unit: Unit | None) -> UnitFiguresJson:
    if unit is None:
        return {"papers": None, "counted": None}
    return {"papers": None if unit.papers is None else max(unit.papers, 0), "counted": unit.counted}


def _of_run(unit: Unit | None) -> PrintFiguresJson:
    run = None if unit is None else unit.run
    return {
        "ordered": None if run is None else run.ordered,
        "printed": None if run is None else run.printed,
        "good": None if run is None else run.good,
        "waste": None if run is None else run.waste,
        "waste_destroyed": None if run is None else run.waste_destroyed,
        "allocated": None if run is None else run.allocated,
        "printed_by": None if run is None else run.printed_by,
        "tolerated": None if run is None else run.tolerated,
        "serials": None if run is None else run.serials,
    }


def _of_account(state: State, stock: Unit | None) -> AccountFiguresJson:
    """The station's ballot account as flat figures; what the closed account states goes before what was recorded."""
    book = EMPTY_BOOK if stock is None or stock.book is None else stock.book
    return {
        "list": book.value("list"),
        "allocated": book.value("allocated"),
        "declared": _figure(book, "declared"),
        "counted": _figure(book, "counted"),
        "signatures": _figure(book, "signatures"),
        "defective": _figure(book, "defective"),
        "issued": _figure(book, "issued"),
        "spoiled": _figure(book, "spoiled"),
        "unused": _figure(book, "unused"),
        "cancelled": _figure(book, "cancelled"),
        "in_boxes": book.value("stated.in_boxes"),
        "valid": book.value("stated.valid"),
        "invalid": book.value("stated.invalid"),
        "not_returned": book.value("stated.not_returned"),
        "returned": _sum(_gone(book, "boxes"), _gone(book, "cancelled")),
        "resupplied": book.value("resupplied"),
        "sent_on": book.value("sent_on"),
        "destroyed": _sum(book.value("destroyed_boxes"), book.value("destroyed_cancelled")),
        "unaccounted": unaccounted(book),
        "counted_at": book.counted_at,
        "reserve": _reserve(state, book),
        "state": None if stock is None else stock.state,
        "store": None if stock is None else in_store(book),
        "with_issuers": None if stock is None else with_issuers(book),
    }


def _figure(book: Book, name: str) -> int | None:
    """What the closed account states; before that, what was recorded."""
    stated = book.value(f"stated.{name}")
    return stated if stated is not None else book.value(name)


def _gone(book: Book, part: str) -> int | None:
    """Papers of a part that were packed for the way back, or destroyed where they were."""
    packed, destroyed = book.value(f"packed_{part}"), book.value(f"destroyed_{part}")
    return packed if destroyed is None else (packed or 0) + destroyed


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _reserve(state: State, book: Book) -> int | None:
    """The reserve by the rules under which the station was allocated its papers; before that, by those in force."""
    stated, voters, rules = book.value("reserve"), book.value("list"), state.rules_now()
    return stated if stated is not None or voters is None or not rules.is_by_list else rules.reserve(voters)
