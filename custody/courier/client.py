"""The courier's client at a handover, offline: invite, offer, read and answer, read the answer; signed device to device.

    receiver: invitation ->  giver: offer  ->  receiver: answer  ->  giver reads the answer: now the pouch changes hands

States of truth that a device can show: *claimed* (one side signed), *confirmed* (both signatures are here), *recorded* (the
log that this device has read holds both). What is handed over as a file holds one signed envelope a line, the last one being
the offer or answer, those before it the acts that travel along (``companions``).

Not here: screens, files, PINs. Codes of refusals: offer-form, offer-election, offer-signature, offer-recipient, offer-nonce,
offer-answered, answer-form, answer-offer, answer-signature, answer-nonce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from custody.adapters.outbox import Outbox, OutboxEntry
from custody.core.entries.admission import Checked, check_entry
from custody.courier.companions import TRAVEL_MAX, companions
from custody.courier.knowledge import Knowledge, LocalEvent, know
from custody.courier.sign_act import Crew, Shown, SignedAct, make_act
from custody.courier.words import comparison_words
from schemas.envelope import ENTRY_BYTES_MAX
from schemas.errors import Refused
from schemas.invitation import FORMAT, Invitation
from schemas.transfer import HandoverAnswered, HandoverOffered

Truth = Literal["claimed", "confirmed", "recorded"]
PASSED_BYTES_MAX: Final = (TRAVEL_MAX + 1) * (ENTRY_BYTES_MAX + 1)
_NONCE_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRead:
    """An offer that may be answered here, and what travelled with it."""

    id: str
    event: HandoverOffered
    entry: bytes
    along: tuple[bytes, ...]
    releasing_signers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRead:
    """The answer to an offer made here; ``words`` are to be compared with the receiver's screen."""

    id: str
    event: HandoverAnswered
    receiving_signers: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """A device in somebody's hands: its outbox, and who makes the next act on it."""

    outbox: Outbox
    crew: Crew
    at: str


def knowledge_of(outbox: Outbox, *, met: Sequence[bytes] = ()) -> Knowledge:
    """What the device knows: the log as it learned it, what it keeps, and what it has just been shown."""
    drafts = [*drafts_of(outbox.kept()), *(LocalEvent(entry, is_own=False) for entry in met)]
    return know((record.entry for record in outbox.learned()), drafts=drafts)


def drafts_of(kept: Sequence[OutboxEntry]) -> list[LocalEvent]:
    """What is in an outbox, as drafts."""
    return [LocalEvent(item.entry, item.source in ("own", "cosigned")) for item in kept]


def invite(outbox: Outbox, *, keys: Sequence[str], election: str, draw: Callable[[int], bytes]) -> Invitation:
    """Invite an offer to the holders of ``keys``; ``draw`` gives that many fresh random bytes."""
    nonce = draw(_NONCE_BYTES).hex()
    outbox.invite(nonce, keys=keys)
    return Invitation(format=FORMAT, election=election, keys=tuple(keys), nonce=nonce)


def offer(
    phone: Phone, *, invitation: Invitation, said: Mapping[str, Any], shown: Shown | None = None
) -> tuple[SignedAct, bytes]:
    """Offer units to whoever invited; ``said`` states ``units`` and may state mode, place and what is declared.

    Returns the act and what is handed to the receiver. Refused("offer-election") for an invitation of another election.
    """
    knowledge = knowledge_of(phone.outbox)
    _check_election(invitation.election, knowledge=knowledge, what="invitation")
    partial = {"type": "HandoverOffered", "to": list(invitation.keys), "nonce": invitation.nonce, **said}
    made = make_act(partial, crew=phone.crew, knowledge=knowledge, outbox=phone.outbox, at=phone.at, shown=shown)
    along = companions(
        made.entry,
        find=lambda event: [kept.entry for kept in phone.outbox.find(event)],
        is_recorded=lambda event: (
            knowledge.state.records[event].position < knowledge.recorded if event in knowledge.state.records else False
        ),
    )
    return made, b"\n".join((*along, made.entry))


def read_passed(data: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """(what travelled along, the offer or answer) of what was handed over; whether they are well-formed shows later."""
    lines = data.split(b"\n")
    return tuple(lines[:-1]), lines[-1]


def read_offer(outbox: Outbox, *, data: bytes) -> tuple[OfferRead, Knowledge]:
    """Check an offer as the receiver's device must before anything is shown; nothing is kept yet.

    Refused with an ``offer-`` code: not an offer, another election, a signature missing or false, not for an invitation of this
    device, or answered here already.
    """
    along, entry = read_passed(data)
    knowledge = knowledge_of(outbox, met=along[:TRAVEL_MAX])
    checked = check_entry(entry, position=0, keys=knowledge.ledger.public_key)
    event = checked.event
    if not isinstance(event, HandoverOffered):
        raise Refused("offer-form", "This is not the offer of a handover.")
    _check_election(event.election, knowledge=knowledge, what="offer")
    _check_signed(checked, part="releasing", code="offer-signature")
    is_ours, answered = outbox.invitation(event.nonce)
    if not is_ours:
        raise Refused("offer-nonce", "The offer does not answer an invitation of this device: it may be old or a copy.")
    if answered is not None:
        raise Refused("offer-answered", "This device has answered an offer to that invitation already.")
    releasing_signers = _badges(knowledge, checked=checked, part="releasing")
    read = OfferRead(
        id=checked.event_id or "",
        event=event,
        entry=entry,
        along=along[:TRAVEL_MAX],
        releasing_signers=releasing_signers,
    )
    return read, knowledge_of(outbox, met=(*along[:TRAVEL_MAX], entry))


def answer(
    phone: Phone, *, read: OfferRead, knowledge: Knowledge, said: Mapping[str, Any], shown: Shown | None = None
) -> tuple[SignedAct, tuple[str, ...]]:
    """Answer an offer that was read: ``said`` states result, found and codes. Returns the act and the comparison words.

    Refused("offer-recipient") where none of those who answer holds a key that the offer is made to.
    """
    keys = {signatory.key for signatory in (*phone.crew.signing, *phone.crew.awaited)}
    if keys.isdisjoint(read.event.to):
        raise Refused("offer-recipient", "The offer is made to others than those who would answer here.")
    partial = {"type": "HandoverAnswered", "offer": read.id, "nonce": read.event.nonce, **said}
    met = (*read.along, read.entry)
    made = make_act(
        partial, crew=phone.crew, knowledge=knowledge, outbox=phone.outbox, at=phone.at, met=met, shown=shown
    )
    return made, comparison_words(offer=read.id, answer=made.event)


def read_answer(outbox: Outbox, *, data: bytes) -> AnswerRead:
    """The giver's device reads the answer and keeps it: from now on both signatures are here.

    Refused with an ``answer-`` code: not an answer, not to an offer made here, a signature missing or false, another nonce.
    """
    _, entry = read_passed(data)
    knowledge = knowledge_of(outbox)
    checked = check_entry(entry, position=0, keys=knowledge.ledger.public_key)
    event = checked.event
    if not isinstance(event, HandoverAnswered):
        raise Refused("answer-form", "This is not the answer to an offer.")
    offered = knowledge.offers.get(event.offer)
    if offered is None or not any(kept.source == "own" for kept in outbox.find(event.offer)):
        raise Refused("answer-offer", "The answer is not to an offer made on this device.")
    _check_signed(checked, part="receiving", code="answer-signature")
    if {signer.key for signer in event.signers}.isdisjoint(offered.to):
        raise Refused("answer-signature", "The answer is signed by others than those whom the offer was made to.")
    if event.nonce != offered.nonce:
        raise Refused("answer-nonce", "The answer repeats another nonce than the offer's.")
    outbox.keep((entry,), source="pair")
    words = comparison_words(offer=event.offer, answer=checked.event_id or "")
    receiving_signers = _badges(knowledge, checked=checked, part="receiving")
    return AnswerRead(id=checked.event_id or "", event=event, receiving_signers=receiving_signers, words=words)


def truth(outbox: Outbox, *, offer: str) -> Truth:
    """How sure this device can be of a handover: who signed, and whether the log it has read holds both halves."""
    halves = [item for item in outbox.kept() if _concerns(item.entry, offer=offer)]
    if len({item.event for item in halves}) < 2:
        return "claimed"
    recorded = {item.event for item in halves if item.status in ("recorded", "proven")}
    return "recorded" if len(recorded) > 1 else "confirmed"


def _concerns(entry: bytes, *, offer: str) -> bool:
    checked = check_entry(entry, position=0, keys=lambda _: None)
    return checked.event_id == offer or getattr(checked.event, "offer", None) == offer


def _check_election(stated: str, *, knowledge: Knowledge, what: str) -> None:
    if not knowledge.state.election:
        raise Refused("offer-election", "This device knows no election yet: sync it first.")
    if stated != knowledge.state.election:
        raise Refused("offer-election", f"The {what} is for another election than the one this device knows.")


def _check_signed(checked: Checked, *, part: str, code: str) -> None:
    """Every listed signer of the side has signed with a key that this device knows; nobody else's signature is there."""
    if checked.fault is not None or checked.event is None:
        raise Refused(code, "The bytes are no signed event.")
    side = {signer.key for signer in checked.event.signers if signer.part == part}
    if checked.invalid or checked.unlisted or not side or not side <= set(checked.valid):
        raise Refused(code, f"The {part} side has not signed with keys that this device knows; sync and try again.")


def _badges(knowledge: Knowledge, *, checked: Checked, part: str) -> tuple[str, ...]:
    signers = () if checked.event is None else checked.event.signers
    records = [knowledge.state.roster.get(signer.key) for signer in signers if signer.part == part]
    return tuple(record.badge for record in records if record is not None)
