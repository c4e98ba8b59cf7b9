"""Judges of the station's packages: opening, the safe, packing for the way back (identities 8 and 10).

Counts are judged in ``counts``; the book's own figures (issuing, cancelling, the account) are judged in ``station_book``,
what the CEC takes back in ``returns``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.book_check import BookCheck, check_book
from custody.core.checks.case import Case, Judge, Stated, StatedAtStation, check_holder, judging
from custody.core.checks.election_dates import check_station, hours_of
from custody.core.checks.empty_packages import check_empty
from custody.core.checks.items import check_items
from custody.core.checks.open_topics import handed_down
from custody.core.checks.opened_boxes import topic_of, unopened, with_boxes
from custody.core.checks.paper_acts import OpeningDone
from custody.core.checks.retention import check_kept_apart, with_kept_apart
from custody.core.checks.seals import apply_seals, check_carried, check_seals, removed, taken_out
from custody.core.checks.style_books import book_in, books_named, closing_seal, why_unknown
from custody.core.checks.voting_days import check_nights, open_since
from custody.core.judges.nights import close_for_night, open_slots
from custody.core.state.book import with_figures
from custody.core.state.book_accounts import in_store
from custody.core.state.finding_store import Draft
from custody.core.state.styles import sole
from custody.core.state.topics import contents_topic
from custody.core.state.units import EMPTY_BOOK, Book, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.state.zones import zone_of
from custody.core.wording.messages import Message, message
from schemas.authority import StationOpened
from schemas.station import (
    BallotBoxesOpened,
    BallotBoxesSealed,
    ConsignmentOpened,
    PackedForReturn,
    StoreOpened,
    StoreSealed,
)


def judge_station_opened(case: Case[StationOpened]) -> Verdict:
    """A station begins with an empty book for each style, in its commission's custody."""
    event = case.event
    books = {row.style: row.stock for row in event.books} or {"": event.stock}
    if set(books.values()) != set(case.before) or case.registers.books.get(event.station, books) != books:
        return blocked(_unfit(case, name=event.stock, why=message("unfit.second-book", station=event.station)))
    why = next((why for style in books if (why := why_unknown(case, style=style)) is not None), None)
    # rules.md 176
    if event.carried is not None and not case.follows:
        why = message("unfit.follows-none", station=event.station)
    if why is not None:
        return blocked(_unfit(case, name=event.stock, why=why))
    custodian = Party("commission", office=event.station)
    opens, closes = hours_of(case)
    days = tuple((row.opens, row.closes) for row in event.sessions)
    book = replace(
        EMPTY_BOOK, opens=opens, closes=closes, zone=zone_of(event.offsets), days=days, mission=event.mission
    )
    stocks = [
        case.create(stock, custodian=custodian, papers=0, book=book, style=style) for style, stock in books.items()
    ]
    seals = () if event.carried is None else event.carried.seals
    carried = check_carried(case, station=event.station, stock=event.stock, seals=seals)
    return Verdict(units=tuple(stocks), findings=(*check_station(case), *carried))


def judge_consignment_opened(case: Case[ConsignmentOpened | OpeningDone]) -> Verdict:
    """Package opened: its seals and those of what is inside are read; its own are removed, the contents stand alone."""
    event, outer = case.event, case.unit(case.event.unit)
    inner = [unit for unit in case.existing() if unit.unit != event.unit]
    if outer is None or outer.state != "received":
        return blocked(_unfit(case, name=event.unit, why=message("unfit.not-received")))
    foreign = next((unit.unit for unit in inner if unit.inside != outer.unit or unit.unit not in event.contents), None)
    if foreign is not None or len(inner) != len(event.contents):
        return blocked(_unfit(case, name=foreign or outer.unit, why=message("unfit.not-inside")))
    wrong = check_holder(case, part="acting", units=(outer,))
    if wrong:
        return blocked(*wrong)
    check = check_seals(case, units=(outer, *inner), found=event.seals)
    findings = list(check.findings)
    absent = tuple(name for name in outer.contains if case.unit(name) is None)
    if absent:
        packed, found = len(outer.contains), len(inner)
        sentence = message("contents.fewer", unit=outer.unit, packed=packed, found=found)
        evidence = (outer.packed_by or outer.act, case.event_id)
        topic = contents_topic(outer.unit)
        findings.append(
            case.draft("package-count", subject=outer.unit, sentence=sentence, evidence=evidence, topic=topic)
        )
    loose = outer.papers if not outer.contains else 0
    handed = handed_down(outer, broken=check.broken)
    opened = case.move(
        outer,
        state="opened",
        papers=loose,
        seals=removed(check.seals[outer.unit], act=case.event_id),
        contains=absent,
        found_off=None if inner else outer.found_off,
        hold=False,
        pending=handed if absent or not inner else (),
    )
    out = [case.move(unit, **(taken_out(unit, outer=outer, check=check) | {"state": "received"})) for unit in inner]
    items = check_items(case, units=(outer,), stated=event.items)
    return Verdict(
        units=(opened, *out),
        findings=(*findings, *items.findings),
        settles=(*check.settles, *items.settles),
        breaks=check.breaks,
    )


def judge_store_sealed(case: Case[StoreSealed]) -> Verdict:
    """The safe is closed with seals; the books named that carry none of them are in it all the same."""
    stocks = _stocks(case)
    if isinstance(stocks, Verdict):
        return stocks
    names = {stock.unit for stock in stocks}
    if any(item.unit not in names for item in case.event.seals):
        return blocked(_unfit(case, name=stocks[0].unit, why=message("unfit.other-safe")))
    added, drafts = apply_seals(case, seals=case.event.seals)
    first = case.event.seals[0].seal
    moved = [
        case.move(stock, seals=(*stock.seals, *added[stock.unit]))
        if stock.unit in added
        else case.move(stock, book=replace(book_in(stock), shut=first))
        for stock in stocks
    ]
    return Verdict(units=tuple(moved), findings=drafts, seals=tuple(item.seal for item in case.event.seals))


def judge_store_opened(case: Case[StoreOpened]) -> Verdict:
    """The safe's seals are read and removed."""
    stocks = _stocks(case)
    if isinstance(stocks, Verdict):
        return stocks
    check = check_seals(case, units=stocks, found=case.event.seals)
    moved = [
        case.move(
            stock,
            seals=removed(check.seals[stock.unit], act=case.event_id),
            book=replace(book_in(stock), shut=""),
        )
        for stock in stocks
    ]
    findings = (*check.findings, *_never_sealed(case, stocks=stocks))
    return Verdict(units=tuple(moved), findings=findings, settles=check.settles, breaks=check.breaks)


def _never_sealed(case: Case[Stated], *, stocks: Sequence[Unit]) -> tuple[Draft, ...]:
    """A draft where no seal had closed the safe that is opened: of several books under the first."""
    bare = [stock for stock in stocks if not closing_seal(stock)]
    # rules.md 122
    if not bare:
        return ()
    stock, papers = bare[0], sum(in_store(book_in(each)) for each in bare)
    sentence = message("store.unsealed", station=stock.station, papers=papers)
    return (case.draft("store-unsealed", subject=stock.unit, sentence=sentence, evidence=(stock.act, case.event_id)),)


def judge_boxes_sealed(case: Case[BallotBoxesSealed]) -> Verdict:
    """Ballot boxes, shown empty, come into being and are sealed."""
    stocks = _stocks(case)
    if isinstance(stocks, Verdict):
        return stocks
    closed = next((stock for stock in stocks if book_in(stock).closed_by), None)
    # rules.md 168
    if closed is not None:
        sentence = message("station.closed", station=closed.station, type=case.type)
        evidence = (book_in(closed).closed_by, case.event_id)
        return blocked(case.draft("not-in-state", subject=closed.unit, sentence=sentence, evidence=evidence))
    if case.event.purpose:
        return close_for_night(case, stocks=stocks)
    boxes = set(case.event.boxes)
    if (
        len(boxes) != len(case.event.boxes)
        or boxes != {name for name, unit in case.before.items() if unit is None}
        or {item.unit for item in case.event.seals} != boxes
    ):
        return blocked(_unfit(case, name=min(boxes), why=message("unfit.box-not-sealed")))
    added, drafts = apply_seals(case, seals=case.event.seals)
    holder = stocks[0].custodian
    made = [case.create(name, custodian=holder, papers=0, seals=added[name]) for name in case.event.boxes]
    seals = tuple(item.seal for item in case.event.seals)
    moved = [case.move(stock, book=open_since(case, book=_with_new_boxes(case, stock=stock))) for stock in stocks]
    return Verdict(units=(*made, *moved), findings=drafts, seals=seals)


def _with_new_boxes(case: Case[BallotBoxesSealed], *, stock: Unit) -> Book:
    return with_boxes(book_in(stock), sealed=case.event.boxes, event=case.event_id)


def judge_boxes_opened(case: Case[BallotBoxesOpened]) -> Verdict:
    """Ballot boxes are opened; from here on cancelling comes too late, whatever a clock says."""
    stocks = _stocks(case)
    if isinstance(stocks, Verdict):
        return stocks
    if case.event.purpose:
        return open_slots(case, stocks=stocks)
    boxes = [unit for unit in case.existing() if unit.kind == "ballot box"]
    if {unit.unit for unit in boxes} != set(case.event.boxes):
        return blocked(_unfit(case, name=case.event.boxes[0], why=message("unfit.other-box")))
    wrong = check_holder(case, part="acting", units=boxes)
    if wrong:
        return blocked(*wrong)
    check = check_seals(case, units=boxes, found=case.event.seals)
    opened = [case.move(unit, seals=removed(check.seals[unit.unit], act=case.event_id)) for unit in boxes]
    nights = [check_nights(case, stock=stock) for stock in stocks]
    books = [
        check_book(case, stock=stock, book=with_boxes(book, opened=case.event.boxes, event=case.event_id))
        for stock, (book, _) in zip(stocks, nights, strict=True)
    ]
    moved = [case.move(stock, book=row.book) for stock, row in zip(stocks, books, strict=True)]
    left = {topic_of(stock): unopened(stock.station, book=book_in(stock)) for stock in moved}
    return Verdict(
        units=(*opened, *moved),
        findings=(
            *check.findings,
            *(draft for _, left in nights for draft in left),
            *(draft for row in books for draft in row.findings),
        ),
        settles=(
            *check.settles,
            *(topic for topic, sentence in left.items() if sentence is None),
            *(topic for row in books for topic in row.settles),
        ),
        raises={
            **{topic: sentence for row in books for topic, sentence in row.sentences.items()},
            **{topic: sentence for topic, sentence in left.items() if sentence is not None},
        },
        breaks=check.breaks,
    )


def judge_packed_for_return(case: Case[PackedForReturn]) -> Verdict:
    """Papers leave the closed books for packages of the way back (identity 10)."""
    event, stocks = case.event, _stocks(case)
    if isinstance(stocks, Verdict):
        return stocks
    names, rows = {row.unit for row in event.packages}, {(row.unit, row.style) for row in event.packages}
    if len(rows) != len(event.packages) or names != {name for name, unit in case.before.items() if unit is None}:
        return blocked(_unfit(case, name=min(names), why=message("unfit.not-new")))
    # rules.md 159
    if {style for _, style in rows} != {stock.style for stock in stocks}:
        return blocked(_unfit(case, name=stocks[0].unit, why=message("unfit.other-style")))
    checks = [_packed_out_of(case, stock=stock) for stock in stocks]
    made = [_return_package(case, name=name, holder=stocks[0].custodian) for name in sorted(names)]
    moved = [case.move(stock, book=row.book, papers=0) for stock, row in zip(stocks, checks, strict=True)]
    apart = [draft for stock in moved for draft in check_kept_apart(case, stock=stock, book=book_in(stock))]
    empty = [draft for unit in made for draft in check_empty(case, name=unit.unit, papers=unit.papers or 0)]
    return Verdict(
        units=(*made, *moved),
        findings=(*(draft for row in checks for draft in row.findings), *empty, *apart),
        settles=tuple(topic for row in checks for topic in row.settles),
        raises={topic: sentence for row in checks for topic, sentence in row.sentences.items()},
    )


def _packed_out_of(case: Case[PackedForReturn], *, stock: Unit) -> BookCheck:
    """A book after its papers were packed."""
    book, rows = book_in(stock), [row for row in case.event.packages if row.style == stock.style]
    boxes = (book.value("packed_boxes") or 0) + sum(row.from_boxes for row in rows)
    cancelled = (book.value("packed_cancelled") or 0) + sum(row.cancelled for row in rows)
    changed = with_figures(book, event=case.event_id, packed_boxes=boxes, packed_cancelled=cancelled)
    changed = with_kept_apart(changed, rows=rows, event=case.event_id)
    return check_book(case, stock=stock, book=changed)


def _return_package(case: Case[PackedForReturn], *, name: str, holder: Party | None) -> Unit:
    """A package for the way back, with the papers of all its rows."""
    rows = [(row.style, row.from_boxes + row.cancelled) for row in case.event.packages if row.unit == name]
    mix = tuple(sorted(rows)) if rows[0][0] else ()
    papers = sum(part for _, part in rows)
    package = case.create(name, custodian=holder, papers=papers, direction="back", packed_by=case.event_id)
    return replace(package, mix=mix, style=sole(mix))


def _stocks(case: Case[StatedAtStation]) -> tuple[Unit, ...] | Verdict:
    """The station's books that the act names, held by the signers; a verdict that blocks where there is none."""
    stocks = books_named(case, station=case.event.station)
    if not stocks:
        return blocked(
            _unfit(case, name=min(case.before), why=message("unfit.other-stock", station=case.event.station))
        )
    wrong = check_holder(case, part="acting", units=stocks)
    return blocked(*wrong) if wrong else stocks


def _unfit(case: Case[Stated], *, name: str, why: Message) -> Draft:
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(StationOpened, judge_station_opened),
        judging(ConsignmentOpened, judge_consignment_opened),
        judging(StoreSealed, judge_store_sealed),
        judging(StoreOpened, judge_store_opened),
        judging(BallotBoxesSealed, judge_boxes_sealed),
        judging(BallotBoxesOpened, judge_boxes_opened),
        judging(PackedForReturn, judge_packed_for_return),
    )
)
