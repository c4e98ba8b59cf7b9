"""Judges of the station's packages: opening, the safe, packing for the way back (identities 8 and 10).

Counts are judged in ``judge_counts``; the book's own figures (issuing, cancelling, the account) are judged in ``judge_book``,
what the CEC takes back in ``judge_return``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, check_holder
from custody.core.checks.election_dates import check_station, hours_of
from custody.core.checks.empty_packages import check_empty
from custody.core.checks.open_topics import handed_down
from custody.core.checks.opened_boxes import topic, unopened, with_boxes
from custody.core.checks.seals import apply_seals, check_seals, on, removed, taken_out
from custody.core.state.book import with_figures
from custody.core.state.book_accounts import in_store
from custody.core.state.finding_store import Draft
from custody.core.state.units import EMPTY_BOOK, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.state.zones import zone_of
from custody.core.wording.messages import Message, message


def judge_station_opened(scene: Case) -> Verdict:
    """A station begins with an empty book, in its commission's custody."""
    event = scene.event
    if event.stock not in scene.before or scene.registers.stations.get(event.station, event.stock) != event.stock:
        return blocked(_unfit(scene, name=event.stock, why=message("unfit.second-book", station=event.station)))
    custodian = Party("commission", office=event.station)
    opens, closes = hours_of(scene)
    book = replace(EMPTY_BOOK, opens=opens, closes=closes, zone=zone_of(event.offsets))
    stock = scene.create(event.stock, custodian=custodian, papers=0, book=book)
    return Verdict(units=(stock,), findings=check_station(scene))


def judge_consignment_opened(scene: Case) -> Verdict:
    """Package opened: its seals and those of what is inside are read; its own are removed, the contents stand alone."""
    event, outer = scene.event, scene.unit(scene.event.unit)
    inner = [unit for unit in scene.existing() if unit.unit != event.unit]
    if outer is None or outer.state != "received":
        return blocked(_unfit(scene, name=event.unit, why=message("unfit.not-received")))
    foreign = next((unit.unit for unit in inner if unit.inside != outer.unit or unit.unit not in event.contents), None)
    if foreign is not None or len(inner) != len(event.contents):
        return blocked(_unfit(scene, name=foreign or outer.unit, why=message("unfit.not-inside")))
    wrong = check_holder(scene, part="acting", units=(outer,))
    if wrong:
        return blocked(*wrong)
    check = check_seals(scene, units=(outer, *inner), found=event.seals)
    findings = list(check.findings)
    absent = tuple(name for name in outer.contains if scene.unit(name) is None)
    if absent:
        packed, found = len(outer.contains), len(inner)
        sentence = message("contents.fewer", unit=outer.unit, packed=packed, found=found)
        evidence = (outer.packed_by or outer.act, scene.event_id)
        topic = f"contents/{outer.unit}"
        findings.append(
            scene.draft("package-count", subject=outer.unit, sentence=sentence, evidence=evidence, topic=topic)
        )
    loose = outer.papers if not outer.contains else 0
    handed = handed_down(outer, broken=check.broken)
    opened = scene.move(
        outer,
        state="opened",
        papers=loose,
        seals=removed(check.seals[outer.unit], act=scene.event_id),
        contains=absent,
        found_off=0 if inner else outer.found_off,
        hold=False,
        pending=handed if absent or not inner else (),
    )
    out = [scene.move(unit, state="received", **taken_out(unit, outer=outer, check=check)) for unit in inner]
    return Verdict(units=(opened, *out), findings=tuple(findings), settles=check.settles, breaks=check.breaks)


def judge_store_sealed(scene: Case) -> Verdict:
    """The safe is closed with seals."""
    stock = _stock(scene)
    if isinstance(stock, Verdict):
        return stock
    if any(item.unit != stock.unit for item in scene.event.seals):
        return blocked(_unfit(scene, name=stock.unit, why=message("unfit.other-safe")))
    added, drafts = apply_seals(scene, seals=scene.event.seals)
    moved = scene.move(stock, seals=(*stock.seals, *added[stock.unit]))
    return Verdict(units=(moved,), findings=drafts, seals=tuple(item.seal for item in scene.event.seals))


def judge_store_opened(scene: Case) -> Verdict:
    """The safe's seals are read and removed."""
    stock = _stock(scene)
    if isinstance(stock, Verdict):
        return stock
    check = check_seals(scene, units=(stock,), found=scene.event.seals)
    moved = scene.move(stock, seals=removed(check.seals[stock.unit], act=scene.event_id))
    findings = (*check.findings, *_never_sealed(scene, stock=stock))
    return Verdict(units=(moved,), findings=findings, settles=check.settles, breaks=check.breaks)


def _never_sealed(scene: Case, *, stock: Unit) -> tuple[Draft, ...]:
    """A draft where no seal had closed the safe that is opened."""
    # rules.md 122
    if on(stock):
        return ()
    sentence = message(
        "store.unsealed", station=stock.station, papers=0 if stock.book is None else in_store(stock.book)
    )
    return (scene.draft("store-unsealed", subject=stock.unit, sentence=sentence, evidence=(stock.act, scene.event_id)),)


def judge_boxes_sealed(scene: Case) -> Verdict:
    """Ballot boxes, shown empty, come into being and are sealed."""
    stock = _stock(scene)
    if isinstance(stock, Verdict):
        return stock
    boxes = set(scene.event.boxes)
    if (
        len(boxes) != len(scene.event.boxes)
        or boxes != {name for name, unit in scene.before.items() if unit is None}
        or {item.unit for item in scene.event.seals} != boxes
    ):
        return blocked(_unfit(scene, name=min(boxes), why=message("unfit.box-not-sealed")))
    added, drafts = apply_seals(scene, seals=scene.event.seals)
    made = [scene.create(name, custodian=stock.custodian, papers=0, seals=added[name]) for name in scene.event.boxes]
    seals = tuple(item.seal for item in scene.event.seals)
    book = None if stock.book is None else with_boxes(stock.book, sealed=scene.event.boxes, event=scene.event_id)
    return Verdict(units=(*made, scene.move(stock, book=book)), findings=drafts, seals=seals)


def judge_boxes_opened(scene: Case) -> Verdict:
    """Ballot boxes are opened; from here on cancelling comes too late, whatever a clock says."""
    stock = _stock(scene)
    if isinstance(stock, Verdict) or stock.book is None:
        return stock if isinstance(stock, Verdict) else Verdict()
    boxes = [unit for unit in scene.existing() if unit.kind == "ballot box"]
    if {unit.unit for unit in boxes} != set(scene.event.boxes):
        return blocked(_unfit(scene, name=scene.event.boxes[0], why=message("unfit.other-box")))
    wrong = check_holder(scene, part="acting", units=boxes)
    if wrong:
        return blocked(*wrong)
    check = check_seals(scene, units=boxes, found=scene.event.seals)
    opened = [scene.move(unit, seals=removed(check.seals[unit.unit], act=scene.event_id)) for unit in boxes]
    book = with_boxes(stock.book, opened=scene.event.boxes, event=scene.event_id)
    figures = check_book(scene, stock=stock, book=book)
    book = figures.book
    moved = scene.move(stock, book=book)
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


def judge_packed_for_return(scene: Case) -> Verdict:
    """Papers leave the closed book for packages of the way back (identity 10)."""
    event, stock = scene.event, _stock(scene)
    if isinstance(stock, Verdict) or stock.book is None:
        return stock if isinstance(stock, Verdict) else Verdict()
    names = {row.unit for row in event.packages}
    if len(names) != len(event.packages) or names != {name for name, unit in scene.before.items() if unit is None}:
        return blocked(_unfit(scene, name=min(names), why=message("unfit.not-new")))
    boxes = (stock.book.value("packed_boxes") or 0) + sum(row.from_boxes for row in event.packages)
    cancelled = (stock.book.value("packed_cancelled") or 0) + sum(row.cancelled for row in event.packages)
    book = with_figures(stock.book, event=scene.event_id, packed_boxes=boxes, packed_cancelled=cancelled)
    check = check_book(scene, stock=stock, book=book)
    made = [
        scene.create(
            row.unit,
            custodian=stock.custodian,
            papers=row.from_boxes + row.cancelled,
            direction="back",
            packed_by=scene.event_id,
        )
        for row in event.packages
    ]
    moved = scene.move(stock, book=check.book, papers=0)
    empty = [draft for unit in made for draft in check_empty(scene, name=unit.unit, papers=unit.papers or 0)]
    return Verdict(
        units=(*made, moved), findings=(*check.findings, *empty), settles=check.settles, raises=check.sentences
    )


def _stock(scene: Case) -> Unit | Verdict:
    """The station's stock, held by the signers; a verdict that blocks where it is not."""
    name = scene.registers.stations.get(scene.event.station, "")
    stock = scene.unit(name)
    if stock is None:
        return blocked(
            _unfit(scene, name=min(scene.before), why=message("unfit.other-stock", station=scene.event.station))
        )
    wrong = check_holder(scene, part="acting", units=(stock,))
    return blocked(*wrong) if wrong else stock


def _unfit(scene: Case, *, name: str, why: Message) -> Draft:
    return scene.draft("not-in-state", subject=name, sentence=message("unfit", type=scene.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = {
    "StationOpened": judge_station_opened,
    "ConsignmentOpened": judge_consignment_opened,
    "StoreSealed": judge_store_sealed,
    "StoreOpened": judge_store_opened,
    "BallotBoxesSealed": judge_boxes_sealed,
    "BallotBoxesOpened": judge_boxes_opened,
    "PackedForReturn": judge_packed_for_return,
}
