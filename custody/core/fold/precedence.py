"""Precedence: an answered handover beats a later one-sided act of the side that signed its offer.

The theory. Who signed an offer that was answered has given the units out of hand. An act that this side alone signs on the act
before the handover (released to a carrier, opened, unpacked, lost) would otherwise contest the answer and suspend all that
followed it, for ever and at no cost. So it has no effect, whichever of both was recorded first, unless it was provably made
before: by the very device that later made the offer or the answer, or seen by that device (it countersigned the act, or held a
note that covers it). A handover on paper whose transcription both sides have signed is such an answer. Two answers to two offers
contest each other as before: each has two sides. A loss that one person
has reported takes effect with the second signature (rules 5 and 67): units that were handed over by then were not lost.

Not here: what a void act means (voids), and disputes between others (disputes).
"""

from __future__ import annotations

from bisect import insort

from custody.core.authority.required_signatures import HANDOVER, LOST, TRANSCRIBED
from custody.core.fold.withdrawals import saw
from custody.core.state.contests import Ref
from custody.core.state.registers import Offer
from custody.core.state.state import RecordedEvent, State


def beaten_by(state: State, record: RecordedEvent) -> str | None:
    """The answer that takes an act of the offering side out of force, of several the first by id; None where none does."""
    if not _is_one_sided(record):
        return None
    # rules.md 99
    for place in (state.place(ref) for ref in record.refs):
        row = state.answers_at.get(place, ()) if state.winners.get(place) is None else ()
        found = next((name for name in row if name != record.event_id and _beats(state, name, record=record)), None)
        if found is not None:
            return found
    return None


def beats_here(state: State, record: RecordedEvent) -> bool:
    """Whether an answer that was just judged takes acts out of force that stand at its places, whatever else stands there."""
    # rules.md 99
    if not has_both_sides(state, record) or record.voided_by is not None or record.is_not_chosen:
        return False
    places = [place for ref in record.refs if state.winners.get(place := state.place(ref)) is None]
    return any(_beats_at(state, place, answer=record) or comes_first(state, place, answer=record) for place in places)


def comes_first(state: State, place: Ref, *, answer: RecordedEvent) -> bool:
    """Whether what answers took out of force at a place is taken out by this one from now on: its id comes before theirs."""
    rows = state.answers_at.get(place, ())
    return len(rows) > 1 and rows[0] == answer.event_id and len(state.claims[place]) > len(rows)


def has_others(state: State, place: Ref) -> bool:
    """Whether anything but handovers claims a place; handovers take none of each other out of force."""
    return place in state.registers.other_claims


def _beats_at(state: State, place: Ref, *, answer: RecordedEvent) -> bool:
    crowds = (state.standing.get(place), state.apart.get(place))
    acts = (state.records[act] for crowd in crowds if crowd is not None for act in crowd.no_answers)
    return any(_is_one_sided(act) and _beats(state, answer.event_id, record=act) for act in acts)


def note_answer(state: State, record: RecordedEvent) -> None:
    """An act claims its places; if it is a handover that has both its sides, others there may be beaten by it from here on."""
    # rules.md 99
    if not is_answer(record):
        state.registers.other_claims.update(dict.fromkeys(state.place(ref) for ref in record.refs))
    if has_both_sides(state, record):
        for place in dict.fromkeys(state.place(ref) for ref in record.refs):
            insort(state.answers_at.setdefault(place, []), record.event_id)


def is_answer(record: RecordedEvent) -> bool:
    """Whether an act is a handover: answered on a device, or transcribed from paper."""
    return record.type == HANDOVER or (record.type == TRANSCRIBED and record.stands_for == HANDOVER)


def has_both_sides(state: State, record: RecordedEvent) -> bool:
    """Whether an act is a handover that both sides have signed."""
    return record.type == HANDOVER or record.event_id in state.signed_by_both


def _is_one_sided(record: RecordedEvent) -> bool:
    return record.changes and not is_answer(record) and record.declares is None and "receiving" not in record.signed


def _beats(state: State, answer: str, *, record: RecordedEvent) -> bool:
    other = state.records[answer]
    offer = state.registers.offers.get(other.offer or answer)
    if offer is None or other.voided_by is not None or other.is_not_chosen:
        return False
    if record.type == LOST:
        return _was_half_signed(record, answer=other) or _is_beaten(state, record, offer=offer, answer=other)
    return _is_beaten(state, record, offer=offer, answer=other)


def _is_beaten(state: State, record: RecordedEvent, *, offer: Offer, answer: RecordedEvent) -> bool:
    return _is_of(record, offer=offer) and not _was_first(state, record, offer=offer.event, answer=answer)


def _was_half_signed(record: RecordedEvent, *, answer: RecordedEvent) -> bool:
    """Whether one person had reported units lost when their handover was recorded, and the second one signed that afterwards."""
    # rules.md 151
    known = [key for keys in record.signed.values() for key in keys if key.person]
    first: dict[str, int] = {}
    for key in known:
        first[key.person] = min(first.get(key.person, record.signatures[key.keyid]), record.signatures[key.keyid])
    second = sorted(first.values())[1:2]
    return bool(second) and record.position < answer.position < second[0]


def _is_of(record: RecordedEvent, *, offer: Offer) -> bool:
    """Whether somebody of the side that signed an offer is among those who signed an act."""
    signers = (key for part, keys in record.signed.items() if part != "device" for key in keys)
    return any(key.person in offer.releasing_persons or key.party == offer.releasing for key in signers)


def _was_first(state: State, record: RecordedEvent, *, offer: str, answer: RecordedEvent) -> bool:
    return any(saw(state, other, event=record.event_id) for other in (state.records[offer], answer))
