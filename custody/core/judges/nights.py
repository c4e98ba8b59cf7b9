"""Judges of the nights between days of voting: the slots of the boxes are sealed in the evening, and opened in the morning.

The seals of the night are beside those that close the box: in the morning all are read, and those of the night alone removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custody.core.checks.case import Case, Stated, check_holder
from custody.core.checks.seals import apply_seals, check_seals, removed
from custody.core.checks.style_books import book_in
from custody.core.checks.voting_days import check_nights, open_since
from custody.core.state.finding_store import Draft
from custody.core.state.units import Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.station import BallotBoxesOpened, BallotBoxesSealed

_SHUT = "closed for the night"


def close_for_night(case: Case[BallotBoxesSealed], *, stocks: Sequence[Unit]) -> Verdict:
    """The slots of boxes in use are sealed until the next day of voting."""
    boxes, wrong = _boxes(case, named=case.event.boxes, state="in use")
    if wrong or {item.unit for item in case.event.seals} != {unit.unit for unit in boxes}:
        return blocked(*(wrong or (_unfit(case, name=boxes[0].unit, why=message("unfit.box-not-sealed")),)))
    added, drafts = apply_seals(case, seals=case.event.seals)
    shut = [
        case.move(
            unit,
            seals=(*unit.seals, *added[unit.unit]),
            night_seals=tuple(seal.number for seal in added[unit.unit]),
        )
        for unit in boxes
    ]
    nights = [(stock, *check_nights(case, stock=stock)) for stock in stocks]
    moved = [case.move(stock, book=replace(book, shut_for_night=True)) for stock, book, _ in nights]
    findings = (*drafts, *(draft for _, _, left in nights for draft in left))
    seals = tuple(item.seal for item in case.event.seals)
    return Verdict(units=(*shut, *moved), findings=findings, seals=seals)


def open_slots(case: Case[BallotBoxesOpened], *, stocks: Sequence[Unit]) -> Verdict:
    """On another day of voting: every seal is read, those of the night are removed."""
    boxes, wrong = _boxes(case, named=case.event.boxes, state=_SHUT)
    if wrong:
        return blocked(*wrong)
    check = check_seals(case, units=boxes, found=case.event.seals)
    opened = []
    for unit in boxes:
        off = {seal.number: seal for seal in removed(check.seals[unit.unit], act=case.event_id)}
        seals = tuple(off[one.number] if one.number in unit.night_seals else one for one in check.seals[unit.unit])
        opened.append(case.move(unit, state="in use", seals=seals, night_seals=()))
    moved = [case.move(stock, book=open_since(case, book=book_in(stock))) for stock in stocks]
    moved = [replace(unit, book=replace(book_in(unit), shut_for_night=False)) for unit in moved]
    return Verdict(units=(*opened, *moved), findings=check.findings, settles=check.settles, breaks=check.breaks)


def _boxes(
    case: Case[BallotBoxesSealed] | Case[BallotBoxesOpened], *, named: Sequence[str], state: str
) -> tuple[list[Unit], tuple[Draft, ...]]:
    """The boxes that the act names, all of them in a state and held by the signers; or what is wrong with that."""
    boxes = [unit for unit in case.existing() if unit.kind == "ballot box"]
    # rules.md 165
    if {unit.unit for unit in boxes} != set(named) or any(unit.state != state for unit in boxes):
        return boxes, (
            _unfit(case, name=named[0], why=message("unfit.box-of-day", state=message("state", state=state))),
        )
    return boxes, check_holder(case, part="acting", units=boxes)


def _unfit(case: Case[Stated], *, name: str, why: Message) -> Draft:
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))
