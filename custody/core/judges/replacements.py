"""The judge of replacements: lost or spoiled packages give way to papers of another series (identities 2 and 9).

What is replaced never counts again, wherever it turns up: no act of use fits its state, and its seals and serial numbers are
blocked. The station's share stays the same: what replaces is outstanding where what was replaced is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.batch_draws import beside, draw
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, judging
from custody.core.checks.supply_limits import excess_topic
from custody.core.judges.resupply import unfit
from custody.core.state.book import with_figures
from custody.core.state.trail import Trail
from custody.core.state.units import Unit, UnitChanges
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import message
from schemas.authority import ReplacementAuthorised

_GONE: Final = ("lost", "quarantined")


def judge_replacement(case: Case[ReplacementAuthorised]) -> Verdict:
    """The replaced packages leave use, and a batch of as many new papers is there for the station."""
    event, source = case.event, case.unit(case.event.source)
    stock = case.unit(case.registers.stations.get(event.station, ""))
    old = [unit for unit in case.existing() if unit.unit in event.replaced]
    if event.batch not in case.before or case.unit(event.batch) is not None:
        return blocked(unfit(case, name=event.batch, why=message("unfit.not-new")))
    if source is None or source.run is None or stock is None or stock.book is None:
        return blocked(unfit(case, name=event.source, why=message("unfit.no-such-source")))
    wrong = _irreplaceable(case, units=old)
    if wrong is not None or len(old) != len(set(event.replaced)):
        why = message("unfit.not-replaced", station=event.station)
        return blocked(unfit(case, name=event.replaced[0] if wrong is None else wrong.unit, why=why))
    drawn = draw(
        case,
        batch=source,
        papers=event.papers,
        serials=event.serials,
        subject=event.batch,
        into="",
        station=event.station,
    )
    gone = sum(unit.papers or 0 for unit in old if unit.inside is None)
    figures = {
        "replaced": (stock.book.value("replaced") or 0) + gone,
        "replacement": (stock.book.value("replacement") or 0) + event.papers,
    }
    # rules.md 61
    check = check_book(case, stock=stock, book=with_figures(stock.book, event=case.event_id, **figures))
    # rules.md 143
    excess = excess_topic(stock.station)
    left: UnitChanges = {
        "papers": drawn.papers,
        "serials": drawn.numbers.left,
        "drawn": Trail(case.event_id, source.drawn),
    }
    made: UnitChanges = {
        "packed_by": case.event_id,
        "serials": drawn.numbers.taken,
        "station": event.station,
        "custodian": Party("CEC"),
        "papers": event.papers,
    }
    return Verdict(
        units=(
            *(_gone(case, unit=unit) for unit in old),
            case.move(source, **left),
            case.create(event.batch, **made),
            case.move(stock, book=check.book),
        ),
        findings=(*check.findings, *beside(check.findings, drawn.findings)),
        settles=tuple(topic for topic in check.settles if topic != excess),
        belated=tuple(topic for topic in check.settles if topic == excess),
        raises=check.sentences,
    )


def _gone(case: Case[Stated], *, unit: Unit) -> Unit:
    """The unit out of use; what was found before stays in quarantine with its finder, on no journey any more."""
    if unit.state != "quarantined":
        return case.move(unit)
    return case.move(unit, state="quarantined", was_replaced=True, consignment=None)


def _irreplaceable(case: Case[ReplacementAuthorised], *, units: Sequence[Unit]) -> Unit | None:
    """The first unit that this act cannot replace: of another station, in the stock by now, in part, or not lost."""
    names = {unit.unit for unit in units}
    for unit in units:
        gone = unit.state in _GONE if case.event.reason == "lost" else unit.state not in ("packed", "sealed")
        if (
            unit.station != case.event.station
            or unit.booked is not None
            or unit.was_replaced
            or not names.issuperset(unit.contains)
            or (unit.inside is None and not gone)
        ):
            return unit
    return None


JUDGES: Final[dict[str, Judge]] = dict((judging(ReplacementAuthorised, judge_replacement),))
