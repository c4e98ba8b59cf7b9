"""Judges of what comes back to the CEC: received in one part or several, archived.

Not here: what all parts of a return in force say against the manifest (returns).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.checks.case import Case, Judge, check_holder, judging
from custody.core.checks.items import check_items_received
from custody.core.checks.seals import check_seals
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Returned
from custody.core.state.units import FoundOff, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import message
from schemas.station import Archived, ReturnReceived


def judge_return_received(case: Case[ReturnReceived]) -> Verdict:
    """The CEC takes stock of what came back against what the station packed."""
    event, units = case.event, case.existing()
    wrong = check_holder(case, part="acting", units=units)
    foreign = next((unit for unit in units if unit.consignment != event.consignment or unit.direction != "back"), None)
    if wrong or foreign is not None:
        name = units[0].unit if foreign is None else foreign.unit
        return blocked(*(wrong or (_unfit(case, name=name),)))
    check = check_seals(case, units=units, found=event.seals)
    items = check_items_received(case, units=units, stated=event.items)
    names, off = tuple(unit.unit for unit in units), _beyond(units, papers=event.papers)
    part = Returned(event.consignment, names, event.packages, event.papers)
    found_off = FoundOff(case.event_id, names, off) if off else None
    return Verdict(
        # rules.md 149
        units=tuple(case.move(unit, seals=check.seals[unit.unit], found_off=found_off) for unit in units),
        findings=(*check.findings, *items.findings),
        settles=(*check.settles, *items.settles),
        breaks=check.breaks,
        returned=part,
    )


def _beyond(units: Sequence[Unit], *, papers: int) -> int:
    """Papers received beyond what these packages declare, and beyond what they were counted to hold; negative: too few."""
    declared = sum(unit.papers or 0 for unit in units)
    there = sum((unit.papers or 0) if unit.counted is None else unit.counted for unit in units)
    return 0 if papers in (declared, there) else papers - there


def judge_archived(case: Case[Archived]) -> Verdict:
    """Returned packages go into the CEC's archive."""
    wrong = check_holder(case, part="acting", units=case.existing())
    return blocked(*wrong) if wrong else Verdict(units=tuple(case.move(unit) for unit in case.existing()))


def _unfit(case: Case[ReturnReceived], *, name: str) -> Draft:
    why = message("unfit.not-returned", consignment=case.event.consignment)
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(ReturnReceived, judge_return_received),
        judging(Archived, judge_archived),
    )
)
