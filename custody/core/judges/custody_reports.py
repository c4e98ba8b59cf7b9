"""Reports about custody itself: that it was broken, that an answer was read, where a journey went.

They change no unit. A stated break stands beside those that acts opened; a route is opened only once all who were on it have
arrived, and only as it was committed to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.case import Case, Stated, heard_of
from custody.core.checks.finding_causes import BREAKS
from custody.core.checks.interested_parties import check_concerned, said_of, signing_parties
from custody.core.entries.commitments import commitment
from custody.core.state.custody_breaks import CustodyBreak
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft
from custody.core.state.registers import duration
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import break_topic, seal_topic
from custody.core.state.units import Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.transfer import AnswerAcknowledged, CustodyBroken, Detail, DetailsDisclosed

_ARRIVED: Final = {"out": ("mission", "commission"), "back": ("CEC",)}
_STOPPED: Final = ("seized", "lost")


def judge_broken(case: Case[CustodyBroken], *, state: State) -> Verdict:
    """A break in custody as somebody states it, for each unit; unless it is explained, it is a finding."""
    event, units = case.event, case.existing()
    outer = (state.paths.outermost(unit) for unit in units)
    said_by = signing_parties(case)
    wrong = check_concerned(case, units=[unit for unit in outer if not _held_before(unit, by=said_by)])
    if wrong:
        return blocked(*wrong)
    interval = CustodyBreak(
        cause="stated",
        classification=event.classification,
        since=event.since,
        opened_by=case.event_id,
        until=event.until,
        closed_by=None if event.until is None else case.event_id,
    )
    # rules.md 70
    findings = (
        ()
        if event.classification == "explained" or _is_tolerated(case, interval=interval)
        else tuple(_broken(case, unit=unit, interval=interval) for unit in units)
    )
    return Verdict(findings=findings, stated=tuple((unit.unit, interval) for unit in units), heard=heard_of(units))


def _held_before(unit: Unit, *, by: Sequence[Party]) -> bool:
    """Whether one of these held a unit at some act before: who handed it on may still say what happened until then."""
    return any(party == unit.custodian or party in unit.held_by for party in by)


def _is_tolerated(case: Case[Stated], *, interval: CustodyBreak) -> bool:
    """Whether the rules let a break that reached nothing known, and was as short as this, pass without a finding."""
    short = interval.minutes is not None and interval.minutes <= case.rules.rules.break_minutes
    return short and interval.classification == "incident"


def _broken(case: Case[CustodyBroken], *, unit: Unit, interval: CustodyBreak) -> Draft:
    event = case.event
    until, minutes = event.until, interval.minutes
    lasts = message("break.lasts") if until is None or minutes is None else _until(until, minutes=minutes)
    sentence = message(
        "break.stated",
        unit=unit.unit,
        classification=message("break.classification", classification=event.classification),
        cause=message("break.cause", cause=event.cause),
        since=event.since,
        until=lasts,
    )
    topic, folder = "", f"{BREAKS}/{event.classification}"
    if event.cause == "seal":
        topic = seal_topic(unit.unit)
    elif unit.state in _STOPPED:
        topic = break_topic(unit.unit)
    evidence = (unit.act, case.event_id)
    more: DraftFields = {"evidence": evidence, "topic": topic, "folder": folder, "units": (unit.unit,), "rank": 1}
    return case.draft("custody-break", subject=unit.unit, sentence=sentence, **more)


def _until(until: str, *, minutes: int) -> Message:
    return message("break.until", until=until, time=duration(minutes))


def judge_acknowledged(case: Case[AnswerAcknowledged], *, state: State) -> Verdict:
    """The giver has read the answer to its offer; nobody else can say so."""
    subject = case.event.units[0].unit
    answer = state.records[case.event.answer]
    offer = state.registers.offers.get(answer.offer or "")
    if offer is None or answer.type != "HandoverAnswered":
        sentence = message("acknowledged.no-answer", type=case.type, unit=subject)
        evidence = (answer.event_id, case.event_id)
        causes = (answer.event_id,)
        return blocked(case.draft("not-in-state", subject=subject, sentence=sentence, evidence=evidence, causes=causes))
    # rules.md 71
    party = case.party("releasing")
    if party != offer.releasing:
        sentence = message("acknowledged.other-party", who=said_of(party), giver=offer.releasing.said)
        return blocked(case.draft("not-custodian", subject=subject, sentence=sentence))
    return Verdict(acknowledges=answer.event_id)


def judge_disclosed(case: Case[DetailsDisclosed], *, state: State) -> Verdict:
    """Details of an earlier event in clear: after all its units have arrived, and as they were committed to."""
    told = state.records[case.event.event]
    early = _early(case, told=told, state=state)
    if early is not None:
        return blocked(early)
    drafts = [draft for detail in case.event.details if (draft := _mismatch(case, told=told, detail=detail))]
    return blocked(*drafts) if drafts else Verdict()


def _early(case: Case[Stated], *, told: RecordedEvent, state: State) -> Draft | None:
    evidence = (told.event_id, case.event_id)
    # rules.md 72
    for name, _ in told.refs:
        unit = case.unit(name)
        if unit is None:
            sentence = message("disclosed.unnamed", type=case.type, told=_told(told), unit=name)
        elif not _has_arrived(state.paths.outermost(unit)):
            where = "station" if unit.direction == "out" else "CEC"
            sentence = message("disclosed.early", type=case.type, unit=name, where=where)
        else:
            continue
        return case.draft("not-in-state", subject=name, sentence=sentence, evidence=evidence)
    return None


def _has_arrived(unit: Unit) -> bool:
    holder = unit.custodian
    at_home = holder is not None and (unit.direction == "back" or holder.office == unit.station)
    return holder is not None and at_home and holder.kind in _ARRIVED[unit.direction] and unit.state != "quarantined"


def _mismatch(case: Case[Stated], *, told: RecordedEvent, detail: Detail) -> Draft | None:
    """A detail that is not what was committed to; None where it is."""
    field = detail.field
    held = told.committed.get(field)
    # rules.md 73
    if held is not None and held == commitment(field=field, salt=detail.salt, content=detail.content):
        return None
    nothing = message("disclosed.uncommitted", type=case.type, field=field, told=_told(told))
    other = message("disclosed.otherwise", type=case.type, field=field, told=_told(told))
    sentence = nothing if held is None else other
    evidence = (told.event_id, case.event_id)
    return case.draft("disclosure-mismatch", subject=f"{told.event_id}/{field}", sentence=sentence, evidence=evidence)


def _told(record: RecordedEvent) -> Message:
    return message("act.of", type=record.type, at=record.at)
