"""The judge of replacements: lost or spoiled packages give way to papers of another series (identities 2 and 9).

What is replaced never counts again, wherever it turns up: no act of use fits its state, and its seals and serial numbers are
blocked. The station's share stays the same: what replaces is outstanding where what was replaced is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.batch_draws import beside, draw
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, judging
from custody.core.checks.style_books import book_in, book_of
from custody.core.checks.supply_limits import excess_topic
from custody.core.judges.resupply import unfit
from custody.core.state.book import with_figures
from custody.core.state.styles import mix_of
from custody.core.state.trail import Trail
from custody.core.state.units import Unit, UnitChanges
from custody.core.state.verdict import Verdict, blocked, together
from custody.core.wording.messages import message
from schemas.authority import ReplacementAuthorised
from schemas.styles import ReplacementOfStyle

NewPapers = ReplacementAuthorised | ReplacementOfStyle
_GONE: Final = ("lost", "quarantined")


def judge_replacement(case: Case[ReplacementAuthorised]) -> Verdict:
    """The replaced packages leave use, and a batch of as many new papers is there for the station, of each style."""
    event = case.event
    old = [unit for unit in case.existing() if unit.unit in event.replaced]
    rows: tuple[NewPapers, ...] = (event, *event.others)
    taken = next((row.batch for row in rows if row.batch not in case.before or case.unit(row.batch) is not None), None)
    if taken is not None or len({row.batch for row in rows}) != len(rows):
        return blocked(unfit(case, name=taken or event.batch, why=message("unfit.not-new")))
    sides = [(row, case.unit(row.source)) for row in rows]
    missing = next((row.source for row, source in sides if not _is_source(case, source=source)), None)
    if missing is not None or len({source.style for _, source in sides if source is not None}) != len(rows):
        return blocked(unfit(case, name=missing or event.source, why=message("unfit.no-such-source")))
    wrong = _irreplaceable(case, units=old)
    if wrong is not None or len(old) != len(set(event.replaced)):
        why = message("unfit.not-replaced", station=event.station)
        return blocked(unfit(case, name=event.replaced[0] if wrong is None else wrong.unit, why=why))
    made = [_replaced(case, row=row, source=source, units=old) for row, source in sides if source is not None]
    gone = tuple(_gone(case, unit=unit) for unit in old)
    every = together(made)
    belated = tuple(topic for row in made for topic in row.belated)
    return replace(every, units=(*gone, *every.units), belated=belated)


def _is_source(case: Case[ReplacementAuthorised], *, source: Unit | None) -> bool:
    """Whether a unit is a printing batch whose style the station has a book for, which the act names."""
    if source is None or source.run is None:
        return False
    return book_of(case, station=case.event.station, style=source.style) is not None


def _replaced(case: Case[ReplacementAuthorised], *, row: NewPapers, source: Unit, units: Sequence[Unit]) -> Verdict:
    """New papers of one style in the place of those that are gone."""
    station, stock = case.event.station, book_of(case, station=case.event.station, style=source.style)
    if stock is None:
        raise ValueError("the station has a book of this style")
    drawn = draw(
        case,
        batch=source,
        papers=row.papers,
        serials=row.serials,
        subject=row.batch,
        into="",
        station=station,
    )
    outer = [unit for unit in units if unit.inside is None]
    gone = sum(unit.papers or 0 for unit in outer) if not source.style else dict(mix_of(outer)).get(source.style, 0)
    book = book_in(stock)
    figures = {
        "replaced": (book.value("replaced") or 0) + gone,
        "replacement": (book.value("replacement") or 0) + row.papers,
    }
    # rules.md 61
    check = check_book(case, stock=stock, book=with_figures(book, event=case.event_id, **figures))
    # rules.md 143
    excess = excess_topic(stock.account)
    left: UnitChanges = {
        "papers": drawn.papers,
        "serials": drawn.numbers.left,
        "drawn": Trail(case.event_id, source.drawn),
    }
    made: UnitChanges = {
        "packed_by": case.event_id,
        "serials": drawn.numbers.taken,
        "station": station,
        "custodian": Party("CEC"),
        "papers": row.papers,
        "style": source.style,
    }
    return Verdict(
        units=(case.move(source, **left), case.create(row.batch, **made), case.move(stock, book=check.book)),
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
