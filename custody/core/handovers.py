"""Offers and answers: which answer belongs to which offer, and what became of each offer.

The states and what leads from one to the next are the table ``lifecycles.HANDOVER``.

An offer changes no unit; the accepted answer is the act and follows the act that the offer followed. Offering again is no
dispute; offering the same units to different keys while an offer is open is ``double-offer`` until one is answered. What became
of an offer follows from what stands of its replies, whichever came first: an acceptance beats a refusal, both beat a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from custody.core.findings import Draft
from custody.core.lifecycles import HANDOVER, reached
from custody.core.parties import Party
from custody.core.registers import Carried, Offer, Reply
from custody.core.roster import KeyRecord
from custody.core.saying import say
from custody.core.scene import Scene
from custody.core.state import Record, Says, State

ACCEPTED: Final = ("accepted", "accepted with reservation")
_RANK: Final = {"accepted": 0, "accepted with reservation": 0, "refused": 1, "withdrawn": 2}
_GONE: Final = ("expired", "refused", "withdrawn")
OPEN: Final = ("offered", "expired")
_SECONDS_AN_HOUR: Final = 3600


def open_offer(state: State, scene: Scene, *, record: Record) -> None:
    """Register an offer that was judged good."""
    event, giver = scene.event, scene.party("releasing")
    if giver is None:
        raise ValueError("an offer judged good has a giver")
    to = [key for keyid in event.to if (key := state.roster.get(keyid)) is not None]
    taker = next((key.party for key in to), None)
    offer = _offer(scene, giver=giver, givers=scene.signed["releasing"], taker=taker, to=to)
    offer.to = tuple(event.to)
    _register(state, offer)
    for ref in record.refs:
        state.registers.offers_on.setdefault(state.place(ref), []).append(record.event_id)


def paper_offer(scene: Scene, *, giver: Party, givers: Sequence[KeyRecord]) -> Offer:
    """The releasing half of a handover on paper, as an offer to those who signed for the receiving side."""
    to = scene.signed.get("receiving", ())
    return _offer(scene, giver=giver, givers=givers, taker=scene.party("receiving"), to=to)


def open_paper(state: State, offer: Offer, *, result: str, taken: tuple[str, ...]) -> None:
    """Register a handover on paper that was judged good: it is offer and answer in one."""
    _register(state, offer)
    offer.replies.append(Reply(event=offer.event, result=result, at=offer.at, taken=taken))


def says(offer: Offer, *, event: Any, taken: Sequence[str]) -> Says:
    """What a record of a handover says; the electronic answer and the paper are compared by it."""
    sides = [None if side is None else (side.kind, side.office, side.person) for side in (offer.giver, offer.taker)]
    found = tuple(sorted((item.unit, item.seal, item.condition) for item in event.found.seals))
    declared = (offer.packages, offer.papers)
    return (*sides, event.result, event.found.packages, event.found.papers, found, declared, tuple(sorted(taken)))


def _register(state: State, offer: Offer) -> None:
    state.registers.offers[offer.event] = offer
    for consignment in offer.consignments:
        state.registers.offers_of.setdefault(consignment, []).append(offer.event)


def _offer(
    scene: Scene, *, giver: Party, givers: Sequence[KeyRecord], taker: Party | None, to: Sequence[KeyRecord]
) -> Offer:
    event, units = scene.event, scene.existing()
    return Offer(
        event=scene.event_id,
        position=scene.position,
        at=event.at,
        units=tuple((ref.unit, ref.previous) for ref in event.units),
        giver=giver,
        givers=tuple(givers),
        to=tuple(key.keyid for key in to),
        nonce=event.nonce,
        packages=event.declared.packages,
        papers=event.declared.papers,
        taker=taker,
        station=units[0].station,
        consignments=tuple(dict.fromkeys(unit.consignment for unit in units if unit.consignment)),
        direction=units[0].direction,
        carried=tuple(
            Carried(unit.unit, unit.consignment, package, papers)
            for unit in units
            if unit.consignment is not None
            for package, papers in unit.cargo
        ),
        invited=", ".join(sorted({key.badge for key in to})),
    )


def reply(state: State, record: Record, *, taken: tuple[str, ...]) -> None:
    """An answer or a withdrawal that was judged good belongs to its offer, whether or not it is in force.

    ``taken`` are the units that change hands by it.
    """
    event = record.event
    result = event.result if record.type == "HandoverAnswered" else "withdrawn"
    replies = state.registers.offers[event.offer].replies
    replies.append(Reply(event=record.event_id, result=result, at=event.at, taken=taken))


def replies_to(state: State, withdrawals: Iterable[str]) -> tuple[str, ...]:
    """What else was said to the offers that these events withdraw: it is judged again by what its devices had seen."""
    records = (state.records.get(name) for name in withdrawals)
    offers = (state.registers.offers.get(record.offer or "") for record in records if record is not None)
    return tuple(item.event for offer in offers if offer is not None for item in offer.replies)


def refresh_offer(state: State, name: str, *, by: str) -> None:
    """Work out what became of an offer after ``by`` came into force or left it."""
    offer = state.registers.offers[name]
    state.dirty_offers[name] = None
    state.dirty_consignments.update(dict.fromkeys(offer.consignments))
    standing = [item for item in offer.replies if _moves(state.records[item.event])]
    best = min(standing, key=lambda item: (_RANK[item.result], item.at, item.event), default=None)
    offer.state = reached(HANDOVER, facts=_facts(state, offer))
    offer.taken = () if best is None else best.taken
    answered = best if best is not None and best.result == offer.state and best.result != "withdrawn" else None
    offer.answer = None if answered is None else answered.event
    offer.answered_at = None if answered is None else answered.at
    read = state.registers.acknowledged.get(offer.answer or "", ())
    offer.acknowledged = min((event for event in read if state.records[event].in_force), default=None)
    if offer.state in OPEN:
        state.offers_due.add(name, since=offer.open_since)
    covered = state.records[name].covered
    if offer.state == "offered" and covered is not None:
        state.offers_covered.add(name, since=covered)
    if offer.replies or offer.state == "superseded":
        # A reply settles what lacked one, whatever a dispute makes of the reply.
        state.findings.settle_topic(f"unanswered/{name}", by=_first(offer.replies, default=by))
        for unit, previous in offer.units:
            rivals = state.registers.offers_on.get(state.place((unit, previous)), ())
            replies = [item for rival in rivals for item in state.registers.offers[rival].replies]
            state.findings.settle_topic(_topic(unit, previous=previous), by=_first(replies, default=by))


def _first(replies: Sequence[Reply], *, default: str) -> str:
    """The reply that was claimed to come first, whichever was recorded first."""
    return min(replies, key=lambda item: (item.at, item.event)).event if replies else default


def _moves(record: Record) -> bool:
    """Whether a reply stands, and is not the echo of another record of the same handover."""
    return record.in_force and not record.echo


def _facts(state: State, offer: Offer) -> Iterator[str]:
    """What stands about an offer, as the table of handovers names it."""
    replies = [(item, state.records[item.event]) for item in offer.replies]
    yield from (item.result for item, record in replies if _moves(record))
    kept_out = (record for _, record in replies if not record.in_force and not record.aside and record.void is None)
    if not state.records[offer.event].in_force or any(kept_out):
        yield "contested"
    if any(record.void is not None for _, record in replies):
        yield "declared in error"
    if any(record.echo for _, record in replies) or any(state.paths.after(*ref) is not None for ref in offer.units):
        yield "overtaken"
    if offer.has_expired:
        yield "expired"


def note_double(state: State, record: Record) -> None:
    """An offer that stands beside another one, of the same units to other keys, that was neither refused nor withdrawn."""
    offer = state.registers.offers[record.event_id]
    rows = (state.registers.offers_on.get(state.place(ref), ()) for ref in record.refs)
    others = [state.registers.offers[name] for row in rows for name in row if name != record.event_id]
    # rules.md 29
    rivals = [other for other in others if other.state not in _GONE and set(other.to).isdisjoint(offer.to)]
    if not rivals:
        return
    unit, previous = record.refs[0]
    topic = _topic(unit, previous=previous)
    known = state.findings.on_topic(topic)
    evidence = {
        record.event_id,
        *(rival.event for rival in rivals),
        *(name for finding in known for name in finding.evidence),
    }
    for finding in known:
        state.findings.supersede(finding.id)
    takers = sorted({say("party.somebody") if item.taker is None else item.taker.said for item in (offer, *rivals)})
    sentence = say("offers.two", unit=unit, takers=tuple(takers))
    draft = Draft(
        code="double-offer",
        subject=unit,
        evidence=tuple(sorted(evidence)),
        sentence=sentence,
        topic=topic,
        station=offer.station,
        units=tuple(name for name, _ in record.refs),
    )
    state.raise_judged((draft,), record=record)
    for item in (offer, *rivals):
        state.add_code(state.records[item.event], code=draft.code)
        if item.replies:
            state.findings.settle_topic(topic, by=item.replies[0].event)


def expire_offers(state: State, *, now: int, limit: int) -> None:
    """Raise ``offer-unanswered`` for offers open for ``limit`` seconds or longer, in the time of the log."""
    for name in state.offers_due.start(now=now):
        state.registers.offers[name].open_since = now
    for offer in (state.registers.offers[name] for name in state.offers_due.take(until=now - limit)):
        topic = f"unanswered/{offer.event}"
        # rules.md 30
        if offer.state not in OPEN or state.findings.on_topic(topic):
            continue
        unit = offer.units[0][0]
        taker = say("party.somebody") if offer.taker is None else offer.taker.said
        sentence = say("offer.unanswered", unit=unit, giver=offer.giver.said, taker=taker)
        draft = Draft(
            code="offer-unanswered",
            subject=unit,
            evidence=(offer.event,),
            sentence=sentence,
            topic=topic,
            station=offer.station,
            units=tuple(name for name, _ in offer.units),
        )
        state.raise_judged((draft,), record=state.records[offer.event])


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


def _topic(unit: str, *, previous: str | None) -> str:
    return f"offers/{unit}/{previous}"
