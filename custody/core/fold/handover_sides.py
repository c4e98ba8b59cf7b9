"""Handovers and their sides: which acts are handovers, which of them both sides have signed, and what a device had seen by then.

Not here: what that takes out of force (voids, claimed_papers).
"""

from __future__ import annotations

from custody.core.authority.required_signatures import HANDOVER, TRANSCRIBED
from custody.core.fold.same_act import saying
from custody.core.state.state import RecordedEvent, State


def is_answer(record: RecordedEvent) -> bool:
    """Whether an act is a handover: answered on a device, or transcribed from paper."""
    return record.type == HANDOVER or (record.type == TRANSCRIBED and record.stands_for == HANDOVER)


def has_both_sides(state: State, record: RecordedEvent) -> bool:
    """Whether an act is a handover that both sides have signed."""
    return record.type == HANDOVER or record.event_id in state.signed_by_both


def is_of_both(state: State, record: RecordedEvent) -> bool:
    """Whether a record is of a handover that both sides have signed: itself, or another record that says the same there."""
    # rules.md 201
    if has_both_sides(state, record):
        return True
    known = None if record.handover_facts is None else state.sayings.get(saying(state, record))
    return known is not None and known.is_of_both


def saw(state: State, record: RecordedEvent, *, event: str) -> bool:
    """Whether an event's device had provably seen another event: made it, countersigned it, or held a note that covers it."""
    other = state.records[event]
    if not record.device:
        return False
    own = other.device == record.device and other.number < record.number
    signed = state.devices.countersigned(event, device=record.device)
    return own or record.seen > other.position or (signed is not None and signed <= record.number)


def was_built_on(state: State, act: RecordedEvent) -> bool:
    """Whether anything was done that follows an act."""
    return any(state.claims.get(state.place((unit, act.event_id))) for unit, _ in act.refs)
