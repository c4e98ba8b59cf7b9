"""Claims: which acts stand at a place in a unit's tree, kept so that asking does not look at every rival.

An act judged good claims its places once and for good (disputes). A claim *stands* while its act is neither set aside by a
decision, nor void, nor the idle correction of an entry that is not void; a declaration of an error contests nothing. A place at
which two different acts stand is *full*: whoever comes then contests nothing that was not contested before, so nothing has to be
looked at but the newcomer, whatever hangs on the others.
"""

from __future__ import annotations

from custody.core.crowds import Crowd, is_one
from custody.core.precedence import is_answer
from custody.core.state import Record, Ref, State
from custody.core.twins import REPEATABLE, preferred


def stands(state: State, record: Record) -> bool:
    """Whether an act has a claim to its places: it is not void, nor a correction of an entry that is not void either."""
    # rules.md 93
    idle = record.corrects is not None and state.records[record.corrects].void is None
    return record.void is None and not idle


def note(state: State, record: Record) -> None:
    """Keep what stands at the places of an act, after what takes it out of force has changed."""
    if not record.changes:
        return
    is_living = not record.aside and record.void is None
    is_apart = record.declares is not None or not stands(state, record)
    for ref in record.refs:
        place = state.place(ref)
        _keep(state.standing, place, record=record, is_in=is_living and not is_apart)
        if place in state.apart or (is_living and is_apart):
            _keep(state.apart, place, record=record, is_in=is_living and is_apart)


def _keep(crowds: dict[Ref, Crowd], place: Ref, *, record: Record, is_in: bool) -> None:
    crowd = crowds.setdefault(place, Crowd())
    is_repeated = record.type in REPEATABLE
    if is_in:
        crowd.put(record.event_id, says=record.says, is_repeated=is_repeated, is_answer=is_answer(record))
    else:
        crowd.take(record.event_id, says=record.says, is_repeated=is_repeated)


def is_contested(state: State, ref: Ref) -> bool:
    """Whether acts that are not one stand at a place."""
    crowd = state.standing.get(state.place(ref))
    return crowd is not None and not is_one((crowd,))


def brings_nothing(state: State, record: Record) -> bool:
    """Whether an act that was just judged changes nothing for any other: each of its places is full already."""
    return is_alone(state, record) and all(is_contested(state, ref) for ref in record.refs)


def repeats(state: State, record: Record) -> bool:
    """Whether an act that was just judged is one more record of acts that stand at each of its places, and none of them is it.

    Then it changes nothing for any other: whoever is contested or free by one of them is so by two.
    """
    plain = record.changes and record.type in REPEATABLE and record.corrects is None
    if not plain or record.event_id in state.errors:
        return False
    places = [state.place(ref) for ref in record.refs]
    crowds = state.standing if record.declares is None else state.apart
    known = (crowds.get(place) for place in places)
    if not all(crowd is not None and crowd.has_before(record.event_id, says=record.says) for crowd in known):
        return False
    if record.event_id in state.signed_by_both and not all(state.standing[place].are_answers for place in places):
        return False
    mover = moving(state, record)
    return mover is None or preferred(state, (mover, record.event_id)) == mover


def moving(state: State, record: Record) -> str | None:
    """The record in force of the same act that moves its units; None where none does."""
    return state.paths.standing_at(record.refs[0][0], record.event_id)


def is_alone(state: State, record: Record) -> bool:
    """Whether an act that was just judged corrects nothing, is no other record of a known act, and was not declared in error."""
    plain = record.changes and record.declares is None and record.corrects is None
    return plain and state.paths.root(record.event_id) == record.event_id and record.event_id not in state.errors


def persons_of(record: Record) -> tuple[str, ...]:
    """The persons (tags) whose signatures count on an act, each once."""
    persons = (key.person for keys in record.signed.values() for key in keys if key.person)
    return tuple(dict.fromkeys(persons))
