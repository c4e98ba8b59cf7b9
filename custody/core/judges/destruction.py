"""Judges of what is destroyed, and whether the rules have a station's papers returned or kept (identity 10).

What is destroyed is gone, whatever the rules say: the act takes effect, and the finding says what disagrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, check_holder, judging
from custody.core.checks.found_units import ended
from custody.core.checks.items import check_items
from custody.core.checks.seals import check_seals, destroyed
from custody.core.judges.resupply import unfit
from custody.core.state.book import with_figures
from custody.core.state.finding_store import Draft
from custody.core.state.topics import kept_topic
from custody.core.state.units import Unit, packed_by
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import message
from schemas.identifiers import local_date
from schemas.production import ConsignmentManifested
from schemas.station import Destroyed

_AT_THE_CEC: Final = ("returned", "archived")


def judge_destroyed(case: Case[Destroyed]) -> Verdict:
    """Packages destroyed whole, or papers out of the closed account."""
    event, units = case.event, case.existing()
    stocks = [unit for unit in units if unit.book is not None]
    packages = [unit for unit in units if unit.book is None]
    if (
        bool(stocks) == bool(packages)
        or {unit.unit for unit in packages} != set(event.packages)
        or any(unit.station != event.station or not _is_whole(unit, units=units) for unit in units)
        or len(stocks) > 1
    ):
        why = message("unfit.not-of-station", station=event.station)
        return blocked(unfit(case, name=min(case.before), why=why))
    wrong = check_holder(case, part="acting", units=[unit for unit in units if unit.inside is None])
    if wrong:
        return blocked(*wrong)
    return _packages(case, units=packages) if packages else _stock(case, stock=stocks[0])


def _is_whole(unit: Unit, *, units: Sequence[Unit]) -> bool:
    """A package by itself; of what was replaced also one that holds others, all of which are named or none."""
    names = {other.unit for other in units}
    if unit.inside is not None:
        return unit.inside in names and unit.state == "replaced"
    if not unit.contains:
        return True
    within = names.intersection(unit.contains)
    return (unit.was_replaced or unit.state == "replaced") and within in (set(), set(unit.contains))


def _packages(case: Case[Destroyed], *, units: Sequence[Unit]) -> Verdict:
    event = case.event
    check = check_seals(case, units=units, found=event.seals)
    findings = [*check.findings, *_too_early(case, units=units), *_not_stored(case, units=units)]
    outer = [unit for unit in units if unit.inside is None]
    packed, gone = sum(unit.papers or 0 for unit in outer), event.from_boxes + event.cancelled
    # rules.md 59
    if packed != gone:
        sentence = message("destroyed.otherwise", station=event.station, papers=gone, packed=packed)
        evidence = (*packed_by(outer), case.event_id)
        off = gone - packed
        findings.append(
            case.draft("return-short", subject=event.station, sentence=sentence, evidence=evidence, off=off)
        )
    moved = tuple(
        case.move(unit, seals=destroyed(check.seals[unit.unit], act=case.event_id), hold=False, pending=())
        for unit in units
    )
    items = check_items(case, units=outer, stated=event.items)
    findings += items.findings
    settles = (*check.settles, *ended(moved), *items.settles)
    return Verdict(units=moved, findings=tuple(findings), settles=settles, breaks=check.breaks)


def _stock(case: Case[Destroyed], *, stock: Unit) -> Verdict:
    event, book = case.event, stock.book
    if book is None:
        raise ValueError("a stock has a book")
    figures = {
        "destroyed_boxes": (book.value("destroyed_boxes") or 0) + event.from_boxes,
        "destroyed_cancelled": (book.value("destroyed_cancelled") or 0) + event.cancelled,
    }
    nothing = {name: 0 for name in ("packed_boxes", "packed_cancelled") if name not in book.figures}
    check = check_book(case, stock=stock, book=with_figures(book, event=case.event_id, **figures, **nothing))
    return Verdict(
        units=(case.move(stock, book=check.book),),
        findings=(*check.findings, *_too_early(case, units=(stock,)), *_not_stored(case, units=(stock,))),
        settles=check.settles,
        raises=check.sentences,
    )


def _too_early(case: Case[Destroyed], *, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """Papers that the rules have returned, destroyed before that. Replaced ones never go back among the others."""
    event = case.event
    kept = case.rules.disposal(event.station) == "keep-and-destroy"
    # rules.md 60
    if kept or all(unit.was_replaced or unit.state in (*_AT_THE_CEC, "replaced") for unit in units):
        return ()
    sentence = message("destroyed.to-be-returned", station=event.station, papers=event.from_boxes + event.cancelled)
    return (case.draft("return-short", subject=event.station, sentence=sentence),)


def _not_stored(case: Case[Destroyed], *, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """Papers destroyed before the days are over for which the rules have them kept; of replaced ones nobody votes."""
    event, days = case.event, case.rules.rules.storage_days
    _, closes = case.registers.hours.get(event.station, ("", ""))
    day = max((*case.days[:1], case.not_before))
    if not days or not closes or not day or all(unit.was_replaced or unit.state == "replaced" for unit in units):
        return ()
    until = (date.fromisoformat(local_date(closes)) + timedelta(days=days)).isoformat()
    # rules.md 164
    if day >= until:
        return ()
    papers = event.from_boxes + event.cancelled
    sentence = message("destroyed.early", station=event.station, papers=papers, day=day, until=until, days=days)
    topic = kept_topic(case.event_id)
    return (case.draft("destroyed-early", subject=event.station, sentence=sentence, topic=topic, dated=True),)


def sent_back(case: Case[ConsignmentManifested], *, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """A manifest that takes papers back which the rules have kept and destroyed at the mission."""
    event = case.event
    leaves = event.direction == "back" and event.legs[-1].receiving not in ("mission", "commission")
    if not leaves or case.rules.disposal(event.station) == "return":
        return ()
    sentence = message("returned.to-be-kept", consignment=event.consignment, station=event.station)
    names = tuple(unit.unit for unit in units)
    return (case.draft("not-authorised", subject=event.consignment, sentence=sentence, units=names),)


JUDGES: Final[dict[str, Judge]] = dict((judging(Destroyed, judge_destroyed),))
