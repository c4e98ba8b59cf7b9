"""Records of one act: a handover transcribed from paper and answered on a device, or typed in twice, is one handover.

The theory. Each record is judged by itself, and what follows one of them is judged against that one; in the tree they are one
act, named by the record that was judged first. They contest nobody as long as they say the same; what moves the units is then
one of them, the same whatever the order of arrival: the electronic answer, or the transcription with the smallest event id.
The others are its echo: in force, and moving nothing. What
one of them has, the signatures of both sides, all have. Two electronic answers are never one act; declarations of one loss are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from custody.core.authority.required_signatures import DECLARED, HANDOVER, LOST, TRANSCRIBED
from custody.core.state.crowds import Saying, Sayings, Says
from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import CLAIMED, Unit

REPEATABLE: Final = (TRANSCRIBED, DECLARED, LOST)
"""Types of acts of which several records may be of one act."""


def recognise(state: State, record: RecordedEvent) -> None:
    """Join an act to those that say the same at the same places, before it claims them."""
    known = _first(state, record)
    if known:
        root = state.paths.canonical(known)
        state.paths.merge(record.event_id, other=known)
        state.first_of[root] = min(state.first_of.get(root, root), record.event_id)
    for unit, previous in record.refs if record.type == LOST else ():
        # rules.md 155
        first = state.registers.first_losses.setdefault(state.place((unit, previous)), record.event_id)
        if first != record.event_id:
            state.paths.merge_at(unit, record.event_id, other=first)


def note_said_by_both(state: State, record: RecordedEvent) -> None:
    """Both sides have signed a handover: what it says is theirs, whoever else says it on paper."""
    if record.handover_facts is not None:
        said = saying(state, record)
        state.sayings[said] = replace(state.sayings.get(said, Sayings()), is_of_both=True)


def saying(state: State, record: RecordedEvent) -> Saying:
    """Where a record claims its places, and what it says there."""
    return tuple(sorted({state.place(ref) for ref in record.refs}, key=str)), record.handover_facts or ()


def is_same_act(state: State, act: str, *, other: str) -> bool:
    """Whether two records are of one act: the same event, or a record on paper that says what the other says."""
    first, second = state.records[act], state.records[other]
    if act == other:
        return True
    return (
        first.handover_facts is not None
        and first.handover_facts == second.handover_facts
        and _may_be_one(first, second)
    )


def one_act(state: State, acts: Iterable[str]) -> bool:
    """Whether all these records say the same and at most one of them was made as the act itself."""
    # rules.md 95
    first: RecordedEvent | None = None
    made = 0
    for record in (state.records[act] for act in acts):
        made += record.type not in REPEATABLE
        if first is None:
            first = record
        elif made > 1 or first.handover_facts is None or record.handover_facts != first.handover_facts:
            return False
    return True


def preferred(state: State, acts: Iterable[str]) -> str:
    """Of the records of one act the one that moves its units."""
    return min(acts, key=lambda act: (state.records[act].type in REPEATABLE, act))


def without_duplicates(state: State, acts: Iterable[str]) -> tuple[str, ...]:
    """Of each act the record that moves its units, in the order of ids; two electronic answers are never one act."""
    alone: list[str] = []
    groups: dict[Says, list[str]] = {}
    for act in acts:
        known = state.records[act].handover_facts
        if known is None:
            alone.append(act)
        else:
            groups.setdefault(known, []).append(act)
    for row in groups.values():
        made = [act for act in row if state.records[act].type not in REPEATABLE]
        alone += made or [min(row)]
    return tuple(sorted(alone))


def duplicates(state: State, records: Iterable[RecordedEvent], *, wanted: Mapping[str, bool]) -> dict[str, bool]:
    """Of each record whether another one of the same act that is to be in force is the one that moves the units.

    Among the records is the one that moves them now, if any does; and all of its act, where it is to leave.
    """
    rows: dict[str, list[str]] = {}
    for record in records:
        if wanted.get(record.event_id, record.in_force):
            rows.setdefault(state.paths.canonical(record.event_id), []).append(record.event_id)
    moving = {preferred(state, row) for row in rows.values()}
    stands = {name for row in rows.values() for name in row}
    return {record.event_id: record.event_id in stands and record.event_id not in moving for record in records}


def as_shown(state: State, unit: Unit) -> Unit:
    """The unit with the basis of its custody as it is now: a claim that the other side has signed since is confirmed."""
    if unit.basis != CLAIMED or unit.claimed_by is None:
        return unit
    # rules.md 91
    return unit.confirmed() if state.paths.is_confirmed(unit.claimed_by) else unit


def note_confirmed(state: State, record: RecordedEvent) -> None:
    """A record came into force or left it, or both sides have signed it by now: custody that rests on it is so, or a claim."""
    is_signed = record.type != TRANSCRIBED or record.event_id in state.signed_by_both
    if record.handover_facts is not None and is_signed:
        state.paths.confirm(record.event_id, is_so=record.in_force)


def touch(state: State, act: str) -> None:
    """Every unit whose custody rests on an act, or on another record of it, is told anew."""
    root = state.paths.canonical(act)
    for name in sorted(state.paths.resting_on(root)):
        head = state.paths.head(name)
        if head is not None and head.claimed_by is not None and state.paths.canonical(head.claimed_by) == root:
            state.dirty_units[name] = None


def is_answer(record: RecordedEvent) -> bool:
    """Whether an act is a handover: answered on a device, or transcribed from paper."""
    return record.type == HANDOVER or (record.type == TRANSCRIBED and record.stands_for == HANDOVER)


def has_both_sides(state: State, record: RecordedEvent) -> bool:
    """Whether an act is a handover that both sides have signed."""
    return record.type == HANDOVER or record.event_id in state.signed_by_both


def is_of_both(state: State, record: RecordedEvent) -> bool:
    """Whether a record is of a handover that both sides have signed: itself, or another record that says the same there."""
    # rules.md 190
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


def _first(state: State, record: RecordedEvent) -> str:
    """The first record of the same act at the same places, and no others; empty where there is none. The record is kept."""
    if record.handover_facts is None:
        return ""
    said = saying(state, record)
    known = state.sayings.get(said, Sayings())
    is_paper = record.type in REPEATABLE
    own = record.event_id
    on_paper = known.on_paper or (own if is_paper else "")
    state.sayings[said] = replace(known, first=known.first or own, on_paper=on_paper)
    return known.first if is_paper else known.on_paper


def _may_be_one(first: RecordedEvent, second: RecordedEvent) -> bool:
    return first.type in REPEATABLE or second.type in REPEATABLE
