"""Proven times worked out anew from a finished state: the slow reference of ``custody.core.state.brackets``."""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.state.brackets import Bracket, passed_along, proven_since
from custody.core.state.state import RecordedEvent, State


def proven_times(state: State) -> dict[str, Bracket]:
    """Event id -> its bracket, of every event on the log."""
    since = _since_of_notes(state)
    own = {
        name: Bracket(since.get((record.seen_note, record.seen)), record.covered_at_s)
        for name, record in state.records.items()
    }
    return passed_along(own, links={name: tuple(_links(state, record)) for name, record in state.records.items()})


def _since_of_notes(state: State) -> dict[tuple[str, int], int | None]:
    """(note, entries under it) -> since when it can have been seen; of what is no note of this log nothing is known."""
    return {
        (digest, note.cosigned.size): proven_since(note.cosigned.policy, note.cosigned.times)
        for digest, note in state.notes.items()
    }


def _links(state: State, record: RecordedEvent) -> Iterator[str]:
    yield from (previous for _, previous in record.refs if previous is not None)
    yield from (name for name in (record.offer, record.about) if name is not None)
    if record.device and record.device not in state.devices.forked:
        before = state.seen.get(record.device, {}).get(record.number - 1)
        if before is not None:
            yield before[0]
