"""Judges of what is lost and found: two persons declare a loss, found units are quarantined, two officers lift that.

A loss is declared by who held the unit, by its station, or by the CEC or MFA. It takes the unit out of everybody's hands,
whoever had it: what is done with it afterwards does not fit its state, and that finding names the loss. What is found does not
come back by being found: it stays with the finder until officers decide. What was replaced meanwhile never comes back
(found_units).
"""

from __future__ import annotations

from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.case import Case, Judge, judging
from custody.core.checks.found_units import state_with
from custody.core.checks.interested_parties import check_concerned, last_responsible, said_of, signing_parties
from custody.core.checks.seals import check_seals
from custody.core.state.custody_breaks import closed, opened
from custody.core.state.finding_store import Draft
from custody.core.state.registers import duration
from custody.core.state.topics import break_topic
from custody.core.state.units import ADJUDICATED, CLAIMED, UNCERTAIN, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.transfer import LossDeclared, QuarantineLifted, UnitFound


def judge_lost(case: Case[LossDeclared]) -> Verdict:
    """Units are lost from the moment they were last seen; one finding for each, until somebody has it again by decision."""
    units = case.existing()
    wrong = check_concerned(case, units=units)
    if wrong:
        return blocked(*wrong)
    findings = [_lost(case, unit=unit) for unit in units]
    # rules.md 67
    moved = [
        case.move(
            unit,
            state="lost",
            custodian=None,
            last_holder=last_responsible(unit).custodian,
            basis=UNCERTAIN,
            breaks=opened(unit.breaks, cause="lost", since=case.event.last_seen or unit.at, by=case.event_id),
        )
        for unit in units
    ]
    return Verdict(units=tuple(moved), findings=tuple(findings))


def _lost(case: Case[LossDeclared], *, unit: Unit) -> Draft:
    seen = case.event.last_seen
    when = message("loss.unseen", at=unit.at) if seen is None else message("loss.seen", at=seen)
    sentence = message("loss.declared", unit=unit.unit, holder=said_of(last_responsible(unit).custodian), seen=when)
    return case.draft(
        "custody-break",
        subject=unit.unit,
        sentence=sentence,
        evidence=(unit.act, case.event_id),
        topic=break_topic(unit.unit),
        units=(unit.unit,),
    )


def judge_found(case: Case[UnitFound]) -> Verdict:
    """Lost units are found: seals are read, and they stay with the first finder, in quarantine."""
    units = case.existing()
    finder = next(iter(signing_parties(case)), None)
    if finder is None:
        sentence = message("loss.no-keeper", type=case.type, unit=units[0].unit)
        return blocked(case.draft("not-authorised", subject=units[0].unit, sentence=sentence))
    check = check_seals(case, units=units, found=case.event.seals)
    # rules.md 69
    moved = [
        case.move(
            unit,
            state="quarantined",
            custodian=finder,
            last_holder=None,
            basis=CLAIMED,
            seals=check.seals[unit.unit],
            hold=unit.hold or unit.unit in check.broken,
            was_replaced=_is_replaced(unit),
            consignment=None if _is_replaced(unit) else unit.consignment,
            breaks=closed(unit.breaks, at=case.event.at, by=case.event_id),
        )
        for unit in units
    ]
    return Verdict(
        units=tuple(moved),
        findings=check.findings,
        settles=check.settles,
        breaks=check.breaks,
        raises={break_topic(unit.unit): _found(case, unit=unit, finder=finder) for unit in moved},
    )


def _is_replaced(unit: Unit) -> bool:
    return unit.was_replaced or unit.state == "replaced"


def _found(case: Case[UnitFound], *, unit: Unit, finder: Party) -> Message:
    minutes = max((row.minutes or 0 for row in unit.breaks if row.closed_by == case.event_id), default=0)
    time = duration(minutes)
    return message("loss.found", unit=unit.unit, at=case.event.at, time=time, finder=finder.said)


def judge_lifted(case: Case[QuarantineLifted]) -> Verdict:
    """Found units go on with the custodian that two officers state; what other papers replaced, only to the CEC as evidence."""
    units = case.existing()
    receiving = case.party_of(case.event.custodian, before=case.position)
    replaced = next((unit for unit in units if unit.was_replaced), None)
    # rules.md 74
    if replaced is not None and (receiving is None or receiving.kind != "CEC"):
        sentence = message("quarantine.replaced", unit=replaced.unit)
        return blocked(case.draft("not-in-state", subject=replaced.unit, sentence=sentence))
    if receiving is None:
        sentence = message("quarantine.no-keeper", unit=units[0].unit)
        return blocked(case.draft("not-authorised", subject=units[0].unit, sentence=sentence))
    moved = [
        case.move(
            unit, state=state_with(receiving, unit=unit), custodian=receiving, basis=ADJUDICATED, taken=case.position
        )
        for unit in units
    ]
    return Verdict(units=tuple(moved), settles=tuple(break_topic(unit.unit) for unit in units))


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(LossDeclared, judge_lost),
        judging(UnitFound, judge_found),
        judging(QuarantineLifted, judge_lifted),
    )
)
