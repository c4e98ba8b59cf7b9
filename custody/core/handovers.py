"""Offers and answers: which answer belongs to which offer, and what became of each offer.

    offered -> accepted | accepted with reservation | refused | withdrawn | disputed

An offer changes no unit; the accepted answer is the act and follows the act that the offer followed. Offering again is no
dispute; offering the same units to different keys while an offer is open is ``double-offer`` until one is answered.
"""

from __future__ import annotations

from custody.core.findings import Draft
from custody.core.registers import Offer
from custody.core.scene import Scene
from custody.core.state import Record, State


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
        giver_persons=frozenset(key.person for key in scene.signed["releasing"]),
        to=tuple(event.to),
        nonce=event.nonce,
        packages=event.declared.packages,
        papers=event.declared.papers,
        taker=next((key.party for keyid in event.to if (key := state.roster.get(keyid)) is not None), None),
        station=units[0].station,
        consignments=tuple(dict.fromkeys(unit.consignment for unit in units if unit.consignment)),
        direction=units[0].direction,
        recorded_since=state.log_time,
    )
    rivals = [known for ref in record.refs for name in state.registers.offers_on.get(ref, ()) if (known := state.registers.offers[name])]
    state.registers.offers[record.event_id] = offer
    for ref in record.refs:
        state.registers.offers_on.setdefault(ref, []).append(record.event_id)
    for consignment in offer.consignments:
        state.registers.offers_of.setdefault(consignment, []).append(record.event_id)
    state.dirty_offers[record.event_id] = None
    rival = next((known for known in rivals if known.state == "offered" and set(known.to).isdisjoint(offer.to)), None)
    if rival is not None:
        _raise_double(state, record, rival=rival, offer=offer)


def close_offer(state: State, record: Record, *, result: str) -> None:
    """An offer was answered or withdrawn."""
    offer = state.registers.offers[record.offer or ""]
    was = offer.state
    offer.state = result
    if result != "withdrawn":
        offer.answer, offer.answered_at = record.event_id, record.event.at
    elif was != "offered":
        offer.state = was
    for ref in offer.units:
        state.findings.settle_topic(f"offers/{ref[0]}/{ref[1]}", by=record.event_id)
    state.findings.settle_topic(f"unanswered/{offer.event}", by=record.event_id)
    state.dirty_offers[offer.event] = None
    state.dirty_consignments.update(dict.fromkeys(offer.consignments))


def undo_answer(state: State, record: Record) -> None:
    """A dispute suspended an accepted answer."""
    offer = state.registers.offers.get(record.offer or "")
    if offer is not None:
        offer.state = "disputed"
        state.dirty_offers[offer.event] = None
        state.dirty_consignments.update(dict.fromkeys(offer.consignments))


def redo_answer(state: State, record: Record) -> None:
    """An accepted answer is in force again."""
    offer = state.registers.offers.get(record.offer or "")
    if offer is not None:
        offer.state, offer.answer = "accepted", record.event_id
        state.dirty_offers[offer.event] = None
        state.dirty_consignments.update(dict.fromkeys(offer.consignments))


def expire_offers(state: State, *, now: int) -> None:
    """Raise ``offer-unanswered`` for offers open longer than the rules allow, in the time of the log."""
    hours = state.rules_now().rules.offer_expiry_hours
    for offer in state.registers.offers.values():
        if offer.state != "offered" or offer.recorded_since is None or now - offer.recorded_since < hours * 3600:
            continue
        record = state.records[offer.event]
        unit = offer.units[0][0]
        sentence = f"{unit} was offered by {offer.giver} to {offer.taker}, and no answer was recorded: offered, unanswered."
        draft = Draft(
            code="offer-unanswered",
            subject=unit,
            evidence=(offer.event,),
            sentence=sentence,
            topic=f"unanswered/{offer.event}",
            station=offer.station,
            units=tuple(name for name, _ in offer.units),
        )
        state.raise_all((draft,), record=record)
        offer.recorded_since = None


def _raise_double(state: State, record: Record, *, rival: Offer, offer: Offer) -> None:
    unit, previous = record.refs[0]
    sentence = f"{unit} was offered to {rival.taker} and to {offer.taker}, and neither offer was answered or withdrawn."
    draft = Draft(
        code="double-offer",
        subject=unit,
        evidence=(rival.event, offer.event),
        sentence=sentence,
        topic=f"offers/{unit}/{previous}",
        station=offer.station,
        units=tuple(name for name, _ in record.refs),
    )
    state.raise_all((draft,), record=record)
