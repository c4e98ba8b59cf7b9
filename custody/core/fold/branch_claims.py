"""Branch claims: which acts stand at a place in a unit's tree, kept so that asking does not look at every rival.

An act judged good claims its places once and for good (disputes). A claim *stands* while its act is neither set aside by a
decision, nor void, nor the idle correction of an entry that is not void; a declaration of an error contests nothing. A place at
which two different acts stand is *full*: whoever comes then contests nothing that was not contested before, so nothing has to be
looked at but the newcomer, whatever hangs on the others; unless it is an answer that takes one of them out of force.
"""

from __future__ import annotations

from collections.abc import Set

from custody.core.authority.required_signatures import TRANSCRIBED
from custody.core.fold.claimed_papers import note_standing
from custody.core.fold.same_act import REPEATABLE, is_of_both, preferred
from custody.core.fold.voids import beats_here, comes_first
from custody.core.state.conflict import Ref
from custody.core.state.crowds import Crowd, is_one
from custody.core.state.state import RecordedEvent, State


def stands(state: State, record: RecordedEvent) -> bool:
    """Whether an act has a claim to its places: it is not void, nor a correction of an entry that is not void either."""
    # rules.md 93
    idle = record.corrects is not None and state.records[record.corrects].voided_by is None
    return record.voided_by is None and not idle


def note(state: State, record: RecordedEvent) -> None:
    """Keep what stands at the places of an act, after what takes it out of force has changed."""
    if not record.changes:
        return
    is_living = not record.is_not_chosen and record.voided_by is None
    is_apart = record.declares is not None or not stands(state, record)
    is_answer = is_of_both(state, record)
    for ref in record.refs:
        place = state.place(ref)
        here = _crowd(state.standing, place)
        _keep(here, record, is_in=is_living and not is_apart, is_answer=is_answer)
        if place in state.papers_at:
            note_standing(state, record, place=place, is_in=is_living and not is_apart)
        if place in state.apart or (is_living and is_apart):
            _keep(_crowd(state.apart, place), record, is_in=is_living and is_apart, is_answer=is_answer)


def _crowd(crowds: dict[Ref, Crowd], place: Ref) -> Crowd:
    return crowds.get(place) or crowds.setdefault(place, Crowd())


def _keep(crowd: Crowd, record: RecordedEvent, *, is_in: bool, is_answer: bool) -> None:
    is_repeated = record.type in REPEATABLE
    if is_in:
        crowd.put(record.event_id, says=record.handover_facts, is_repeated=is_repeated, is_answer=is_answer)
    else:
        crowd.take(record.event_id, says=record.handover_facts, is_repeated=is_repeated)


def is_contested(state: State, ref: Ref) -> bool:
    """Whether acts that are not one stand at a place."""
    crowd = state.standing.get(state.place(ref))
    return crowd is not None and not is_one((crowd,))


def stand_as_one(state: State, place: Ref) -> bool:
    """Whether all acts that stand at a place are one, and no declaration or idle correction is there beside them."""
    crowd = state.standing.get(place)
    return not state.apart.get(place) and (crowd is None or is_one((crowd,)))


def brings_nothing(state: State, record: RecordedEvent) -> bool:
    """Whether an act that was just judged changes nothing for any other: a place of it is full, others stand at none but such.

    Nor does it take any out of force there.
    """
    full = [is_contested(state, ref) for ref in record.refs]
    is_idle = any(full) and all(
        is_full or _is_empty(state, ref) for is_full, ref in zip(full, record.refs, strict=True)
    )
    return is_idle and is_alone(state, record) and not beats_here(state, record)


def _is_empty(state: State, ref: Ref) -> bool:
    place = state.place(ref)
    return not state.standing.get(place) and not state.apart.get(place)


def repeats(state: State, record: RecordedEvent) -> bool:
    """Whether an act that was just judged is one more record of what stands at each of its places, if anything does.

    Then it changes nothing for any other: whoever is contested or free by one of them is so by two.
    """
    plain = record.changes and record.type in REPEATABLE and record.corrects is None
    if not plain or record.event_id in state.errors:
        return False
    places = [state.place(ref) for ref in record.refs]
    if not all(_is_quiet(state, place, record=record) for place in places):
        return False
    mover = moving(state, record)
    return mover is None or preferred(state, (mover, record.event_id)) == mover


def _is_quiet(state: State, place: Ref, *, record: RecordedEvent) -> bool:
    """Whether one more record of an act changes nothing at a place for any other: what stands there says the same, if anything.

    Which of them goes before the others matters where they contest others, or are declarations.
    """
    crowd, apart = state.standing.get(place), state.apart.get(place)
    if record.declares is not None:
        # Another entry of the same act is taken back too: nothing stood at its place before for this one.
        is_void = state.records[record.declares].voided_by is not None
        return is_void and apart is not None and apart.has_before(record.event_id, says=record.handover_facts)
    if (
        crowd is not None
        and record.event_id in state.signed_by_both
        and (not crowd.are_answers or comes_first(state, place, answer=record))
    ):
        return False
    if crowd is not None and crowd.has_before(record.event_id, says=record.handover_facts):
        return True
    is_free = not apart and not state.conflicts_at.get(place)
    return is_free and (not crowd or (is_one((crowd,)) and crowd.is_said(record.handover_facts)))


def follows_the_lost(state: State, record: RecordedEvent) -> bool:
    """Whether an act that a decision set aside is one more record of another one that goes before it."""
    plain = record.changes and record.declares is None and record.corrects is None
    first = state.first_of.get(state.paths.canonical(record.event_id), record.event_id)
    is_later = first < record.event_id
    return record.is_not_chosen and plain and is_later and record.event_id not in state.errors


def moving(state: State, record: RecordedEvent) -> str | None:
    """The record in force of the same act that moves its units; None where none does."""
    return state.paths.mover(record.event_id)


def is_alone(state: State, record: RecordedEvent) -> bool:
    """Whether an act that was just judged corrects nothing, is no other record of a known act, and was not declared in error."""
    plain = record.changes and record.declares is None and record.corrects is None
    return plain and state.paths.canonical(record.event_id) == record.event_id and record.event_id not in state.errors


def note_persons(state: State, record: RecordedEvent, *, place: Ref) -> None:
    """Keep who claims a place. Where one act does, it says so itself; one from paper may be signed by others later."""
    row, known = state.claims[place], state.contenders.get(place)
    if known is None and len(row) == 1 and record.type != TRANSCRIBED:
        return
    if known is None:
        known = state.contenders.setdefault(place, {})
        known.update(dict.fromkeys(person for act in row[:-1] for person in persons_of(state.records[act])))
    known.update(dict.fromkeys(persons_of(record)))


def contenders(state: State, place: Ref) -> Set[str]:
    """The persons (tags) who signed the acts that claim a place."""
    known = state.contenders.get(place)
    if known is not None:
        return known.keys()
    return dict.fromkeys(person for act in state.claims[place] for person in persons_of(state.records[act])).keys()


def persons_of(record: RecordedEvent) -> tuple[str, ...]:
    """The persons (tags) whose signatures count on an act, each once."""
    persons = (key.person for keys in record.signed.values() for key in keys if key.person)
    return tuple(dict.fromkeys(persons))
