"""Offers and answers: which answer belongs to which offer, and what became of each offer.

The states and what leads from one to the next are the table ``lifecycles.HANDOVER``.

An offer changes no unit; the accepted answer is the act and follows the act that the offer followed. Offering again is no
dispute; offering the same units to different keys while an offer is open is ``double-offer`` until one is answered. What
became of an offer follows from what stands of its replies, whichever came first: an acceptance beats a refusal, both beat a
withdrawal.

Offers that stand at a place are kept by whom they invite; two invitations that share no key are two offers, and every offer
of both is one of them. So a new offer looks at the invitations that there are and not at the offers, and each offer is
counted once. Nobody has reason for many different invitations at one place: beyond ``INVITATIONS_MAX`` all offers there are
double, whoever they are to. The finding names the offers whose ids come first, and counts all; which these are does not
depend on the order of arrival.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from custody.core.checks.case import Case
from custody.core.checks.finding_causes import UNANSWERED, by_folder
from custody.core.checks.paper_acts import HandoverDone
from custody.core.fold.voids import note_made
from custody.core.judges.offer import offer_of
from custody.core.state.crowds import Says
from custody.core.state.finding_store import KEPT, Draft, finding_id
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.legs import transfer_of
from custody.core.state.lifecycles import HANDOVER, reached
from custody.core.state.noted_codes import noted
from custody.core.state.offer_replies import ACCEPTED, WITHDRAWN, OfferReply
from custody.core.state.registers import Double, Invitations, Offer, OffersToKeys, Place
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import offers_topic
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
            state.findings.settle_first(topic_of(ref[0], previous=ref[1]), by=_settler(state, ref, default=by))
    if state.records[name].type == _OFFER:
        follow(state, offer)


def _hand_on(state: State, offer: Offer) -> None:
    """Keep what changes hands of its consignments by an offer as it stands now, and what was not shown with it."""
    for name in offer.consignments:
        known = state.registers.consignments.get(name)
        passed, transfer = state.passed.setdefault(name, LegTransfers()), transfer_of(offer, consignment=name)
        if transfer is None:
            passed.take(offer.event, known=known)
        else:
            passed.put(transfer, known=known)
    for item in offer.carried:
        row = state.registers.missed.setdefault(item.package, {})
        if offer.taken and item.unit not in offer.taken:
            row[f"{offer.event}/{item.unit}"] = None
        else:
            row.pop(f"{offer.event}/{item.unit}", None)


def _settler(state: State, ref: Place, *, default: str) -> str:
    """Of what settles a double offer the reply that was claimed to come first, else the act that overtook the offers."""
    # rules.md 185
    first = state.registers.first_replies.get(state.place(ref))
    return first[1] if first is not None else state.paths.after(*ref) or default


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


INVITATIONS_MAX: Final = 64
"""How many different invitations at one place are held against each other."""
_DOUBLE: Final = "double-offer"
_GONE: Final = ("expired", "refused", "withdrawn")


def topic_of(unit: str, *, previous: str | None) -> str:
    """The topic of what is said about the offers at a place."""
    return offers_topic(unit, previous=previous)


def follow(state: State, offer: Offer) -> None:
    """Keep an offer with those of the same invitation at its places, as long as it was neither refused nor withdrawn."""
    for ref in offer.units:
        places = state.registers.invitations
        rows = places.setdefault(state.place(ref), Invitations()).rows
        known = rows.get(_invited(offer))
        if offer.state in _GONE:
            if known is not None:
                _drop(rows, known, offer=offer)
            continue
        row = rows.setdefault(_invited(offer), OffersToKeys()) if known is None else known
        if offer.event not in row.live:
            row.live[offer.event] = row.fresh[offer.event] = None
        if offer.replies.first is not None:
            row.first = offer.replies.first if row.first is None else min(row.first, offer.replies.first)


def note_double(state: State, record: RecordedEvent) -> None:
    """An offer that stands beside another one, of the same units to other keys, that was neither refused nor withdrawn."""
    offer = state.registers.offers[record.event_id]
    # rules.md 29
    rivals = [row for ref in record.refs for row in _rivals(state, ref, offer=offer)]
    if not rivals:
        return
    unit, previous = record.refs[0]
    topic = topic_of(unit, previous=previous)
    double = state.registers.doubles.setdefault(topic, Double())
    _count(state, double, offers=(record.event_id, *(name for row in rivals for name in row.fresh)))
    for row in rivals:
        row.fresh.clear()
    _tell_double(state, double, record=record, topic=topic)
    is_overtaken = any(state.paths.after(*ref) is not None for ref in offer.units)
    if offer.replies or is_overtaken or any(row.first is not None for row in rivals):
        state.findings.settle_first(topic, by=_settler(state, record.refs[0], default=record.event_id))


def _rivals(state: State, ref: Place, *, offer: Offer) -> Iterable[OffersToKeys]:
    """Invitations at a place that stand beside that of an offer; all that are there where nobody has reason for so many."""
    here = state.registers.invitations[state.place(ref)]
    own = here.rows[_invited(offer)]
    was_crowded = here.is_crowded
    # rules.md 29
    here.is_crowded = len(here.rows) > INVITATIONS_MAX
    if here.is_crowded:
        return (own,) if was_crowded else tuple(here.rows.values())
    return tuple(row for to, row in here.rows.items() if row is not own and not set(to) & set(offer.to))


def _invited(offer: Offer) -> tuple[str, ...]:
    return tuple(sorted(set(offer.to)))


def _drop(rows: dict[tuple[str, ...], OffersToKeys], row: OffersToKeys, *, offer: Offer) -> None:
    row.live.pop(offer.event, None)
    row.fresh.pop(offer.event, None)
    if not row.live:
        rows.pop(_invited(offer), None)


def _count(state: State, double: Double, *, offers: Sequence[str]) -> None:
    """Offers that are double from now on, each once."""
    for name in offers:
        if name in double.offers:
            continue
        double.offers[name] = None
        offer = state.registers.offers[name]
        double.receiving_signers[message("party.somebody") if offer.receiving is None else offer.receiving.said] = None
        if len(double.named) < KEPT or name < double.named[-1]:
            insort(double.named, name)
            del double.named[KEPT:]
        state.add_code(state.records[name], code=_DOUBLE)


def _tell_double(state: State, double: Double, *, record: RecordedEvent, topic: str) -> None:
    """One finding for a place, and another one only where its evidence is."""
    unit, units = record.refs[0][0], tuple(name for name, _ in record.refs)
    sentence, count = (
        message("offers.two", unit=unit, takers=tuple(sorted(double.receiving_signers)[:KEPT])),
        len(double.offers),
    )
    identity = finding_id(code=_DOUBLE, subject=unit, evidence=double.named)
    known = state.findings.unsettled(topic)
    if known is not None and known.id == identity:
        state.findings.recount(identity, count=count, sentence=sentence)
        return
    for finding in state.findings.on_topic(topic):
        state.findings.supersede(finding.id)
    draft = Draft(
        code=_DOUBLE,
        subject=unit,
        evidence=tuple(double.named),
        sentence=sentence,
        topic=topic,
        station=state.registers.offers[record.event_id].station,
        units=units,
        count=count,
    )
    state.raise_judged((draft,), record=record)
