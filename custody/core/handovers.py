"""Offers and answers: which answer belongs to which offer, and what became of each offer.

    offered -> accepted | accepted with reservation | refused | withdrawn | superseded | disputed

An offer changes no unit; the accepted answer is the act and follows the act that the offer followed. Offering again is no
dispute; offering the same units to different keys while an offer is open is ``double-offer`` until one is answered. What became
of an offer follows from what stands of its replies, whichever came first: an acceptance beats a refusal, both beat a withdrawal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.findings import Draft
from custody.core.registers import Carried, Offer, Reply
from custody.core.saying import say
from custody.core.scene import Scene
from custody.core.state import Record, State

ACCEPTED: Final = ("accepted", "accepted with reservation")
_RANK: Final = {"accepted": 0, "accepted with reservation": 0, "refused": 1, "withdrawn": 2}
_GONE: Final = ("refused", "withdrawn")


def open_offer(state: State, scene: Scene, *, record: Record) -> None:
    """Register an offer that was judged good."""
    event, units, giver = scene.event, scene.existing(), scene.party("releasing")
    if giver is None:
        raise ValueError("an offer judged good has a giver")
    offer = Offer(
        event=record.event_id,
        position=record.position,
        at=event.at,
        units=record.refs,
        giver=giver,
        givers=scene.signed["releasing"],
        to=tuple(event.to),
        nonce=event.nonce,
        packages=event.declared.packages,
        papers=event.declared.papers,
        taker=next((key.party for keyid in event.to if (key := state.roster.get(keyid)) is not None), None),
        station=units[0].station,
        consignments=tuple(dict.fromkeys(unit.consignment for unit in units if unit.consignment)),
        direction=units[0].direction,
        carried=tuple(
            Carried(unit.unit, unit.consignment, unit.package or unit.unit, unit.papers or 0)
            for unit in units
            if unit.consignment is not None
        ),
        invited=", ".join(sorted({key.badge for keyid in event.to if (key := state.roster.get(keyid)) is not None})),
        open_since=state.log_time,
    )
    state.registers.offers[record.event_id] = offer
    for ref in record.refs:
        state.registers.offers_on.setdefault(ref, []).append(record.event_id)
    for consignment in offer.consignments:
        state.registers.offers_of.setdefault(consignment, []).append(record.event_id)


def reply(state: State, record: Record, *, taken: tuple[str, ...]) -> None:
    """An answer or a withdrawal that was judged good belongs to its offer, whether or not it is in force.

    ``taken`` are the units that change hands by it.
    """
    event = record.event
    result = event.result if record.type == "HandoverAnswered" else "withdrawn"
    replies = state.registers.offers[event.offer].replies
    replies.append(Reply(event=record.event_id, result=result, at=event.at, taken=taken))


def refresh_offer(state: State, name: str, *, by: str) -> None:
    """Work out what became of an offer after ``by`` came into force or left it."""
    offer, own = state.registers.offers[name], state.records[name]
    state.dirty_offers[name] = None
    state.dirty_consignments.update(dict.fromkeys(offer.consignments))
    standing = [item for item in offer.replies if state.records[item.event].in_force]
    best = min(standing, key=lambda item: (_RANK[item.result], item.at, item.event), default=None)
    contested = not own.in_force or any(
        not state.records[item.event].in_force and not state.records[item.event].aside for item in offer.replies
    )
    offer.answer = offer.answered_at = None
    offer.taken = () if best is None else best.taken
    if best is not None and (best.result in ACCEPTED or not contested):
        offer.state = best.result
        if best.result != "withdrawn":
            offer.answer, offer.answered_at = best.event, best.at
    elif contested:
        offer.state = "disputed"
    else:
        offer.state = "superseded" if any(state.paths.after(*ref) is not None for ref in offer.units) else "offered"
    read = state.registers.acknowledged.get(offer.answer or "", ())
    offer.acknowledged = min((event for event in read if state.records[event].in_force), default=None)
    if offer.replies or offer.state == "superseded":
        # A reply settles what lacked one, whatever a dispute makes of the reply.
        state.findings.settle_topic(f"unanswered/{name}", by=_first(offer.replies, default=by))
        for unit, previous in offer.units:
            rivals = state.registers.offers_on.get((unit, previous), ())
            replies = [item for rival in rivals for item in state.registers.offers[rival].replies]
            state.findings.settle_topic(_topic(unit, previous=previous), by=_first(replies, default=by))


def _first(replies: Sequence[Reply], *, default: str) -> str:
    """The reply that was claimed to come first, whichever was recorded first."""
    return min(replies, key=lambda item: (item.at, item.event)).event if replies else default


def note_double(state: State, record: Record) -> None:
    """An offer that stands beside another one, of the same units to other keys, that was neither refused nor withdrawn."""
    offer = state.registers.offers[record.event_id]
    rows = (state.registers.offers_on.get(ref, ()) for ref in record.refs)
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
    for offer in state.registers.offers.values():
        if offer.state != "offered":
            continue
        if offer.open_since is None:
            offer.open_since = now
        topic = f"unanswered/{offer.event}"
        # rules.md 30
        if now - offer.open_since < limit or state.findings.on_topic(topic):
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


def _topic(unit: str, *, previous: str | None) -> str:
    return f"offers/{unit}/{previous}"
