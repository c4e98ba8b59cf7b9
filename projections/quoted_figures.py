"""Figures of an election to quote, each with its denominator; for pages, reports and whoever asks the books.

A quoted figure says how many of how many: never a number alone. Where nobody stated what it is made of it is None, not zero.
Figures from inside the boxes are left out while they are withheld: whoever asks says which those are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from custody.core.wording.messages import Message, message
from projections import queries
from projections.kept_rows import KeptAccount, KeptConsignment
from projections.stores.books import Books

_HOUR_S: Final = 3_600
_BROKEN: Final = frozenset({"broken", "missing", "altered"})


@dataclass(frozen=True, slots=True)
class QuotedFigure:
    """So many of so many, and what both are."""

    name: str
    value: int | None
    of: int | None
    means: Message


@dataclass(frozen=True, slots=True)
class DayOfArrival:
    """So many whole days before its opening a station had counted: the days, and how many stations."""

    name: str
    value: int


def quoted_figures(
    books: Books, *, hidden: Callable[[KeptAccount], Collection[str]] = lambda _: ()
) -> list[QuotedFigure]:
    """All figures to quote of the election as its books stand; ``hidden`` names the figures of an account that are withheld."""
    accounts = queries.station_accounts(books)
    stations = queries.all_stations(books)
    counted = [doc for doc in accounts if doc["counted"] is not None]
    issued = _sum(accounts, "issued")
    off = [doc["unaccounted"] for doc in accounts if "unaccounted" not in hidden(doc) and (doc["unaccounted"] or 0) < 0]
    legs = _legs(queries.all_consignments(books))
    offers = queries.all_handovers(books)
    states = Counter(doc["state"] for doc in offers)
    findings = Counter(doc["status"] for doc in queries.findings(books))
    seals = [seal["condition"] for unit in queries.all_units(books) for seal in unit["seals"]]
    is_hidden = any("in_boxes" in hidden(doc) for doc in accounts)
    in_boxes = None if is_hidden else _sum(accounts, "in_boxes")
    return [
        _of("stations-counted", len(counted), of=len(stations)),
        _of("legs-signed", sum(legs), of=len(legs)),
        _of("offers-refused", states["refused"], of=len(offers)),
        _of("issued-of-voters", issued, of=_sum(accounts, "list")),
        _of("in-boxes-of-issued", in_boxes, of=issued),
        _of("without-origin", None if issued is None else -sum(one or 0 for one in off), of=issued),
        _of("stations-without-origin", len(off), of=len([doc for doc in accounts if doc["issued"] is not None])),
        _of("findings-open", findings["open"] + findings["acknowledged"], of=sum(findings.values())),
        _of("seals-not-intact", sum(one in _BROKEN for one in seals), of=len(seals)),
    ]


def arrivals(books: Books) -> list[DayOfArrival]:
    """How many whole days before it opened each station had counted its papers: days -> stations; negative: afterwards."""
    opens = {doc["station"]: datetime.fromisoformat(doc["opens"]) for doc in queries.all_stations(books)}
    days: Counter[int] = Counter()
    for doc in queries.station_accounts(books):
        if doc["counted_at"] and doc["station"] in opens:
            before = opens[doc["station"]] - datetime.fromisoformat(doc["counted_at"])
            days[int(before.total_seconds() // (24 * _HOUR_S))] += 1
    return [DayOfArrival(str(day), days[day]) for day in sorted(days, reverse=True)]


def _legs(consignments: list[KeptConsignment]) -> list[bool]:
    """Of each planned leg, whether it was recorded."""
    legs = [leg for doc in consignments for leg in doc["legs"] if leg["number"] is not None]
    return [leg["at"] is not None for leg in legs]


def _of(name: str, value: int | None, *, of: int | None) -> QuotedFigure:
    return QuotedFigure(name, value, of, message("indicator", name=name))


def _sum(accounts: list[KeptAccount], figure: str) -> int | None:
    known = [doc[figure] for doc in accounts if doc[figure] is not None]  # type: ignore[literal-required]
    return sum(known) if known else None
