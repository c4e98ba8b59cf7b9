"""Judges of the station's packages: opening, the safe, packing for the way back (identities 8 and 10).

Counts are judged in ``counts``; the book's own figures (issuing, cancelling, the account) are judged in ``station_book``,
what the CEC takes back in ``returns``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, StatedAtStation, check_holder, judging
from custody.core.checks.election_dates import check_station, hours_of
from custody.core.checks.empty_packages import check_empty
from custody.core.checks.open_topics import handed_down
from custody.core.checks.opened_boxes import topic, unopened, with_boxes
from custody.core.checks.paper_acts import OpeningDone
from custody.core.checks.seals import apply_seals, check_seals, on, removed, taken_out
from custody.core.state.book import with_figures
from custody.core.state.book_accounts import in_store
from custody.core.state.finding_store import Draft
from custody.core.state.topics import contents_topic
from custody.core.state.units import EMPTY_BOOK, Unit
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
    """A station begins with an empty book, in its commission's custody."""
    event = case.event
    if event.stock not in case.before or case.registers.stations.get(event.station, event.stock) != event.stock:
        return blocked(_unfit(case, name=event.stock, why=message("unfit.second-book", station=event.station)))
    custodian = Party("commission", office=event.station)
    opens, closes = hours_of(case)
    book = replace(EMPTY_BOOK, opens=opens, closes=closes, zone=zone_of(event.offsets))
    stock = case.create(event.stock, custodian=custodian, papers=0, book=book)
    return Verdict(units=(stock,), findings=check_station(case))


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
        found_off=0 if inner else outer.found_off,
        hold=False,
        pending=handed if absent or not inner else (),
    )
    out = [case.move(unit, **(taken_out(unit, outer=outer, check=check) | {"state": "received"})) for unit in inner]
    return Verdict(units=(opened, *out), findings=tuple(findings), settles=check.settles, breaks=check.breaks)


def judge_store_sealed(case: Case[StoreSealed]) -> Verdict:
    """The safe is closed with seals."""
    stock = _stock(case)
    if isinstance(stock, Verdict):
        return stock
    if any(item.unit != stock.unit for item in case.event.seals):
        return blocked(_unfit(case, name=stock.unit, why=message("unfit.other-safe")))
    added, drafts = apply_seals(case, seals=case.event.seals)
    moved = case.move(stock, seals=(*stock.seals, *added[stock.unit]))
    return Verdict(units=(moved,), findings=drafts, seals=tuple(item.seal for item in case.event.seals))


def judge_store_opened(case: Case[StoreOpened]) -> Verdict:
    """The safe's seals are read and removed."""
    stock = _stock(case)
    if isinstance(stock, Verdict):
        return stock
    check = check_seals(case, units=(stock,), found=case.event.seals)
    moved = case.move(stock, seals=removed(check.seals[stock.unit], act=case.event_id))
    findings = (*check.findings, *_never_sealed(case, stock=stock))
    return Verdict(units=(moved,), findings=findings, settles=check.settles, breaks=check.breaks)


def _never_sealed(case: Case[Stated], *, stock: Unit) -> tuple[Draft, ...]:
    """A draft where no seal had closed the safe that is opened."""
    # rules.md 122
    if on(stock):
        return ()
    sentence = message(
        "store.unsealed", station=stock.station, papers=0 if stock.book is None else in_store(stock.book)
    )
    return (case.draft("store-unsealed", subject=stock.unit, sentence=sentence, evidence=(stock.act, case.event_id)),)


def judge_boxes_sealed(case: Case[BallotBoxesSealed]) -> Verdict:
    """Ballot boxes, shown empty, come into being and are sealed."""
    stock = _stock(case)
    if isinstance(stock, Verdict):
        return stock
    boxes = set(case.event.boxes)
    if (
        len(boxes) != len(case.event.boxes)
        or boxes != {name for name, unit in case.before.items() if unit is None}
        or {item.unit for item in case.event.seals} != boxes
    ):
        return blocked(_unfit(case, name=min(boxes), why=message("unfit.box-not-sealed")))
    added, drafts = apply_seals(case, seals=case.event.seals)
    made = [case.create(name, custodian=stock.custodian, papers=0, seals=added[name]) for name in case.event.boxes]
    seals = tuple(item.seal for item in case.event.seals)
    book = None if stock.book is None else with_boxes(stock.book, sealed=case.event.boxes, event=case.event_id)
    return Verdict(units=(*made, case.move(stock, book=book)), findings=drafts, seals=seals)


def judge_boxes_opened(case: Case[BallotBoxesOpened]) -> Verdict:
    """Ballot boxes are opened; from here on cancelling comes too late, whatever a clock says."""
    stock = _stock(case)
    if isinstance(stock, Verdict) or stock.book is None:
        return stock if isinstance(stock, Verdict) else Verdict()
    boxes = [unit for unit in case.existing() if unit.kind == "ballot box"]
    if {unit.unit for unit in boxes} != set(case.event.boxes):
        return blocked(_unfit(case, name=case.event.boxes[0], why=message("unfit.other-box")))
    wrong = check_holder(case, part="acting", units=boxes)
    if wrong:
        return blocked(*wrong)
    check = check_seals(case, units=boxes, found=case.event.seals)
    opened = [case.move(unit, seals=removed(check.seals[unit.unit], act=case.event_id)) for unit in boxes]
    book = with_boxes(stock.book, opened=case.event.boxes, event=case.event_id)
    figures = check_book(case, stock=stock, book=book)
    book = figures.book
    moved = case.move(stock, book=book)
    left = unopened(stock.station, book=book)
    settles = (*check.settles, topic(stock.station)) if left is None else check.settles
    told = {} if left is None else {topic(stock.station): left}
    return Verdict(
        units=(*opened, moved),
        findings=(*check.findings, *figures.findings),
        settles=(*settles, *figures.settles),
        raises={**figures.sentences, **told},
        breaks=check.breaks,
    )


def judge_packed_for_return(case: Case[PackedForReturn]) -> Verdict:
    """Papers leave the closed book for packages of the way back (identity 10)."""
    event, stock = case.event, _stock(case)
    if isinstance(stock, Verdict) or stock.book is None:
        return stock if isinstance(stock, Verdict) else Verdict()
    names = {row.unit for row in event.packages}
    if len(names) != len(event.packages) or names != {name for name, unit in case.before.items() if unit is None}:
        return blocked(_unfit(case, name=min(names), why=message("unfit.not-new")))
    boxes = (stock.book.value("packed_boxes") or 0) + sum(row.from_boxes for row in event.packages)
    cancelled = (stock.book.value("packed_cancelled") or 0) + sum(row.cancelled for row in event.packages)
    book = with_figures(stock.book, event=case.event_id, packed_boxes=boxes, packed_cancelled=cancelled)
    check = check_book(case, stock=stock, book=book)
    made = [
        case.create(
            row.unit,
            custodian=stock.custodian,
            papers=row.from_boxes + row.cancelled,
            direction="back",
            packed_by=case.event_id,
        )
        for row in event.packages
    ]
    moved = case.move(stock, book=check.book, papers=0)
    empty = [draft for unit in made for draft in check_empty(case, name=unit.unit, papers=unit.papers or 0)]
    return Verdict(
        units=(*made, moved), findings=(*check.findings, *empty), settles=check.settles, raises=check.sentences
    )


def _stock(case: Case[StatedAtStation]) -> Unit | Verdict:
    """The station's stock, held by the signers; a verdict that blocks where it is not."""
    name = case.registers.stations.get(case.event.station, "")
    stock = case.unit(name)
    if stock is None:
        return blocked(
            _unfit(case, name=min(case.before), why=message("unfit.other-stock", station=case.event.station))
        )
    wrong = check_holder(case, part="acting", units=(stock,))
    return blocked(*wrong) if wrong else stock


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
