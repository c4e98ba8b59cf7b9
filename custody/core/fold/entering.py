"""What is written down of an event when its first entry comes, before anything of it is judged.

Not here: what it means (``ledger``), whose signatures count (``signature_check``).
"""

from __future__ import annotations

from custody.core.authority.required_signatures import stands_for
from custody.core.authority.rules_in_force import BEFORE_GENESIS
from custody.core.entries.admission import Checked
from custody.core.entries.commitments import about, committed
from custody.core.fold.half_signed_losses import note_recorded
from custody.core.state.contests import refs_of
from custody.core.state.recorded_event import RecordedEvent, SignedAtOnce
from custody.core.state.state import State
from schemas.base import Common, OnOffer


def enter(state: State, checked: Checked, *, event: Common) -> RecordedEvent:
    """The record of an event of this election, in its place in the state."""
    record = RecordedEvent(
        event_id=checked.event_id or "",
        position=checked.position,
        type=event.type,
        kind=event.KIND,
        refs=tuple(map(state.own_ref, refs_of(event))),
        # rules.md 51
        rules=state.rules_now() if state.rules else BEFORE_GENESIS,
        event=event,
        stands_for=stands_for(event),
        signatures=SignedAtOnce(tuple(map(state.own_key, checked.valid)), position=checked.position),
        at=event.at,
        logged=state.log_time or 0,
        number=0 if event.device is None else event.device.number,
        device="" if event.device is None else state.own_key(event.device.key),
        seen=0 if event.seen is None else event.seen.size,
        seen_note="" if event.seen is None else event.seen.note,
        offer=event.offer if isinstance(event, OnOffer) else None,
    )
    state.records[record.event_id] = record
    record.about, record.committed = about(event), committed(event)
    note_recorded(state, record)
    state.note_signatures(record, keys=record.signatures)
    return record
