"""Claims: which acts stand at a place in a unit's tree, kept so that asking does not look at every rival.

An act judged good claims its places once and for good (disputes). A claim *stands* while its act is neither set aside by a
decision, nor void, nor the idle correction of an entry that is not void; a declaration of an error contests nothing. A place at
which two different acts stand is *full*: whoever comes then contests nothing that was not contested before, so nothing has to be
looked at but the newcomer, whatever hangs on the others.
"""

from __future__ import annotations

from custody.core.state import Record, Ref, State
from custody.core.twins import one_act


def stands(state: State, record: Record) -> bool:
    """Whether an act has a claim to its places: it is not void, nor a correction of an entry that is not void either."""
    # rules.md 93
    idle = record.corrects is not None and state.records[record.corrects].void is None
    return record.void is None and not idle


def note(state: State, record: Record) -> None:
    """Keep what stands at the places of an act, after what takes it out of force has changed."""
    if not record.changes:
        return
    is_live = not record.aside and record.declares is None and stands(state, record)
    for ref in record.refs:
        row = state.standing.setdefault(state.place(ref), {})
        if is_live:
            row[record.event_id] = None
        else:
            row.pop(record.event_id, None)


def is_contested(state: State, ref: Ref) -> bool:
    """Whether acts that are not one stand at a place."""
    return not one_act(state, state.standing.get(state.place(ref), {}))


def brings_nothing(state: State, record: Record) -> bool:
    """Whether an act that was just judged changes nothing for any other: each of its places is full already."""
    return is_alone(state, record) and all(is_contested(state, ref) for ref in record.refs)


def is_alone(state: State, record: Record) -> bool:
    """Whether an act that was just judged corrects nothing, is no other record of a known act, and was not declared in error."""
    plain = record.changes and record.declares is None and record.corrects is None
    return plain and state.paths.root(record.event_id) == record.event_id and record.event_id not in state.errors


def persons_of(record: Record) -> tuple[str, ...]:
    """The persons (tags) whose signatures count on an act, each once."""
    persons = (key.person for keys in record.signed.values() for key in keys if key.person)
    return tuple(dict.fromkeys(persons))
