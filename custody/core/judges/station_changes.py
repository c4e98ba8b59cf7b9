"""The judge of changes of a station after it was opened: moved, other hours, closed before it votes.

A closed station votes no more: nothing is given out there, no box is sealed; what it has goes back, and nobody waits for its
figures.
Deadlines of manifests that were made before stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.checks.case import Case, Judge, Stated, judging
from custody.core.checks.election_dates import check_hours, true_hours
from custody.core.checks.style_books import book_in
from custody.core.state.finding_store import Draft
from custody.core.state.units import Book
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.station import StationChanged


def judge_station_changed(case: Case[StationChanged]) -> Verdict:
    """Every book of the station knows it from here on."""
    event, stocks = case.event, case.existing()
    books = set(case.registers.books.get(event.station, {}).values())
    # rules.md 168
    if not books or {stock.unit for stock in stocks} != books:
        return blocked(_unfit(case, why=message("unfit.other-stock", station=event.station)))
    if any(book_in(stock).closed_by for stock in stocks):
        return blocked(_unfit(case, why=message("unfit.station-closed", station=event.station)))
    if event.change == "closed" and any(_has_begun(book_in(stock)) for stock in stocks):
        return blocked(_unfit(case, why=message("unfit.has-voted", station=event.station)))
    zone = book_in(stocks[0]).zone
    findings = check_hours(case, zone=zone, opens=event.opens or "", closes=event.closes or "")
    moved = tuple(case.move(stock, book=_changed(case, book=book_in(stock))) for stock in stocks)
    return Verdict(units=moved, findings=findings if event.change == "hours" else ())


def _changed(case: Case[StationChanged], *, book: Book) -> Book:
    event = case.event
    if event.change == "closed":
        return replace(book, closed_by=case.event_id)
    if event.change == "moved":
        return replace(book, city=event.city or book.city)
    stated = (event.opens or "", event.closes or "")
    opens, closes = true_hours(stated, day=case.voting_day)
    days = tuple((row.opens, row.closes) for row in event.sessions)
    return replace(book, opens=opens, closes=closes, hours=stated, days=days)


def _has_begun(book: Book) -> bool:
    """Whether boxes were sealed, or papers given out."""
    return bool(book.first_box) or bool(book.value("given"))


def _unfit(case: Case[Stated], *, why: Message) -> Draft:
    name = min(case.before)
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict((judging(StationChanged, judge_station_changed),))
