"""Codes of events: each is one of the published list, or of the rules in force.

Not here: the list (schemas.codes) and what a code says to people (custody.core.fold.event_facts).
"""

from __future__ import annotations

from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import unknown_code_topic
from custody.core.wording.messages import message
from schemas.base import Common
from schemas.stated_items import items_of
from schemas.station import UnusedCancelled


def check_codes(state: State, record: RecordedEvent, *, event: Common) -> None:
    """A code that nobody published is told: once for each device, or person where no device made the event."""
    # rules.md 140
    method = (event.method,) if isinstance(event, UnusedCancelled) and event.method else ()
    named = (*event.codes, *method, *(line.kind for line in items_of(event)))
    unknown = tuple(code for code in dict.fromkeys(named) if record.rules.says(code, language="en") is None)
    if not unknown:
        return
    maker = event.device.key if event.device is not None else event.signers[0].key
    sentence = message("codes.unknown", type=record.type, codes=unknown)
    draft = Draft(
        code="unknown-code",
        subject=record.event_id,
        evidence=(record.event_id,),
        sentence=sentence,
        topic=unknown_code_topic(maker),
        units=tuple(unit for unit, _ in record.refs),
    )
    state.raise_all((draft,), record=record)
