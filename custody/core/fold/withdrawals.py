"""Withdrawals that the device of an answer had provably seen (design D4): which answers each of them takes out of force.

An answer beats a withdrawal, unless its device had made the withdrawal, countersigned it or held a note that covers it. One more
of either is held against those that it can concern, by device, number and what was seen, and not against all.

Not here: what an answer without effect means (force, voids).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final

from custody.core.authority.required_signatures import HANDOVER
from custody.core.state.registers import Offer
from custody.core.state.state import RecordedEvent, State

WITHDRAWAL: Final = "HandoverWithdrawn"


def saw(state: State, record: RecordedEvent, *, event: str) -> bool:
    """Whether an event's device had provably seen another event: made it, countersigned it, or held a note that covers it."""
    other = state.records[event]
    if not record.device:
        return False
    own = other.device == record.device and other.number < record.number
    signed = state.devices.countersigned(event, device=record.device)
    return own or record.seen > other.position or (signed is not None and signed <= record.number)


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
