"""Records of one act: a handover transcribed from paper and answered on a device, or typed in twice, is one handover.

The theory. Each record is judged by itself, and what follows one of them is judged against that one; in the tree they are one
act, named by the record that was judged first. They contest nobody as long as they say the same; what moves the units is then
one of them, the same whatever the order of arrival: the electronic answer, or the transcription with the smallest event id.
The others are its echo: in force, and moving nothing. Two electronic answers are never one act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.demands import DECLARED, TRANSCRIBED
from custody.core.state import Record, Ref, State
from custody.core.units import CLAIMED, Unit

_ON_PAPER = (TRANSCRIBED, DECLARED)


def recognise(state: State, record: Record) -> None:
    """Join an act to those that say the same at the same places, before it claims them."""
    known = next((other for other in _at(state, record.refs) if _says_the_same(state, record, other=other)), None)
    if known is not None:
        root = state.paths.root(known)
        state.paths.join(record.event_id, other=known)
        state.records_of.setdefault(root, [root]).append(record.event_id)


def are_one(state: State, act: str, *, other: str) -> bool:
    """Whether two records are of one act: the same event, or a record on paper that says what the other says."""
    first, second = state.records[act], state.records[other]
    if act == other:
        return True
    return first.says is not None and first.says == second.says and _is_on_paper(first, second)


def one_act(state: State, acts: Sequence[str]) -> bool:
    """Whether all these records say the same and at most one of them was made as the act itself."""
    # rules.md 95
    if len(acts) < 2:
        return True
    rows = [state.records[act] for act in acts]
    made = sum(row.type not in _ON_PAPER for row in rows)
    return rows[0].says is not None and all(row.says == rows[0].says for row in rows) and made < 2


def preferred(state: State, acts: Iterable[str]) -> str:
    """Of the records of one act the one that moves its units."""
    return min(acts, key=lambda act: (state.records[act].type in _ON_PAPER, act))


def echoes(state: State, record: Record, *, wanted: dict[str, bool]) -> bool:
    """Whether another record of the same act in force is the one that moves the units."""
    row = state.records_of.get(state.paths.root(record.event_id), ())
    stands = [act for act in row if wanted.get(act, state.records[act].in_force)]
    return bool(stands) and record.event_id in stands and preferred(state, stands) != record.event_id


def as_shown(state: State, unit: Unit) -> Unit:
    """The unit with the basis of its custody as it is now: a claim that the other side has signed since is confirmed."""
    if unit.basis != CLAIMED or unit.claimed_by is None:
        return unit
    root = state.paths.root(unit.claimed_by)
    rows = [state.records[act] for act in state.records_of.get(root, (root,))]
    # rules.md 91
    signed = any(
        row.in_force and (row.type != TRANSCRIBED or row.event_id in state.signed_by_both) for row in rows if row.order
    )
    return unit.confirmed() if signed else unit


def touch(state: State, act: str) -> None:
    """Every unit whose custody rests on an act, or on another record of it, is told anew."""
    root = state.paths.root(act)
    for name in state.paths.units():
        head = state.paths.head(name)
        if head is not None and head.claimed_by is not None and state.paths.root(head.claimed_by) == root:
            state.dirty_units[name] = None


def _at(state: State, refs: Iterable[Ref]) -> tuple[str, ...]:
    """The acts that claim all these places and no others."""
    places = {state.place(ref) for ref in refs}
    rows = [state.claims.get(place, ()) for place in sorted(places, key=str)]
    return tuple(act for act in rows[0] if {state.place(ref) for ref in state.records[act].refs} == places)


def _says_the_same(state: State, record: Record, *, other: str) -> bool:
    return record.says is not None and are_one(state, record.event_id, other=other)


def _is_on_paper(first: Record, second: Record) -> bool:
    return first.type in _ON_PAPER or second.type in _ON_PAPER
