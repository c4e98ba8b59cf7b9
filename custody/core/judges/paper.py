"""Acts transcribed from paper: what was done without a device, typed in later by somebody who was there.

The theory. The paper is no lesser act, only a slower one: it is judged by the same judges, against the units as they were after
the acts that it follows. What differs is who vouches for it. A handover on paper needs one enrolled person of the receiving side;
custody then rests on that side's claim, and is confirmed by the releasing side's signature on the same event, whenever it comes,
or by the electronic answer of the same handover. Two records of one handover that say the same are one handover (custody.core.
twins); if they say different things, neither is in force before a decision.

Not here: reading scans. The commitment to the scan is on the log, the scan beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from custody.core.authority.parties import PARTY_OF_ROLE, Party
from custody.core.authority.required_signatures import BOTH_SIDES, TRANSCRIBED
from custody.core.authority.roster import KeyRecord
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.checks.case import Case, Stated
from custody.core.checks.paper_acts import CountDone, HandoverDone, OpeningDone
from custody.core.judges.counts import judge_ballots_counted
from custody.core.judges.handovers import check_declared, check_outermost, judge_answer
from custody.core.judges.offer import paper_offer
from custody.core.judges.station_packages import judge_consignment_opened
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Offer
from custody.core.state.units import CLAIMED, UNCERTAIN, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.base import Part
from schemas.everybody import ActTranscribed, PaperSigner


def judge_transcribed(case: Case[Stated], *, event: ActTranscribed) -> tuple[Verdict, Offer | None]:
    """What a transcribed act means, and the handover that it records. ``case.event`` is the act on the paper."""
    done = case.event
    if isinstance(done, CountDone):
        return _on_paper(judge_ballots_counted(case.of(done))), None
    if isinstance(done, OpeningDone):
        return _on_paper(judge_consignment_opened(case.of(done))), None
    if not isinstance(done, HandoverDone):
        raise TypeError("nothing else is transcribed from paper")
    return _handover(case.of(done), event=event)


def _handover(case: Case[HandoverDone], *, event: ActTranscribed) -> tuple[Verdict, Offer | None]:
    units = case.existing()
    wrong = check_outermost(case, units=units) or _check_sides(case, event=event, units=units)
    releasing = units[0].custodian
    if wrong or releasing is None:
        return blocked(*wrong), None
    hands = _hands(case, event=event)
    offer = paper_offer(case, releasing=releasing, releasing_signers=hands["releasing"])
    verdict = judge_answer(replace(case, signed={**case.signed, **hands}), offer=offer)
    if verdict.blocked:
        return verdict, None
    declared = check_declared(case, units=units)
    return _claimed(replace(verdict, findings=(*declared, *verdict.findings)), act=case.event_id), offer


def is_confirmed(offer: Offer, *, signed: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce) -> bool:
    """Whether both sides of a handover on paper have signed its transcription, each as it would sign on a device."""
    # rules.md 91
    wanted: dict[Part, Party | None] = {"releasing": offer.releasing, "receiving": offer.receiving}
    return all(
        party in rules.entitled(BOTH_SIDES[part], part=part, by=signed.get(part, ())) for part, party in wanted.items()
    )


def strangers(offer: Offer, *, signed: Mapping[Part, tuple[KeyRecord, ...]]) -> tuple[KeyRecord, ...]:
    """Who signed a transcription for the releasing side and does not belong to it."""
    return tuple(record for record in signed.get("releasing", ()) if record.party != offer.releasing)


def _check_sides(case: Case[Stated], *, event: ActTranscribed, units: Sequence[Unit]) -> tuple[Draft, ...]:
    """Whose signatures stand on the paper: the holder's for the releasing side, the taker's for the receiving side."""
    releasing_signers, receiving_signers = (_signers(event, part=part) for part in ("releasing", "receiving"))
    subject = units[0].unit
    # rules.md 89
    for unit in units:
        if unit.custodian is None or not any(_is_of(item, party=unit.custodian) for item in releasing_signers):
            holder = message("party.nobody") if unit.custodian is None else unit.custodian.said
            sentence = message("paper.not-holder", who=_said(releasing_signers), unit=unit.unit, holder=holder)
            return (case.draft("not-custodian", subject=unit.unit, sentence=sentence),)
    receiving = case.party("receiving")
    if receiving is None or not any(_is_of(item, party=receiving) for item in receiving_signers):
        signed = message("party.nobody-entitled") if receiving is None else receiving.said
        sentence = message("paper.not-taker", who=_said(receiving_signers), unit=subject, taker=signed)
        return (case.draft("wrong-recipient", subject=subject, sentence=sentence),)
    return ()


def _hands(case: Case[Stated], *, event: ActTranscribed) -> Mapping[Part, tuple[KeyRecord, ...]]:
    """Both sides of the paper with those who sign its transcription: nobody may be on both, on paper or not."""
    sides: tuple[Part, ...] = ("releasing", "receiving")
    rows = {part: [_as_key(item) for item in _signers(event, part=part) if item.person is not None] for part in sides}
    return {part: (*case.signed.get(part, ()), *row) for part, row in rows.items()}


def _as_key(item: PaperSigner) -> KeyRecord:
    """A signature on paper as if of an enrolled key, to be held against the roster."""
    badge = f"{item.role} of {item.office}"
    return KeyRecord("", b"", item.role, item.person or "", badge, item.office, enrolled=-1)


def _signers(event: ActTranscribed, *, part: str) -> list[PaperSigner]:
    return [item for item in event.paper if item.part == part]


def _is_of(item: PaperSigner, *, party: Party) -> bool:
    """Whether a signature on the paper is one of a party's: by role, and by person or office where the party has one."""
    if PARTY_OF_ROLE.get(item.role) != party.kind:
        return False
    return item.person == party.person if party.kind == "courier" else party.office in ("", item.office)


def _said(items: Sequence[PaperSigner]) -> tuple[Message, ...]:
    rows = sorted({(item.role, item.office) for item in items})
    return tuple(message("paper.signer", role=role, office=office) for role, office in rows)


def _claimed(verdict: Verdict, *, act: str) -> Verdict:
    """Custody that moved rests on the claim of whoever transcribed it."""
    moved = (
        unit if unit.basis == UNCERTAIN else replace(unit, basis=CLAIMED, claimed_by=act) for unit in verdict.units
    )
    return _on_paper(replace(verdict, units=tuple(moved)))


def _on_paper(verdict: Verdict) -> Verdict:
    """Never shown as contemporaneous: the units say that this act was transcribed."""
    # rules.md 90
    return replace(verdict, units=tuple(replace(unit, type=TRANSCRIBED) for unit in verdict.units))
