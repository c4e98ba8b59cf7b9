"""Judges of transfer: offers, answers, withdrawals, replaced seals (identities 3 and 8).

An offer changes nothing; the accepted answer is the act. What both sides signed happened, even where a rule was broken: custody
then moves and the finding says what disagrees. Custody does not move where the act cannot be a handover at all: the giver does
not hold the unit, the taker is not the one invited, or one person signs for both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.case import Case, Judge, Stated, check_holder, heard_of, judging
from custody.core.checks.found_units import ended, state_with
from custody.core.checks.items import NOTHING, check_items
from custody.core.checks.open_topics import together, without
from custody.core.checks.paper_acts import HandoverDone
from custody.core.checks.recipients import HANDED_OVER, TOOK_OVER, check_mandates, check_recipient, check_separation
from custody.core.checks.seals import (
    SealCheck,
    after,
    apply_seals,
    check_seals,
    on,
    read_of,
    shown_of,
    unread_for,
    unseen,
)
from custody.core.checks.separation_of_duties import Hands, on_both_sides
from custody.core.state.custody_breaks import closed, opened
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Offer
from custody.core.state.topics import COUNT, PACKAGES, PAPERS, packages_topic, papers_topic, seal_topic
from custody.core.state.transitions import HANDOVERS
from custody.core.state.units import UNCERTAIN, FoundOff, Unit, packed_by
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.base import SealOnUnit
from schemas.transfer import HandoverAnswered, HandoverOffered, HandoverWithdrawn, SealReplaced


def judge_offer(case: Case[HandoverOffered]) -> Verdict:
    """Whether an offer can be answered at all: its giver holds every unit, and none of them is inside another."""
    units = case.existing()
    wrong = check_outermost(case, units=units) or check_holder(case, part="releasing", units=units)
    if wrong:
        return blocked(*wrong)
    # rules.md 20
    return Verdict(findings=check_declared(case, units=units), heard=heard_of(units))


def check_outermost(case: Case[Stated], *, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """What is inside another unit shares its custody, and is not handed over by itself."""
    inside = next((unit for unit in units if unit.inside is not None), None)
    if inside is None:
        return ()
    sentence = message("offer.inside", unit=inside.unit, around=inside.inside or "")
    return (case.draft("not-in-state", subject=inside.unit, sentence=sentence),)


def check_declared(case: Case[HandoverOffered | HandoverDone], *, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """What the releasing side declares is what was packed."""
    there = case.event.declared.items
    items = check_items(case, units=units, stated=there).findings if there else ()
    # rules.md 42
    declared, packed = case.event.declared.papers, sum(unit.papers or 0 for unit in units)
    if declared is None or declared == packed:
        return items
    sentence = message("handover.declared", papers=declared, unit=units[0].unit, packed=packed)
    evidence = (*packed_by(units), case.event_id)
    off = declared - packed
    draft = case.draft("quantity-mismatch", subject=units[0].unit, sentence=sentence, evidence=evidence, off=off)
    return (draft, *items)


def judge_answer(case: Case[HandoverAnswered | HandoverDone], *, offer: Offer) -> Verdict:
    """The answer to a good offer: refused it moves nothing, accepted it moves custody of every unit of the offer."""
    wrong = _not_an_answer(case, offer=offer)
    if wrong:
        return blocked(*wrong)
    receiving = case.party("receiving")
    units = case.existing()
    shown = shown_of(units, found=case.event.found)
    absent = tuple(unit for unit in units if unit not in shown)
    topic = packages_topic((absent or units)[0].unit)
    check = check_seals(case, units=units, found=read_of(units, found=case.event.found))
    findings = _packages(case, offer=offer, absent=absent, topic=topic)
    findings += _papers(case, offer=offer, units=shown or units)
    there = case.event.found.items
    items = check_items(case, units=units, stated=there) if there else NOTHING
    findings += items.findings
    unread = units if unseen(units, found=case.event.found) else ()
    findings += unread_for(check.findings, units=unread, absent=absent, topic=topic)
    # rules.md 25
    if receiving is None or case.event.result == "refused":
        heard = heard_of(units)
        settled = (*check.settles, *items.settles)
        return Verdict(findings=tuple(findings), settles=settled, breaks=check.breaks, heard=heard)
    findings += check_separation(case, releasing=offer.releasing, hands=_hands(case, offer), receiving=receiving)
    findings += check_mandates(case, deeds=((receiving, TOOK_OVER), (offer.releasing, HANDED_OVER)), units=shown)
    findings += check_recipient(case, receiving=receiving, units=shown)
    settles = [*check.settles, *items.settles]
    if not any(draft.code == "package-count" for draft in findings):
        settles += [name for unit in shown if (name := packages_topic(unit.unit)) not in unit.pending]
    moved = [
        _counted(
            case,
            unit=_taken(case, unit=unit, receiving=receiving, check=check),
            offer=offer,
            shown=shown,
        )
        for unit in shown
    ]
    settles += ended(moved)
    # rules.md 24
    moved += [_left(case, unit=unit, topic=topic) for unit in absent]
    heard = heard_of(shown)
    return Verdict(
        units=tuple(moved), findings=tuple(findings), settles=tuple(settles), breaks=check.breaks, heard=heard
    )


def _not_an_answer(case: Case[HandoverAnswered | HandoverDone], *, offer: Offer) -> tuple[Draft, ...]:
    event, receiving = case.event, case.party("receiving")
    subject = event.units[0].unit
    both = (offer.event, case.event_id)
    # rules.md 21
    named = tuple((ref.unit, ref.previous) for ref in event.units)
    if sorted(named, key=str) != sorted(offer.units, key=str) or event.nonce != offer.nonce:
        keys = offer.invited or message("keys.unknown")
        sentence = message("answer.not-repeated", taker=_taker(receiving), unit=subject, keys=keys)
        return (case.draft("wrong-recipient", subject=subject, sentence=sentence, evidence=both),)
    answering = {name for record in case.signed.get("receiving", ()) for name in (record.keyid, *record.earlier)}
    if answering.isdisjoint(offer.to):
        keys = offer.invited or message("keys.other")
        sentence = message("answer.not-invited", taker=_taker(receiving), unit=subject, keys=keys)
        return (case.draft("wrong-recipient", subject=subject, sentence=sentence, evidence=both),)
    station = "" if receiving is None else receiving.office
    if (
        receiving is None
        or receiving == offer.releasing
        or on_both_sides(case, hands=_hands(case, offer), station=station)
    ):
        sentence = message("handover.both-sides", giver=offer.releasing.said, unit=subject)
        return (case.draft("own-handover", subject=subject, sentence=sentence, evidence=both),)
    by_table = receiving.kind in HANDOVERS[offer.releasing.kind]
    has_rule = bool(case.rules.rules.handovers)
    # rules.md 23
    if not (case.rules.may_receive(offer.releasing.kind, receiving=receiving.kind) if has_rule else by_table):
        sentence = message("handover.not-allowed", giver=offer.releasing.said, taker=receiving.said)
        return (case.draft("not-authorised", subject=subject, sentence=sentence, evidence=both),)
    return ()


def _packages(
    case: Case[HandoverAnswered | HandoverDone], *, offer: Offer, absent: Sequence[Unit], topic: str
) -> list[Draft]:
    """Identity 3: packages declared out are the packages named and the packages found in."""
    event, named = case.event, len(offer.units)
    shown = event.found.packages
    if shown == named == offer.packages:
        return []
    about = tuple(unit.unit for unit in absent) or tuple(case.before)
    more: tuple[Message, ...] = (message("shown.declared", packages=offer.packages),) if offer.packages != named else ()
    too_many = unseen(case.existing(), found=event.found)
    more += (message("shown.unseen", read=too_many),) if too_many else ()
    more += (message("shown.not", units=tuple(unit.unit for unit in absent)),) if absent and not too_many else ()
    sentence = message(
        "shown",
        shown=shown,
        packages=named,
        giver=offer.releasing.said,
        taker=_taker(offer.receiving),
        result=message("result", result=event.result),
        more=more,
    )
    draft = case.draft(
        "package-count",
        subject=about[0],
        sentence=sentence,
        evidence=(offer.event, case.event_id),
        topic=topic,
        units=about,
    )
    return [draft]


def _papers(case: Case[HandoverAnswered | HandoverDone], *, offer: Offer, units: Sequence[Unit]) -> list[Draft]:
    """Identity 3: papers declared out are the papers found in, where the receiver counted them."""
    off, declared = _difference(case, offer=offer), offer.papers
    if not off or declared is None:
        return []
    first = units[0].unit
    sentence = message("handover.counted", papers=declared, unit=first, counted=declared + off)
    evidence, topic = (*packed_by(units), offer.event, case.event_id), _kept_open(case, units=units)
    return [case.draft("quantity-mismatch", subject=first, sentence=sentence, evidence=evidence, topic=topic, off=off)]


def _difference(case: Case[HandoverAnswered | HandoverDone], *, offer: Offer) -> int | None:
    """Papers that the receiver counted beyond what was declared (negative: too few), None where nobody counted."""
    counted: int | None = case.event.found.papers
    return None if counted is None or offer.papers is None else counted - offer.papers


def _kept_open(case: Case[Stated], *, units: Sequence[Unit]) -> str:
    """The topic of counts of these packages that differ: the one that they keep open, or a new one."""
    known = (name for unit in units for name in unit.pending if name.startswith((COUNT, PAPERS)))
    return next(known, papers_topic(case.event_id))


def _taker(receiving: Party | None) -> Message:
    return message("party.somebody") if receiving is None else receiving.said


def _hands(case: Case[Stated], offer: Offer) -> Hands:
    """Both sides of a handover: who offered, and who answers."""
    return {**case.signed, "releasing": offer.releasing_signers}


def _counted(case: Case[HandoverAnswered | HandoverDone], *, unit: Unit, offer: Offer, shown: Sequence[Unit]) -> Unit:
    """The package with what the receiver counted beyond what was declared; with what was found before, if nobody counted."""
    off = _difference(case, offer=offer)
    if off is None:
        return unit
    # rules.md 149, 193
    found = FoundOff(case.event_id, tuple(one.unit for one in shown), off) if off else None
    pending = together(unit.pending, (_kept_open(case, units=shown),)) if off else unit.pending
    if case.event.found.papers == sum(one.papers or 0 for one in shown):
        pending = without(unit, prefixes=(COUNT, PAPERS))
    return replace(unit, found_off=found, pending=pending)


def _taken(case: Case[Stated], *, unit: Unit, receiving: Party, check: SealCheck) -> Unit:
    return case.move(
        unit,
        state=state_with(receiving, unit=unit),
        custodian=receiving,
        basis="confirmed",
        seals=check.seals[unit.unit],
        # rules.md 35
        hold=unit.hold or unit.unit in check.broken,
        taken=case.position,
        pending=without(unit, prefixes=(PACKAGES,)),
        breaks=closed(unit.breaks, at=case.event.at, by=case.event_id),
    )


def _left(case: Case[Stated], *, unit: Unit, topic: str) -> Unit:
    """A package that the receiver did not find stays with the giver, who answers for it until somebody receives it."""
    breaks = opened(unit.breaks, cause="unshown", since=case.event.at, by=case.event_id)
    return case.move(unit, basis=UNCERTAIN, pending=together(unit.pending, (topic,)), breaks=breaks)


def judge_withdrawn(case: Case[HandoverWithdrawn], *, offer: Offer) -> Verdict:
    """Only the party that offered may withdraw, and only what it offered."""
    if sorted(case.before) != sorted(unit for unit, _ in offer.units):
        sentence = message("withdrawal.other-units")
        evidence = (offer.event, case.event_id)
        return blocked(case.draft("not-in-state", subject=offer.units[0][0], sentence=sentence, evidence=evidence))
    if case.party("releasing") == offer.releasing:
        return Verdict(heard=tuple((item.consignment, item.package) for item in offer.carried))
    sentence = message("withdrawal.other-party", who=_taker(case.party("releasing")), giver=offer.releasing.said)
    return blocked(case.draft("not-custodian", subject=offer.units[0][0], sentence=sentence))


def judge_seal_replaced(case: Case[SealReplaced]) -> Verdict:
    """One seal off, one on, linked. After a recount that equals what was declared it settles the broken seal's finding."""
    event, unit = case.event, case.unit(case.event.unit)
    if unit is None or len(case.before) != 1:
        return blocked(
            case.draft("not-in-state", subject=event.unit, sentence=message("seal.other-unit", unit=event.unit))
        )
    wrong = check_holder(case, part="acting", units=(unit,))
    if wrong:
        return blocked(*wrong)
    if event.removed not in _replaceable(unit):
        sentence = message("seal.removed-elsewhere", seal=event.removed, unit=unit.unit)
        return blocked(
            case.draft("seal-condition", subject=event.removed, sentence=sentence, topic=seal_topic(unit.unit))
        )
    added, drafts = apply_seals(case, seals=(SealOnUnit(unit=unit.unit, seal=event.applied),))
    kept = tuple(
        after(seal, fact="replaced", act=case.event_id) if seal.number == event.removed else seal for seal in unit.seals
    )
    recounted = unit.counted is not None and unit.counted == unit.papers
    # rules.md 36
    settles = (seal_topic(unit.unit),) if unit.hold and recounted else ()
    moved = case.move(unit, seals=(*kept, *added[unit.unit]), hold=unit.hold and not recounted)
    return Verdict(units=(moved,), findings=drafts, settles=settles, seals=(event.applied,), heard=heard_of((unit,)))


def _replaceable(unit: Unit) -> set[str]:
    """Seals that a new one can be linked to: those that close the unit; of one packed again, those that were retained."""
    if on(unit) or not unit.contains:
        return {seal.number for seal in on(unit)}
    return {seal.number for seal in unit.seals if seal.condition == "retained"}


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(HandoverOffered, judge_offer),
        judging(SealReplaced, judge_seal_replaced),
    )
)
