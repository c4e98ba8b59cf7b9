"""Void events: judged good, and taken out of force by another event (a declaration, an answer, a withdrawal), not by a dispute.

The theory. An entry is void once it was declared in error and nobody had acted on top of it, or a decision upheld the
declaration. Acts on top that are void themselves do not count, so a chain of entries is undone from its end. An acceptance is
void if its device had provably seen that the offer was withdrawn (design D4): it had made the withdrawal, countersigned it or
held a note that covers it; one more of either is held against those that it can concern, by device, number and what was seen,
and not against all. Both follow from the set of events, not from the order of their arrival: an act that comes late and
follows what was declared in error puts the entry back into force, and the declaration needs a decision. What is void contests
nothing; its findings stay, settled by the declaration.

An answered handover beats a later one-sided act of the side that signed its offer. Who signed an offer that was answered has
given the units out of hand. An act that this side alone signs on the act before the handover (released to a carrier, opened,
unpacked, lost) would otherwise contest the answer and suspend all that followed it, for ever and at no cost. So it has no
effect, whichever of both was recorded first, unless it was provably made before: by the very device that later made the offer
or the answer, or seen by that device (it countersigned the act, or held a note that covers it). A handover on paper whose
transcription both sides have signed is such an answer. A handover on paper that one side alone has signed is an act of one side
as well, whoever that is: it claims what the other has not confirmed, and so has no effect beside a handover that both sides have
signed, unless it says the same, or another record of it has both signatures; beside an answer of the same two parties that says
something else it has none once anybody has acted on that answer. Once its other side signs it too, it contests the answer.
Two answers to two offers contest each other as before: each has two sides. A loss that one person has reported takes
effect with the second signature (rules 5 and 67): units that were handed over by then, before that report was recorded or
after, were not lost. What else beats such a
paper: claimed_papers. Officers may choose what was beaten (decided_acts).

Not here: disputes between others (disputes).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import Final

from custody.core.authority.required_signatures import HANDOVER, LOST, TRANSCRIBED
from custody.core.fold.claimed_papers import beaten_by_act, beats_papers, note_claim
from custody.core.fold.same_act import (
    has_both_sides,
    is_answer,
    is_of_both,
    is_same_act,
    note_said_by_both,
    saw,
    was_built_on,
)
from custody.core.state.conflict import Ref
from custody.core.state.crowds import is_one
from custody.core.state.registers import Offer
from custody.core.state.state import RecordedEvent, State

WITHDRAWAL: Final = "HandoverWithdrawn"


def known_withdrawal(state: State, record: RecordedEvent) -> str | None:
    """Of the withdrawals of its offer that an answer's device had provably seen the first by event id; None where it saw none."""
    offer = state.registers.offers.get(record.offer or "")
    if record.type != HANDOVER or not record.changes or offer is None or not offer.replies.withdrawals:
        return None
    # rules.md 94
    rows = (_first(state, record, names=names) for names in _seen(record, offer=offer))
    return min((name for name in rows if name is not None), default=None)


def note_countersigned(state: State, names: Iterable[str], *, device: str) -> tuple[str, ...]:
    """Somebody signed these on a device; the answers that know of a withdrawal by it."""
    found: list[str] = []
    for record in (state.records[name] for name in names if name in state.records):
        offer = state.registers.offers.get(record.offer or "")
        if record.type == WITHDRAWAL and offer is not None and record.event_id in offer.replies.rows:
            offer.replies.note_signed(record.event_id, device=device)
            found += concerned(state, record)
    return tuple(dict.fromkeys(found))


def note_made(state: State, record: RecordedEvent, *, offer: Offer) -> None:
    """A reply to an offer: on which device it was made, and on which a withdrawal was countersigned before it came."""
    offer.replies.place(record.event_id, device=record.device, number=record.number, seen=record.seen)
    if record.type == WITHDRAWAL:
        for device in state.devices.countersigners(record.event_id):
            offer.replies.note_signed(record.event_id, device=device)


def concerned(state: State, withdrawal: RecordedEvent) -> tuple[str, ...]:
    """Acceptances of its offer whose devices may have seen a withdrawal, but for those that know of another one before it."""
    offer = state.registers.offers.get(withdrawal.offer or "")
    if withdrawal.type != WITHDRAWAL or offer is None:
        return ()
    found = dict.fromkeys(_may_have_seen(state, withdrawal, offer=offer))
    return tuple(name for name in found if not _knows_better(state, name, withdrawal=withdrawal))


def _may_have_seen(state: State, withdrawal: RecordedEvent, *, offer: Offer) -> Iterator[str]:
    replies = offer.replies
    for device, number in (
        (withdrawal.device, withdrawal.number + 1),
        *state.devices.countersigners(withdrawal.event_id).items(),
    ):
        row = replies.accepted.get(device, [])
        yield from (event for _, event in row[bisect_right(row, (number, "")) :])
    place = bisect_right(replies.sightings, (withdrawal.position + 1, ""))
    yield from (event for _, event in replies.sightings[place:])


def _knows_better(state: State, answer: str, *, withdrawal: RecordedEvent) -> bool:
    void = state.records[answer].voided_by
    return void is not None and state.records[void].type == WITHDRAWAL and void < withdrawal.event_id


def _seen(record: RecordedEvent, *, offer: Offer) -> Iterator[Iterable[str]]:
    """The withdrawals that a device may have seen, in each of the ways of seeing."""
    replies = offer.replies
    if record.number > replies.withdrawn_from.get(record.device, record.number):
        yield replies.withdrawn[record.device]
    yield replies.signed.get(record.device, ())
    if record.seen > offer.position:
        yield replies.withdrawals


def _first(state: State, record: RecordedEvent, *, names: Iterable[str]) -> str | None:
    """The first of some withdrawals that stands and that an answer's device had seen."""
    for name in names:
        row = state.records[name]
        if not row.is_not_chosen and row.voided_by is None and saw(state, record, event=name):
            return name
    return None


def beaten_by(state: State, record: RecordedEvent) -> str | None:
    """The answer that takes an act of the offering side out of force, of several the first by id; None where none does."""
    if not _is_one_sided(state, record):
        return None
    # rules.md 99
    found = (_beaten_at(state, state.place(ref), record=record) for ref in record.refs)
    return next((name for name in found if name is not None), None)


def _beaten_at(state: State, place: Ref, *, record: RecordedEvent) -> str | None:
    if state.winners.get(place) is not None:
        return None
    row = state.answers_at.get(place, ())
    answer = next((name for name in row if name != record.event_id and _beats(state, name, record=record)), None)
    if answer is None and place in state.papers_at:
        return beaten_by_act(state, place, paper=record)
    return answer


def beaten_places(state: State, record: RecordedEvent) -> tuple[Ref, ...]:
    """The places at which answers take an act out of force; none where no answer does."""
    places = dict.fromkeys(state.place(ref) for ref in record.refs if _is_one_sided(state, record))
    return tuple(place for place in places if _beaten_at(state, place, record=record) is not None)


def beats_here(state: State, record: RecordedEvent) -> bool:
    """Whether what was just judged takes acts out of force that stand at its places, whatever else stands there."""
    # rules.md 99
    if record.voided_by is not None or record.is_not_chosen:
        return False
    places = [place for ref in record.refs if state.winners.get(place := state.place(ref)) is None]
    if not has_both_sides(state, record):
        return any(place in state.papers_at and beats_papers(state, record, place=place) for place in places)
    return any(_beats_at(state, place, answer=record) or comes_first(state, place, answer=record) for place in places)


def comes_first(state: State, place: Ref, *, answer: RecordedEvent) -> bool:
    """Whether what answers took out of force at a place is taken out by this one from now on: its id comes before theirs."""
    rows = state.answers_at.get(place, ())
    is_first = len(rows) > 0 and rows[0] == answer.event_id and len(state.claims[place]) > len(rows)
    return is_first and (len(rows) > 1 or place in state.papers_at)


def has_others(state: State, place: Ref) -> bool:
    """Whether anything but handovers of two sides claims a place; those take none of each other out of force."""
    return place in state.registers.other_claims


def _beats_at(state: State, place: Ref, *, answer: RecordedEvent) -> bool:
    crowds = (state.standing.get(place), state.apart.get(place))
    acts = (state.records[act] for crowd in crowds if crowd is not None for act in crowd.no_answers)
    return any(_is_one_sided(state, act) and _beats(state, answer.event_id, record=act) for act in acts)


def note_answer(state: State, record: RecordedEvent) -> None:
    """An act claims its places; if it is a handover that has both its sides, others there may be beaten by it from here on."""
    # rules.md 99
    if state.papers_at or record.type == TRANSCRIBED:
        note_claim(state, record)
    if not has_both_sides(state, record):
        state.registers.other_claims.update(dict.fromkeys(state.place(ref) for ref in record.refs))
    else:
        note_said_by_both(state, record)
        for place in dict.fromkeys(state.place(ref) for ref in record.refs):
            insort(state.answers_at.setdefault(place, []), record.event_id)


def _is_one_sided(state: State, record: RecordedEvent) -> bool:
    if not record.changes or record.declares is not None:
        return False
    # rules.md 190
    return not is_of_both(state, record) if is_answer(record) else "receiving" not in record.signed


def _beats(state: State, answer: str, *, record: RecordedEvent) -> bool:
    other = state.records[answer]
    offer = state.registers.offers.get(other.offer or answer)
    if offer is None or other.voided_by is not None or other.is_not_chosen:
        return False
    if record.type == LOST:
        return _was_half_signed(record, answer=other) or _is_beaten(state, record, offer=offer, answer=other)
    return _is_beaten(state, record, offer=offer, answer=other)


def _is_beaten(state: State, record: RecordedEvent, *, offer: Offer, answer: RecordedEvent) -> bool:
    own = state.registers.offers.get(record.event_id) if is_answer(record) else None
    if own is None:
        is_of = _is_of(record, offer=offer)
    else:
        is_same = (own.releasing, own.receiving) == (offer.releasing, offer.receiving)
        is_of = not is_same or was_built_on(state, answer)
    return is_of and not _was_first(state, record, offer=offer.event, answer=answer)


def _was_half_signed(record: RecordedEvent, *, answer: RecordedEvent) -> bool:
    """Whether only one person had reported units lost when their handover was recorded, whichever of both came first."""
    # rules.md 151
    known = [key for keys in record.signed.values() for key in keys if key.person]
    first: dict[str, int] = {}
    for key in known:
        first[key.person] = min(first.get(key.person, record.signatures[key.keyid]), record.signatures[key.keyid])
    second = sorted(first.values())[1:2]
    return bool(second) and max(record.position, answer.position) < second[0]


def _is_of(record: RecordedEvent, *, offer: Offer) -> bool:
    """Whether somebody of the side that signed an offer is among those who signed an act."""
    signers = (key for part, keys in record.signed.items() if part != "device" for key in keys)
    return any(key.person in offer.releasing_persons or key.party == offer.releasing for key in signers)


def _was_first(state: State, record: RecordedEvent, *, offer: str, answer: RecordedEvent) -> bool:
    return any(saw(state, other, event=record.event_id) for other in (state.records[offer], answer))


def voided_by(state: State, record: RecordedEvent) -> str | None:
    """The event that takes this one out of force, as the events judged so far say; None where it is not void."""
    rows = (name for name in state.errors.get(record.event_id, ()) if not state.records[name].is_not_chosen)
    # rules.md 92
    declared = next((name for name in sorted(rows) if _is_effective(state, name, entry=record)), None)
    return declared if declared is not None else known_withdrawal(state, record)


def cut_by(state: State, record: RecordedEvent) -> str | None:
    """The answer without effect on which an event hangs, over whatever others; None where it hangs on none, or is void itself."""
    if record.voided_by is not None or record.is_not_chosen:
        return None
    for other in (state.records[name] for name in record.dependencies()):
        if other.voided_by is not None and state.records[other.voided_by].declares is None:
            return other.event_id
        if other.hangs_on is not None:
            return other.hangs_on
    return None


def _is_effective(state: State, declaration: str, *, entry: RecordedEvent) -> bool:
    """Whether a declaration takes effect: nobody acted on top of the entry, or a decision chose the declaration."""
    if not entry.changes:
        return True
    return all(_is_free(state, (unit, entry.event_id), declaration=declaration) for unit, _ in entry.refs)


def _is_free(state: State, ref: Ref, *, declaration: str) -> bool:
    place = state.place(ref)
    winner = state.winners.get(place)
    if winner is not None:
        return is_same_act(state, winner, other=declaration)
    crowds = (state.standing.get(place), state.apart.get(place))
    # rules.md 93
    return is_one([crowd for crowd in crowds if crowd is not None])
