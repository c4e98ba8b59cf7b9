"""Judges of transfer: offers, answers, withdrawals, replaced seals (identities 3 and 8).

An offer changes nothing; the accepted answer is the act. What both sides signed happened, even where a rule was broken: custody
then moves and the finding says what disagrees. Custody does not move where the act cannot be a handover at all: the giver does
not hold the unit, the taker is not the one invited, or one person signs for both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.findings import Draft
from custody.core.parties import Party
from custody.core.pending import together, without
from custody.core.registers import Offer
from custody.core.saying import Said, say
from custody.core.scene import Judge, Scene, Verdict, blocked, check_holder, heard_of
from custody.core.seals import SealCheck, apply_seals, check_seals, on
from custody.core.separation import Hands, on_both_sides, seated
from custody.core.transitions import HANDOVERS, STATE_OF_RECEIVER
from custody.core.units import UNCERTAIN, Seal, Unit, packed_by
from schemas.base import SealOnUnit
from schemas.identifiers import local_date

_TOOK: Final = "took over"
_GAVE: Final = "handed over"


def judge_offer(scene: Scene) -> Verdict:
    """Whether an offer can be answered at all: its giver holds every unit, and none of them is inside another."""
    units = scene.existing()
    inside = next((unit for unit in units if unit.inside is not None), None)
    if inside is not None:
        sentence = say("offer.inside", unit=inside.unit, around=inside.inside or "")
        return blocked(scene.draft("not-in-state", subject=inside.unit, sentence=sentence))
    wrong = check_holder(scene, part="releasing", units=units)
    if wrong:
        return blocked(*wrong)
    # rules.md 20, 42
    declared, packed = scene.event.declared.papers, sum(unit.papers or 0 for unit in units)
    heard = heard_of(units)
    if declared is None or declared == packed:
        return Verdict(heard=heard)
    sentence = say("handover.declared", papers=declared, unit=units[0].unit, packed=packed)
    evidence = (*packed_by(units), scene.event_id)
    off = declared - packed
    draft = scene.draft("quantity-mismatch", subject=units[0].unit, sentence=sentence, evidence=evidence, off=off)
    return Verdict(findings=(draft,), heard=heard)


def judge_answer(scene: Scene, *, offer: Offer) -> Verdict:
    """The answer to a good offer: refused it moves nothing, accepted it moves custody of every unit of the offer."""
    wrong = _not_an_answer(scene, offer=offer)
    if wrong:
        return blocked(*wrong)
    taker = scene.party("receiving")
    units = scene.existing()
    shown = _shown(scene, units=units)
    absent = tuple(unit for unit in units if unit not in shown)
    topic = f"packages/{(absent or units)[0].unit}"
    check = check_seals(scene, units=units, found=scene.event.found.seals)
    findings = _packages(scene, offer=offer, absent=absent, topic=topic)
    findings += _papers(scene, offer=offer, first=units[0].unit)
    findings += _unread(check.findings, absent=absent, topic=topic)
    # rules.md 25
    if taker is None or scene.event.result == "refused":
        heard = heard_of(units)
        return Verdict(findings=tuple(findings), settles=check.settles, breaks=check.breaks, heard=heard)
    findings += _separation(scene, offer=offer, taker=taker)
    findings += _mandates(scene, giver=offer.giver, taker=taker, units=shown)
    findings += _recipient(scene, taker=taker, units=shown)
    settles = [*check.settles]
    if not any(draft.code == "package-count" for draft in findings):
        settles += [name for unit in shown if (name := f"packages/{unit.unit}") not in unit.pending]
    moved = [_taken(scene, unit=unit, taker=taker, check=check) for unit in shown]
    # rules.md 24
    moved += [_left(scene, unit=unit, topic=topic) for unit in absent]
    heard = heard_of(shown)
    return Verdict(
        units=tuple(moved), findings=tuple(findings), settles=tuple(settles), breaks=check.breaks, heard=heard
    )


def _shown(scene: Scene, *, units: Sequence[Unit]) -> tuple[Unit, ...]:
    """The packages that the receiver found: all, or those whose seals were read, with those that carry none if they fit."""
    found = scene.event.found
    if found.packages >= len(units):
        return tuple(units)
    read = {item.unit for item in found.seals}
    bare = {unit.unit for unit in units if not on(unit)}
    if len([unit for unit in units if unit.unit in read | bare]) == found.packages:
        read |= bare
    return tuple(unit for unit in units if unit.unit in read)


def _unread(seals: Sequence[Draft], *, absent: Sequence[Unit], topic: str) -> list[Draft]:
    """Seals that nobody read because their packages were not shown have that cause."""
    names = {(unit.unit,) for unit in absent}
    unread = (draft.code == "seal-unchecked" and draft.units in names for draft in seals)
    return [replace(draft, topic=topic) if cause else draft for draft, cause in zip(seals, unread, strict=True)]


def _not_an_answer(scene: Scene, *, offer: Offer) -> tuple[Draft, ...]:
    event, taker = scene.event, scene.party("receiving")
    subject = event.units[0].unit
    both = (offer.event, scene.event_id)
    # rules.md 21
    named = tuple((ref.unit, ref.previous) for ref in event.units)
    if sorted(named, key=str) != sorted(offer.units, key=str) or event.nonce != offer.nonce:
        keys = offer.invited or say("keys.unknown")
        sentence = say("answer.not-repeated", taker=_taker(taker), unit=subject, keys=keys)
        return (scene.draft("wrong-recipient", subject=subject, sentence=sentence, evidence=both),)
    if not any(record.keyid in offer.to for record in scene.signed.get("receiving", ())):
        keys = offer.invited or say("keys.other")
        sentence = say("answer.not-invited", taker=_taker(taker), unit=subject, keys=keys)
        return (scene.draft("wrong-recipient", subject=subject, sentence=sentence, evidence=both),)
    station = "" if taker is None else taker.office
    if taker is None or taker == offer.giver or on_both_sides(scene, hands=_hands(scene, offer), station=station):
        sentence = say("handover.both-sides", giver=offer.giver.said, unit=subject)
        return (scene.draft("own-handover", subject=subject, sentence=sentence, evidence=both),)
    # rules.md 23
    if taker.kind not in HANDOVERS[offer.giver.kind]:
        sentence = say("handover.not-allowed", giver=offer.giver.said, taker=taker.said)
        return (scene.draft("not-authorised", subject=subject, sentence=sentence, evidence=both),)
    return ()


def _packages(scene: Scene, *, offer: Offer, absent: Sequence[Unit], topic: str) -> list[Draft]:
    """Identity 3: packages declared out are the packages named and the packages found in."""
    event, named = scene.event, len(offer.units)
    shown = event.found.packages
    if shown == named == offer.packages:
        return []
    about = tuple(unit.unit for unit in absent) or tuple(scene.before)
    more: tuple[Said, ...] = (say("shown.declared", packages=offer.packages),) if offer.packages != named else ()
    more += (say("shown.not", units=tuple(unit.unit for unit in absent)),) if absent else ()
    sentence = say(
        "shown",
        shown=shown,
        packages=named,
        giver=offer.giver.said,
        taker=_taker(offer.taker),
        result=say("result", result=event.result),
        more=more,
    )
    draft = scene.draft(
        "package-count",
        subject=about[0],
        sentence=sentence,
        evidence=(offer.event, scene.event_id),
        topic=topic,
        units=about,
    )
    return [draft]


def _papers(scene: Scene, *, offer: Offer, first: str) -> list[Draft]:
    """Identity 3: papers declared out are the papers found in, where the receiver counted them."""
    counted = scene.event.found.papers
    if counted is None or offer.papers is None or counted == offer.papers:
        return []
    sentence = say("handover.counted", papers=offer.papers, unit=first, counted=counted)
    evidence = (offer.event, scene.event_id)
    topic = f"papers/{first}"
    off = counted - offer.papers
    return [scene.draft("quantity-mismatch", subject=first, sentence=sentence, evidence=evidence, topic=topic, off=off)]


def _separation(scene: Scene, *, offer: Offer, taker: Party) -> list[Draft]:
    """A courier does not sit on the commission that receives, unless a dispensation says so and its head of mission signs."""
    if taker.kind not in ("commission", "mission"):
        return []
    if seated(scene, hands=_hands(scene, offer), station=taker.office) is None:
        return []
    sentence = say("handover.separation", giver=offer.giver.said, taker=taker.said)
    both = (offer.event, scene.event_id)
    return [scene.draft("separation", subject=scene.event.units[0].unit, sentence=sentence, evidence=both)]


def _taker(taker: Party | None) -> Said:
    return say("party.somebody") if taker is None else taker.said


def _hands(scene: Scene, offer: Offer) -> Hands:
    """Both sides of a handover: who offered, and who answers."""
    return {**scene.signed, "releasing": offer.givers}


def _mandates(scene: Scene, *, giver: Party, taker: Party, units: Sequence[Unit]) -> list[Draft]:
    """A courier who takes or gives needs a mandate for that consignment on that day."""
    day = local_date(scene.event.at)
    drafts: dict[str, Draft] = {}
    for unit in units:
        for party, deed in ((taker, _TOOK), (giver, _GAVE)):
            # rules.md 26
            if party.kind != "courier" or unit.consignment is None:
                continue
            draft = _mandate(scene, courier=party, unit=unit, day=day, deed=deed)
            if draft is not None:
                drafts.setdefault(draft.topic, draft)
    return list(drafts.values())


def _mandate(scene: Scene, *, courier: Party, unit: Unit, day: str, deed: str) -> Draft | None:
    consignment = unit.consignment or ""
    mandates = list(scene.registers.mandates_of(courier.person, consignment=consignment))
    granted = [mandate for mandate in mandates if mandate.granted <= scene.position]
    delivered = deed == _TOOK and _was_delivered(unit) and not any(mandate.granted > unit.taken for mandate in granted)
    if deed == _GAVE:
        if not granted:
            return None  # taking over without a mandate was the finding already
        # A mandate that was ended or transferred under way still lets its courier give the consignment out of hand.
        held = [mandate for mandate in granted if mandate.ended is None or mandate.ended > unit.taken]
        covered = any(mandate.first_day <= day <= mandate.last_day for mandate in held)
    else:
        covered = scene.registers.is_mandated(courier.person, consignment=consignment, day=day, position=scene.position)
    if covered and not delivered:
        return None
    topic = f"mandate/{courier.person}/{consignment}/{day}"
    done, who = say("deed", deed=deed), courier.said
    if not granted:
        sentence = say("mandate.none", courier=who, deed=done, consignment=consignment, day=day)
        return scene.draft("mandate-missing", subject=consignment, sentence=sentence, topic=topic)
    last = granted[-1]
    days = say("mandate.other-days", first=last.first_day, last=last.last_day)
    why = say("mandate.delivered") if delivered else days
    if not delivered and last.ended is not None and last.ended <= scene.position:
        why = say("mandate.ended")
    sentence = say("mandate.not-covering", courier=who, deed=done, consignment=consignment, day=day, why=why)
    evidence = (last.event, scene.event_id)
    return scene.draft("mandate-ended", subject=consignment, sentence=sentence, evidence=evidence, topic=topic)


def _was_delivered(unit: Unit) -> bool:
    """Whether the consignment's journey had reached its end when this custodian took it."""
    return unit.is_at_its_end(unit.direction)


def _recipient(scene: Scene, *, taker: Party, units: Sequence[Unit]) -> list[Draft]:
    """A consignment delivered to another station's mission or commission."""
    if taker.kind not in ("mission", "commission"):
        return []
    # rules.md 28
    foreign = next((unit for unit in units if unit.station != taker.office), None)
    if foreign is None:
        return []
    sentence = say("recipient.accepted", unit=foreign.unit, station=foreign.station, taker=taker.said)
    return [scene.draft("wrong-recipient", subject=foreign.unit, sentence=sentence, topic=f"recipient/{foreign.unit}")]


def _taken(scene: Scene, *, unit: Unit, taker: Party, check: SealCheck) -> Unit:
    return scene.move(
        unit,
        state=STATE_OF_RECEIVER[taker.kind],
        custodian=taker,
        basis="confirmed",
        seals=check.seals[unit.unit],
        # rules.md 35
        hold=unit.hold or unit.unit in check.broken,
        taken=scene.position,
        pending=without(unit, prefixes=("packages/",)),
    )


def _left(scene: Scene, *, unit: Unit, topic: str) -> Unit:
    """A package that the receiver did not find stays with the giver, who answers for it until somebody receives it."""
    return scene.move(unit, basis=UNCERTAIN, pending=together(unit.pending, (topic,)))


def judge_withdrawn(scene: Scene, *, offer: Offer) -> Verdict:
    """Only the party that offered may withdraw, and only what it offered."""
    if sorted(scene.before) != sorted(unit for unit, _ in offer.units):
        sentence = say("withdrawal.other-units")
        evidence = (offer.event, scene.event_id)
        return blocked(scene.draft("not-in-state", subject=offer.units[0][0], sentence=sentence, evidence=evidence))
    if scene.party("releasing") == offer.giver:
        return Verdict(heard=tuple((item.consignment, item.package) for item in offer.carried))
    sentence = say("withdrawal.other-party", who=_taker(scene.party("releasing")), giver=offer.giver.said)
    return blocked(scene.draft("not-custodian", subject=offer.units[0][0], sentence=sentence))


def judge_seal_replaced(scene: Scene) -> Verdict:
    """One seal off, one on, linked. After a recount that equals what was declared it settles the broken seal's finding."""
    event, unit = scene.event, scene.unit(scene.event.unit)
    if unit is None or len(scene.before) != 1:
        return blocked(
            scene.draft("not-in-state", subject=event.unit, sentence=say("seal.other-unit", unit=event.unit))
        )
    wrong = check_holder(scene, part="acting", units=(unit,))
    if wrong:
        return blocked(*wrong)
    if event.removed not in {seal.number for seal in on(unit)}:
        sentence = say("seal.removed-elsewhere", seal=event.removed, unit=unit.unit)
        return blocked(
            scene.draft("seal-condition", subject=event.removed, sentence=sentence, topic=f"seal/{unit.unit}")
        )
    added, drafts = apply_seals(scene, seals=(SealOnUnit(unit=unit.unit, seal=event.applied),))
    kept = tuple(_replaced(seal, number=event.removed, act=scene.event_id) for seal in unit.seals)
    recounted = unit.counted is not None and unit.counted == unit.papers
    # rules.md 36
    settles = (f"seal/{unit.unit}",) if unit.hold and recounted else ()
    moved = scene.move(unit, seals=(*kept, *added[unit.unit]), hold=unit.hold and not recounted)
    return Verdict(units=(moved,), findings=drafts, settles=settles, seals=(event.applied,), heard=heard_of((unit,)))


def _replaced(seal: Seal, *, number: str, act: str) -> Seal:
    return Seal(seal.number, "replaced", seal.at, act) if seal.number == number else seal


JUDGES: Final[dict[str, Judge]] = {
    "HandoverOffered": judge_offer,
    "SealReplaced": judge_seal_replaced,
}
