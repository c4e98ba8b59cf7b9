"""Event bounds: what bounds a new event at once, and what became bounded by the note that is judged (design D11).

Not here: passing bounds on (``state.bounds``), and which note covers what (witnessing).
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.state.brackets import Bracket, bounds_doc, proven_since
from custody.core.state.state import RecordedEvent, State
from schemas.base import DeviceMark
from schemas.proof_outcomes import TimesJson


def bound(state: State, record: RecordedEvent, *, mark: DeviceMark | None) -> None:
    """An event is on the log: the note that its device had seen, and all that it names, were there before it."""
    note = state.notes.get(record.seen_note)
    is_known = note is not None and note.cosigned.size == record.seen
    since = proven_since(note.cosigned.policy, note.cosigned.times) if note is not None and is_known else None
    is_open = bool(record.seen_note) and note is None
    state.bounds.enter(record.event_id, links=_links(record, mark=mark), since=since, is_open=is_open)


def tell_bounds(state: State) -> None:
    """A note was judged: bounds are passed on, and what depends on those that changed is told anew."""
    state.bounds.pass_on()
    for topic in state.bounds.changed_topics():
        state.findings.tell_again(topic)


def times_doc(record: RecordedEvent, *, bracket: Bracket) -> TimesJson:
    """The bracket of an event on the log, as it is from here on."""
    units = [unit for unit, _ in record.refs]
    return {"position": record.position, "event": record.event_id, "units": units, **bounds_doc(bracket)}


def _links(record: RecordedEvent, *, mark: DeviceMark | None) -> Iterator[str]:
    """The hashes of events that an event names: each was made before it."""
    yield from (previous for _, previous in record.refs if previous is not None)
    yield from (name for name in (record.offer, record.about) if name is not None)
    if mark is not None and mark.previous is not None:
        yield mark.previous
