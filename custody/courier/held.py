"""Acts that the log holds as handed in: the device's own bytes at the receipt's position, or its event with its signatures.

Signatures may have come by others, in one entry or in several: what counts is that none of the device's is missing from what it
has read itself, up to the position that the receipt names.
"""

from __future__ import annotations

from custody.adapters.outbox import Outbox, OutboxEntry
from schemas.envelope import Envelope, entry_hash, event_id, parse_envelope
from schemas.errors import Refused


def is_held(kept: OutboxEntry, *, outbox: Outbox) -> bool:
    """Whether the log, as this device has read it, holds this entry, or the same event with all its signatures."""
    if kept.position is None:
        return False
    shown = outbox.learned_at(kept.position)
    if shown is None or entry_hash(shown) == kept.entry_hash:
        return shown is not None
    if _of_event(shown, event=kept.event) is None:
        return False
    missing = set(parse_envelope(kept.entry).signatures)
    for record in outbox.learned():
        if record.position > kept.position or not missing:
            break
        envelope = _of_event(record.entry, event=kept.event)
        if envelope is not None:
            missing.difference_update(envelope.signatures)
    return not missing


def _of_event(entry: bytes, *, event: str) -> Envelope | None:
    """The envelope, where it is one of this event."""
    try:
        envelope = parse_envelope(entry)
    except Refused:
        return None
    return envelope if event_id(envelope.payload) == event else None
