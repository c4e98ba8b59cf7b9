"""Judges of what is given to a carrier, collected from one, or examined on the way by whoever has power over the traveller.

A carrier signs nothing. While it has a package no signed custodian answers for it: the custody is *uncertain*, the time is a
break that an act explains, and only what is seen to be wrong is a finding. Who collects signs alone, so custody is *claimed*
until the next handover. The same holds for an authority that detains a package, but that is a finding: a pouch is not detained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.checks.case import Case, Judge, Stated, check_holder, heard_of, judging
from custody.core.checks.interested_parties import last_responsible, said_of
from custody.core.checks.items import check_items
from custody.core.checks.open_topics import together, without
from custody.core.checks.recipients import HANDED_OVER, TOOK_OVER, check_mandates, check_recipient, check_separation
from custody.core.checks.seals import SealCheck, check_seals, read_of, shown_of, unread_for, unseen
from custody.core.checks.separation_of_duties import Hands
from custody.core.state.custody_breaks import Cause, closed, opened
from custody.core.state.finding_store import Draft
from custody.core.state.topics import PACKAGES, break_topic, packages_topic, seal_topic
from custody.core.state.transitions import STATE_OF_RECEIVER
from custody.core.state.units import CLAIMED, UNCERTAIN, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.transfer import CollectedFromCarrier, PouchExamined, ReleasedToCarrier


def judge_released(case: Case[ReleasedToCarrier]) -> Verdict:
    """The holder gives packages to a carrier, seals read: nobody who signed has them from here on."""
    units = case.existing()
    wrong = check_holder(case, part="releasing", units=units)
    if wrong:
        return blocked(*wrong)
    releasing, event = units[0].custodian, case.event
    check = check_seals(case, units=units, found=event.seals)
    findings = [*check.findings]
    if event.packages != len(units):
        giving = said_of(releasing)
        sentence = message("carrier.given", packages=event.packages, giver=giving, named=len(units))
        findings.append(case.draft("package-count", subject=units[0].unit, sentence=sentence))
    if releasing is not None:
        findings += check_mandates(case, deeds=((releasing, HANDED_OVER),), units=units)
    # rules.md 64
    moved = [_away(case, unit=unit, check=check, state="with carrier", cause="carrier") for unit in units]
    return Verdict(
        units=tuple(moved),
        findings=tuple(findings),
        settles=check.settles,
        breaks=check.breaks,
        heard=heard_of(units),
    )


def judge_collected(case: Case[CollectedFromCarrier]) -> Verdict:
    """Somebody collects packages from a carrier, as many as came, and reads their seals; those that did not come stay there."""
    units, receiving = case.existing(), case.party("receiving")
    if receiving is None:
        raise ValueError("an act whose signatures are enough has a receiving party")
    found = case.event.found
    shown = shown_of(units, found=found)
    absent = tuple(unit for unit in units if unit not in shown)
    check = check_seals(case, units=shown, found=read_of(units, found=found))
    topic = packages_topic((absent or units)[0].unit)
    unread = units if unseen(units, found=found) else ()
    findings = unread_for(check.findings, units=unread, absent=absent, topic=topic)
    if found.packages != len(units):
        findings.append(_not_all(case, units=units, absent=absent, topic=topic))
    releasing = units[0].last_holder
    if releasing is not None:
        findings += check_separation(case, releasing=releasing, hands=_hands(case, releasing), receiving=receiving)
    findings += check_mandates(case, deeds=((receiving, TOOK_OVER),), units=shown)
    findings += check_recipient(case, receiving=receiving, units=shown)
    items = check_items(case, units=units, stated=found.items)
    findings += items.findings
    settles = [*check.settles, *items.settles]
    if found.packages == len(units):
        settles += [name for unit in shown if (name := packages_topic(unit.unit)) not in unit.pending]
    moved = [_back(case, unit=unit, receiving=receiving, check=check) for unit in shown]
    moved += [case.move(unit, state=unit.state, pending=together(unit.pending, (topic,))) for unit in absent]
    return Verdict(
        units=tuple(moved),
        findings=tuple(findings),
        settles=tuple(settles),
        breaks=check.breaks,
        heard=heard_of(shown),
    )


def _hands(case: Case[Stated], releasing: Party) -> Hands:
    """Both sides of a carriage: the courier who had given the packages away, and who collects them."""
    key = KeyRecord("", b"", "courier", releasing.person, releasing.badge, releasing.office, enrolled=-1)
    return {**case.signed, "releasing": (key,) if releasing.kind == "courier" else ()}


def _not_all(case: Case[CollectedFromCarrier], *, units: Sequence[Unit], absent: Sequence[Unit], topic: str) -> Draft:
    found = case.event.found.packages
    too_many = unseen(units, found=case.event.found)
    missing: tuple[Message, ...] = (
        (message("carrier.absent", units=tuple(unit.unit for unit in absent)),) if absent and not too_many else ()
    )
    missing += (message("shown.unseen", read=too_many),) if too_many else ()
    sentence = message("carrier.collected", found=found, packages=len(units), more=missing)
    about = tuple(unit.unit for unit in absent or units)
    evidence = tuple(dict.fromkeys((*(unit.act for unit in units), case.event_id)))
    return case.draft("package-count", subject=about[0], sentence=sentence, evidence=evidence, topic=topic, units=about)


def judge_examined(case: Case[PouchExamined]) -> Verdict:
    """X-rayed, opened, detained or given back, as whoever has the package, or had it last, signs."""
    units, event = case.existing(), case.event
    wrong = check_holder(case, part="acting", units=[last_responsible(unit) for unit in units])
    if wrong:
        return blocked(*wrong)
    back = event.examination == "returned"
    odd = next((unit for unit in units if (unit.state == "seized") != back), None)
    if odd is not None:
        state, examination = message("state", state=odd.state), message("examination", examination=event.examination)
        sentence = message("examined.unfit", unit=odd.unit, state=state, examination=examination, by=_by(case))
        return blocked(case.draft("not-in-state", subject=odd.unit, sentence=sentence))
    check = check_seals(case, units=units, found=event.seals)
    findings = [draft for draft in check.findings if draft.code != "seal-unchecked"]
    settles = [*check.settles]
    moved: list[Unit] = []
    for unit in units:
        findings += _examined(case, unit=unit, check=check)
        settles += [break_topic(unit.unit)] if back else []
        moved.append(_after(case, unit=unit, check=check))
    return Verdict(
        units=tuple(moved),
        findings=tuple(findings),
        settles=tuple(settles),
        breaks=check.breaks,
        heard=heard_of(units),
    )


def _examined(case: Case[PouchExamined], *, unit: Unit, check: SealCheck) -> list[Draft]:
    """What an examination itself disagrees with: a pouch is not detained, and cannot be opened with its seals whole."""
    # rules.md 66
    if case.event.examination == "detained":
        holder = said_of(last_responsible(unit).custodian)
        sentence = message("examined.detained", unit=unit.unit, by=_by(case), at=case.event.at, holder=holder)
        evidence = (unit.act, case.event_id)
        return [_one(case, unit=unit, code="custody-break", sentence=sentence, evidence=evidence)]
    if case.event.examination == "opened" and unit.unit not in check.broken:
        sentence = message("examined.opened", unit=unit.unit, by=_by(case))
        return [case.draft("seal-condition", subject=unit.unit, sentence=sentence, topic=seal_topic(unit.unit))]
    return []


def _after(case: Case[PouchExamined], *, unit: Unit, check: SealCheck) -> Unit:
    if case.event.examination == "detained":
        return _away(case, unit=unit, check=check, state="seized", cause="authority")
    holder = unit.last_holder
    if case.event.examination == "returned" and holder is not None:
        return _back(case, unit=unit, receiving=holder, check=check)
    was_opened = case.event.examination == "opened"
    return case.move(unit, seals=check.seals[unit.unit], hold=unit.hold or was_opened or unit.unit in check.broken)


def _away(case: Case[Stated], *, unit: Unit, check: SealCheck, state: str, cause: Cause) -> Unit:
    return case.move(
        unit,
        state=state,
        custodian=None,
        last_holder=last_responsible(unit).custodian,
        basis=UNCERTAIN,
        seals=check.seals[unit.unit],
        hold=unit.hold or unit.unit in check.broken,
        breaks=opened(unit.breaks, cause=cause, since=case.event.at, by=case.event_id),
    )


def _back(case: Case[Stated], *, unit: Unit, receiving: Party, check: SealCheck) -> Unit:
    return case.move(
        unit,
        state=STATE_OF_RECEIVER[receiving.kind],
        custodian=receiving,
        last_holder=None,
        # rules.md 65
        basis=CLAIMED,
        seals=check.seals[unit.unit],
        hold=unit.hold or unit.unit in check.broken,
        taken=case.position,
        pending=without(unit, prefixes=(PACKAGES,)),
        breaks=closed(unit.breaks, at=case.event.at, by=case.event_id),
    )


def _one(case: Case[Stated], *, unit: Unit, code: str, sentence: Message, evidence: tuple[str, ...]) -> Draft:
    return case.draft(
        code, subject=unit.unit, sentence=sentence, evidence=evidence, topic=break_topic(unit.unit), units=(unit.unit,)
    )


def _by(case: Case[PouchExamined]) -> Message:
    by = str(case.event.by)
    return message("examiner.other") if by == "other" else message("examiner", by=by)


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(ReleasedToCarrier, judge_released),
        judging(CollectedFromCarrier, judge_collected),
        judging(PouchExamined, judge_examined),
    )
)
