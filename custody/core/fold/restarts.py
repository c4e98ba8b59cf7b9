"""The decision that sets the time of the log, and the waits that run anew from there (domain.md §10).

For a clock that brought the time of the log too far ahead, or an election that stood still for longer than any clock may bridge.
What a finding says already stays said.

Not here: how the time of the log goes on by itself (log_time).
"""

from __future__ import annotations

from custody.core.fold.log_time import advance
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from schemas.authority import LogTimeSet
from schemas.identifiers import epoch_seconds
from schemas.services import HeartbeatNoted


def log_time_set(event: LogTimeSet, *, record: RecordedEvent, state: State) -> Draft | None:  # noqa: ARG001 - one row of a table like any other
    """The time of the log is what was decided; nothing has waited before it."""
    now = epoch_seconds(event.log_time)
    # rules.md 110
    state.device_times.forget(after=now)
    for name in state.waiting:
        state.records[name].waits_since_s = None
    for offer in state.registers.offers.values():
        offer.open_since = None
    state.waits_due.restart()
    state.offers_due.restart()
    state.gaps_due.restart()
    state.log_time = None
    advance(state, now=now)
    return None


def heartbeat_noted(event: HeartbeatNoted, *, record: RecordedEvent, state: State) -> Draft | None:  # noqa: ARG001 - one row of a table like any other
    """The monitor was there: the time that it claims is all that it says (clock.tick)."""
    return None
