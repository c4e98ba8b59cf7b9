"""Void events: judged good, and taken out of force by another event rather than by a dispute.

The theory. An entry is void once it was declared in error and nobody had acted on top of it, or a decision upheld the
declaration. Acts on top that are void themselves do not count, so a chain of entries is undone from its end. An acceptance is
void if its device had provably seen that the offer was withdrawn. Both follow from the set of events, not from the order of
their arrival: an act that comes late and follows what was declared in error puts the entry back into force, and the
declaration needs a decision. What is void contests nothing; its findings stay, settled by the declaration.
"""

from __future__ import annotations

from custody.core.fold.same_act import is_same_act
from custody.core.fold.withdrawals import known_withdrawal
from custody.core.state.contests import Ref
from custody.core.state.crowds import is_one
from custody.core.state.state import RecordedEvent, State


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
