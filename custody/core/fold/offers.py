"""Offers and answers: which answer belongs to which offer, and what became of each offer.

The states and what leads from one to the next are the table ``lifecycles.HANDOVER``.

An offer changes no unit; the accepted answer is the act and follows the act that the offer followed. Offering again is no
dispute; offering the same units to different keys while an offer is open is ``double-offer`` until one is answered. What became
of an offer follows from what stands of its replies, whichever came first: an acceptance beats a refusal, both beat a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from custody.core.checks.case import Case
from custody.core.checks.finding_causes import UNANSWERED, by_folder
from custody.core.checks.paper_acts import HandoverDone
from custody.core.fold.double_offers import follow, topic_of
from custody.core.fold.withdrawals import note_made
from custody.core.judges.offer import offer_of
from custody.core.state.crowds import Says
from custody.core.state.finding_store import Draft
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.legs import transfer_of
from custody.core.state.lifecycles import HANDOVER, reached
from custody.core.state.noted_codes import noted
from custody.core.state.offer_replies import ACCEPTED, WITHDRAWN, OfferReply
from custody.core.state.registers import Offer
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import message
from schemas.transfer import HandoverAnswered, HandoverOffered, HandoverWithdrawn

__all__ = ["ACCEPTED", "OPEN"]
OPEN: Final = ("offered", "expired")
_UNANSWERED: Final = "offer-unanswered"
_OFFER: Final = "HandoverOffered"
_SECONDS_AN_HOUR: Final = 3600


def open_offer(state: State, case: Case[HandoverOffered], *, record: RecordedEvent) -> None:
    """Register an offer that was judged good."""
    event, releasing = case.event, case.party("releasing")
    if releasing is None:
        raise ValueError("an offer judged good has a giver")
    to = [key for keyid in event.to if (key := state.roster.get(keyid)) is not None]
    receiving = next((key.party for key in to), None)
    offer = offer_of(case, releasing=releasing, releasing_signers=case.signed["releasing"], receiving=receiving, to=to)
    offer.to = tuple(event.to)
    state.registers.offers[offer.event] = offer
    for ref in record.refs:
        state.registers.offers_on.setdefault(state.place(ref), []).append(record.event_id)


def open_paper(state: State, offer: Offer, *, result: str, taken: tuple[str, ...]) -> None:
    """Register a handover on paper that was judged good: it is offer and answer in one."""
    state.registers.offers[offer.event] = offer
    offer.replies.add(OfferReply(event=offer.event, result=result, at=offer.at, taken=taken, noted=offer.noted))
    offer.noted = ()


def says(offer: Offer, *, event: HandoverAnswered | HandoverDone, taken: Sequence[str]) -> Says:
    """What a record of a handover says; the electronic answer and the paper are compared by it."""
    sides = [
        None if side is None else (side.kind, side.office, side.person) for side in (offer.releasing, offer.receiving)
    ]
    found = tuple(sorted((item.unit, item.seal, item.condition) for item in event.found.seals))
    declared = (offer.packages, offer.papers)
    return (*sides, event.result, event.found.packages, event.found.papers, found, declared, tuple(sorted(taken)))


def reply(
    state: State, record: RecordedEvent, *, event: HandoverAnswered | HandoverWithdrawn, taken: tuple[str, ...]
) -> None:
    """An answer or a withdrawal that was judged good belongs to its offer, whether or not it is in force.

    ``taken`` are the units that change hands by it.
    """
    result = event.result if isinstance(event, HandoverAnswered) else WITHDRAWN
    offer, codes = state.registers.offers[event.offer], noted(event.codes, rules=record.rules)
    offer.replies.add(OfferReply(event=record.event_id, result=result, at=event.at, taken=taken, noted=codes))
    note_made(state, record, offer=offer)
    for ref in offer.units:
        place, own = state.place(ref), (event.at, record.event_id)
        state.registers.first_replies[place] = min(own, state.registers.first_replies.get(place, own))


def note_reply(state: State, record: RecordedEvent) -> None:
    """What follows for its offer from a reply that came into force, left it, or stays out of it for another reason."""
    offer = state.registers.offers.get(record.offer or record.event_id)
    if offer is None or record.event_id not in offer.replies.rows:
        return
    facts: list[str] = []
    stands = record.in_force and not record.is_duplicate
    if stands:
        facts.append(offer.replies.rows[record.event_id].result)
    if not record.in_force and not record.is_not_chosen and record.voided_by is None:
        facts.append("contested")
    if record.voided_by is not None:
        facts.append("declared in error")
    if record.is_duplicate:
        facts.append("overtaken")
    offer.replies.tell(record.event_id, facts=tuple(facts), stands=stands)


def refresh_offer(state: State, name: str, *, by: str) -> None:
    """Work out what became of an offer after ``by`` came into force or left it."""
    offer = state.registers.offers[name]
    state.dirty_offers[name] = None
    state.dirty_consignments.update(dict.fromkeys(offer.consignments))
    best = offer.replies.best()
    offer.state = reached(HANDOVER, facts=_facts(state, offer))
    offer.taken = () if best is None else best.taken
    answered = best if best is not None and best.result == offer.state and best.result != WITHDRAWN else None
    offer.answer = None if answered is None else answered.event
    offer.answered_at = None if answered is None else answered.at
    _hand_on(state, offer)
    read = state.registers.acknowledged.get(offer.answer or "", ())
    offer.acknowledged = next(iter(read), None)
    if offer.state in OPEN:
        state.offers_due.add(name, since=offer.open_since)
    covered = state.records[name].covered_at_s
    if offer.state == "offered" and covered is not None:
        state.offers_covered.add(name, since=covered)
    if offer.replies or offer.state == "superseded":
        # A reply settles what lacked one, whatever a dispute makes of the reply.
        reply_by = _first(offer.replies.first, default=by)
        state.findings.end_alone(name, folder=UNANSWERED, code=_UNANSWERED, by=reply_by)
        for ref in offer.units:
            first = state.registers.first_replies.get(state.place(ref))
            state.findings.settle_topic(topic_of(ref[0], previous=ref[1]), by=_first(first, default=by))
    if state.records[name].type == _OFFER:
        follow(state, offer)


def _hand_on(state: State, offer: Offer) -> None:
    """Keep what changes hands of its consignments by an offer as it stands now, and what was not shown with it."""
    for name in offer.consignments:
        known = state.registers.consignments.get(name)
        passed, passing = state.passed.setdefault(name, LegTransfers()), transfer_of(offer, consignment=name)
        if passing is None:
            passed.take(offer.event, known=known)
        else:
            passed.put(passing, known=known)
    for item in offer.carried:
        row = state.registers.missed.setdefault(item.package, {})
        if offer.taken and item.unit not in offer.taken:
            row[f"{offer.event}/{item.unit}"] = None
        else:
            row.pop(f"{offer.event}/{item.unit}", None)


def _first(reply: tuple[str, str] | None, *, default: str) -> str:
    """The reply that was claimed to come first, whichever was recorded first."""
    return default if reply is None else reply[1]


def _facts(state: State, offer: Offer) -> Iterator[str]:
    """What stands about an offer, as the table of handovers names it."""
    yield from offer.replies.facts()
    if not state.records[offer.event].in_force:
        yield "contested"
    if any(state.paths.after(*ref) is not None for ref in offer.units):
        yield "overtaken"
    if offer.has_expired:
        yield "expired"


def expire_offers(state: State, *, now: int, limit: int) -> None:
    """Raise ``offer-unanswered`` for offers open for ``limit`` seconds or longer, in the time of the log."""
    for name in state.offers_due.start(now=now):
        state.registers.offers[name].open_since = now
    for offer in (state.registers.offers[name] for name in state.offers_due.take(until=now - limit)):
        # rules.md 30
        if offer.state not in OPEN or offer.is_told:
            continue
        offer.is_told = True
        unit = offer.units[0][0]
        receiving = message("party.somebody") if offer.receiving is None else offer.receiving.said
        sentence = message("offer.unanswered", unit=unit, giver=offer.releasing.said, taker=receiving)
        draft = Draft(
            code=_UNANSWERED,
            subject=unit,
            evidence=(offer.event,),
            sentence=sentence,
            folder=UNANSWERED,
            station=offer.station,
            units=tuple(name for name, _ in offer.units),
        )
        record = state.records[offer.event]
        state.raise_judged((by_folder(state, record, draft=draft),), record=record)


def prove_expired(state: State, *, proven: int, by: str) -> None:
    """Offers that log witnesses prove to have been open for their hours: on the log by one time, unanswered at another.

    A claimed clock proves neither. An answer that was given in time and comes later still makes the handover.
    """
    limit = state.rules_now().rules.offer_expiry_hours * _SECONDS_AN_HOUR
    for name in state.offers_covered.take(until=proven - limit):
        # rules.md 30
        if state.registers.offers[name].state == "offered":
            state.registers.offers[name].has_expired = True
            refresh_offer(state, name, by=by)
