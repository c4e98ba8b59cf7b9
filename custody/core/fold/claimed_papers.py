"""Papers that claim a handover: typed in by one side alone, beside other acts of the side that is to have given the units away.

The theory. Any person of a receiving side can type in that units were handed over to him, on any act. Where the giver's own side
did something else there that takes two persons to sign (opened, counted, took back), or that others have acted on since, the
paper has no effect, whichever was recorded first, unless that act's device provably made or saw the paper before. The giver's
signature makes the paper a handover of both sides, which goes before (voids).

What stands at a place is kept only where there are such papers, so that one more of either is not held against all.

Not here: answered handovers, which beat these papers first (voids).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator

from custody.core.authority.required_signatures import LOST, TRANSCRIBED
from custody.core.fold.same_act import has_both_sides, is_answer, is_of_both, saw, was_built_on
from custody.core.state.conflict import Ref
from custody.core.state.crowds import ClaimedPapers
from custody.core.state.finding_index import KEPT
from custody.core.state.state import RecordedEvent, State


def is_claim(state: State, record: RecordedEvent) -> bool:
    """Whether an act is a handover on paper that one side alone has signed."""
    is_paper = record.type == TRANSCRIBED and is_answer(record) and record.changes and record.declares is None
    return is_paper and not is_of_both(state, record)


def note_claim(state: State, record: RecordedEvent) -> None:
    """An act claims its places: a paper of one side, or something beside one."""
    is_paper = is_claim(state, record)
    for place in dict.fromkeys(state.place(ref) for ref in record.refs):
        row = state.papers_at.get(place)
        if row is None and is_paper:
            others = [act for act in state.claims[place] if _is_other(state.records[act])]
            state.papers_at[place] = ClaimedPapers(acts=sorted(others))
        elif row is not None and _is_other(record):
            insort(row.acts, record.event_id)


def note_standing(state: State, record: RecordedEvent, *, place: Ref, is_in: bool) -> None:
    """A paper of one side stands at a place from now on, or no more."""
    row = state.papers_at.get(place)
    if row is None or not is_answer(record):
        return
    if is_in and is_claim(state, record):
        row.papers[record.event_id] = None
    else:
        row.papers.pop(record.event_id, None)


def beaten_by_act(state: State, place: Ref, *, paper: RecordedEvent) -> str | None:
    """Of the first acts at a place the first by id that takes a paper out of force; None where none does."""
    row = state.papers_at.get(place) if is_claim(state, paper) else None
    acts = () if row is None else row.acts[:KEPT]
    return next((act for act in acts if _beats(state, state.records[act], paper=paper)), None)


def beats_papers(state: State, act: RecordedEvent, *, place: Ref) -> bool:
    """Whether an act that was just judged takes papers at a place out of force, or comes first of those that do."""
    row = state.papers_at.get(place)
    if row is None or not can_beat(state, act):
        return False
    is_first = len(row.acts) > 1 and row.acts[0] == act.event_id
    return is_first or any(_beats(state, act, paper=state.records[paper]) for paper in row.papers)


def can_beat(state: State, act: RecordedEvent) -> bool:
    """Whether an act takes papers of one side out of force: it takes two persons to sign, or others have acted on it."""
    # rules.md 192
    type_name = act.stands_for if act.type == TRANSCRIBED and act.stands_for is not None else act.type
    # Who has what was declared lost, or says so, is heard until others have acted on the loss.
    takes_two = act.type != LOST and act.rules.persons_needed(type_name) > 1
    return _is_other(act) and (takes_two or was_built_on(state, act))


def doubts(state: State, record: RecordedEvent) -> Iterator[str]:
    """Papers of one side beside an act on which an act that was just judged is the first to build."""
    for unit, previous in record.refs if record.changes else ():
        act = state.records.get(previous or "")
        if act is None or len(state.claims[state.place((unit, previous))]) > 1:
            continue
        rows = (state.papers_at.get(state.place(ref)) for ref in act.refs if ref[0] == unit)
        yield from (paper for row in rows if row is not None for paper in row.papers if paper != act.event_id)


def _is_other(record: RecordedEvent) -> bool:
    return record.changes and record.declares is None and not is_answer(record)


def _beats(state: State, act: RecordedEvent, *, paper: RecordedEvent) -> bool:
    if act.voided_by is not None or act.is_not_chosen or has_both_sides(state, paper) or not can_beat(state, act):
        return False
    giver = state.registers.offers[paper.event_id].releasing
    signers = (key for part, keys in act.signed.items() if part != "device" for key in keys)
    return any(key.party == giver for key in signers) and not saw(state, act, event=paper.event_id)
