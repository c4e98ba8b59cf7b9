"""Disputes: two acts that follow the same one on a unit. Both stay visible, neither is in force, adjudication picks the branch.

The theory. The acts judged good make a tree for each unit: each hangs on the act that it follows. An act *claims* its place on
each of its units, once and for good. A place that several acts claim is *contested* until an adjudication chooses one of them.
An act is in force iff all that it names is in force, no answered handover beats it (``voids``), and none of its places is
contested, or those that are were decided for it; a declaration of an error is in force by what it declares (``corrections``).
That is a property of the set of acts, not of their order of arrival: an act that comes late suspends what had been applied before
it, with everything that followed, and the last undisputed custodian stands. Claims are never taken back by a suspension, so what
is in force is found in one pass over the tree, and there is nothing to go round in circles.

A branch that adjudication did not choose is *aside*: it stays visible and contests nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from custody.core.fold import branch_claims
from custody.core.fold.claimed_papers import doubts, is_claim
from custody.core.fold.conflicts import add_rival, is_lost, refresh_conflicts
from custody.core.fold.disputed_places import Before, region_of
from custody.core.fold.effects import apply_effects, hold_back_effects, revert_effects, void_effects, void_no_more
from custody.core.fold.same_act import duplicates, is_same_act, recognise
from custody.core.fold.voids import beaten_by, note_answer, voided_by
from custody.core.state.conflict import Ref
from custody.core.state.state import RecordedEvent, State


def claim(state: State, record: RecordedEvent) -> None:
    """An act judged good takes its place in the trees of its units."""
    recognise(state, record)
    for ref in record.refs:
        place = state.place(ref)
        state.claims.setdefault(place, []).append(record.event_id)
        branch_claims.note_persons(state, record, place=place)
    note_answer(state, record)


def is_outdated(state: State, record: RecordedEvent) -> str | None:
    """The unit on which an act follows an older act although its author knew a newer one; None where there is none."""
    for ref in record.refs:
        row = state.claims.get(state.place(ref))
        if row and _knew(state, record, place=state.place(ref), horizon=state.records[row[0]].order):
            return ref[0]
    return None


def settle_new(state: State, record: RecordedEvent, *, others: Iterable[str] = ()) -> None:
    """An act that was just judged: what it changes for itself, and for others at its places unless it changes nothing there."""
    asked = tuple(dict.fromkeys((*others, *(doubts(state, record) if state.papers_at else ()))))
    record.is_not_chosen = _is_aside(state, record)
    if not asked and (branch_claims.repeats(state, record) or branch_claims.follows_the_lost(state, record)):
        _join(state, record)
    elif not asked and _is_by_itself(state, record):
        _settle_alone(state, record)
    elif not asked and _changes_nothing(state, record):
        _stand_by(state, record)
    else:
        resettle(state, (record.event_id, *asked), by=record)
    record.was_settled = True


def _is_by_itself(state: State, record: RecordedEvent) -> bool:
    """Whether nobody else claims a place of what was just judged, and nothing it names was declared in error."""
    is_plain = record.declares is None and record.corrects is None and record.event_id not in state.errors
    if not is_plain or any(name in state.errors for name in record.dependencies()):
        return False
    return not record.changes or all(len(state.claims[state.place(ref)]) == 1 for ref in record.refs)


def _settle_alone(state: State, record: RecordedEvent) -> None:
    _review(state, (record,))
    if record.voided_by is not None:
        void_effects(state, record)
    if _belongs(state, record, wanted={}):
        apply_effects(state, record)
    else:
        hold_back_effects(state, record)


def _changes_nothing(state: State, record: RecordedEvent) -> bool:
    """Whether an act changes nothing for any other: a decision chose against it, an answer beats it, or its places are full."""
    if not branch_claims.is_alone(state, record):
        return False
    return record.is_not_chosen or beaten_by(state, record) is not None or branch_claims.brings_nothing(state, record)


def _stand_by(state: State, record: RecordedEvent) -> None:
    """An act that does not come into force, and matters to no other."""
    beaten = beaten_by(state, record)
    record.voided_by = voided_by(state, record) or beaten
    branch_claims.note(state, record)
    if record.voided_by is not None:
        void_effects(state, record)
    hold_back_effects(state, record)
    if record.voided_by is None:
        add_rival(state, record)


def _join(state: State, record: RecordedEvent) -> None:
    """One more record of an act: in force as that is, and moving nothing where another one does."""
    record.voided_by = voided_by(state, record) or beaten_by(state, record)
    branch_claims.note(state, record)
    if record.voided_by is not None:
        void_effects(state, record)
    if _belongs(state, record, wanted={}):
        record.is_duplicate = branch_claims.moving(state, record) is not None
        apply_effects(state, record)
    else:
        hold_back_effects(state, record)


def resettle(
    state: State, seeds: Iterable[str], *, by: RecordedEvent, chosen: Mapping[Ref, str] = MappingProxyType({})
) -> None:
    """Bring into force what belongs there, and take out what does not, among these events and all that hang on them.

    ``chosen``: place -> the follower that a decision chose there.
    """
    names, opened, before = tuple(seeds), set[Ref](), Before()
    region = region_of(state, names, opened=opened)
    if not region:
        return
    before.keep(state, region)
    # rules.md 18
    state.winners.update(chosen)
    _review(state, region)
    while not (turned := set(before.turned(state, region))) <= opened:
        opened |= turned
        region = region_of(state, names, opened=opened)
        before.keep(state, region)
        _review(state, region)
    wanted: dict[str, bool] = {}
    for record in region:
        wanted[record.event_id] = _belongs(state, record, wanted=wanted)
    _seat(state, region, wanted=wanted, voids=before.voids)
    everywhere = [ref for record in region if record.changes for ref in record.refs]
    refresh_conflicts(state, everywhere if opened else before.claimed_otherwise(state, region), by=by)


def _review(state: State, region: Sequence[RecordedEvent]) -> None:
    """Which of these are aside, which void and by what, and what stands at their places."""
    for record in region:
        record.is_not_chosen = _is_aside(state, record)
        branch_claims.note(state, record)
    for record in reversed(region):
        known, record.voided_by = record.voided_by, voided_by(state, record)
        if record.voided_by != known:
            branch_claims.note(state, record)
    # What beats a paper may be beaten itself, and never by a paper of one side: papers come last.
    for record in sorted(region, key=lambda record: is_claim(state, record)) if state.papers_at else region:
        record.voided_by = record.voided_by or beaten_by(state, record)
        branch_claims.note(state, record)


def _seat(
    state: State, region: Sequence[RecordedEvent], *, wanted: dict[str, bool], voids: dict[str, str | None]
) -> None:
    """Take out and bring in, each unit's path from its end and from its beginning."""
    seated = sorted(
        region, key=lambda record: (state.records[state.paths.canonical(record.event_id)].order, record.order)
    )
    echo = duplicates(state, region, wanted=wanted)
    # Which record of an act moves its units has changed: everything after it makes room for the other one.
    again = any(record.in_force and record.is_duplicate != echo[record.event_id] for record in region)
    left: set[str] = set()
    for record in reversed(seated):
        if record.in_force and (again or not wanted[record.event_id]):
            revert_effects(state, record)
            left.add(record.event_id)
    turned = [record for record in region if record.voided_by != voids[record.event_id]]
    for record in turned:
        void_no_more(state, record)
    for record in turned:
        void_effects(state, record)
    for record in region:
        record.is_duplicate = echo[record.event_id]
    for record in seated:
        if wanted[record.event_id] and not record.in_force:
            apply_effects(state, record)
        elif not record.in_force:
            hold_back_effects(state, record, has_left=record.event_id in left)


def rivals(state: State, record: RecordedEvent) -> tuple[str, ...]:
    """The other acts that claim a place of this one."""
    places = (state.place(ref) for ref in record.refs)
    others = (act for place in places for act in state.claims.get(place, ()) if act != record.event_id)
    return tuple(dict.fromkeys(others))


def can_choose(state: State, finding: str, *, act: str) -> bool:
    """Whether an act is one of the branches that a finding is about."""
    if finding not in state.conflicts or act not in state.records:
        return False
    return any(is_same_act(state, act, other=row) for row in state.rivals_of[finding])


def choose(state: State, finding: str, *, act: str, by: RecordedEvent) -> None:
    """Adjudication picks a branch: its act takes effect; the other branches stay visible and out of force.

    The finding is adjudicated by then: whatever the decision changes, it stays on the record.
    """
    conflict, seeds = state.conflicts[finding], _concerned(state, finding, act=act)
    resettle(state, seeds, by=by, chosen=dict.fromkeys(conflict.places, act))


def _concerned(state: State, finding: str, *, act: str) -> tuple[str, ...]:
    """Whom a decision between rivals concerns: all who claim their places, or where it changes one, who was chosen and who is."""
    places = state.conflicts[finding].places
    before = [state.winners.get(place) for place in places]
    if None in before:
        return tuple(dict.fromkeys(name for place in places for name in state.claims.get(place, ())))
    chosen = dict.fromkeys((act, *(name for name in before if name is not None)))
    return tuple(dict.fromkeys(name for winner in chosen for name in (winner, *_saying(state, places, winner=winner))))


def _saying(state: State, places: Iterable[Ref], *, winner: str) -> Iterator[str]:
    """Whoever claims these places and says what a chosen act says, where others can: they are chosen or not along with it."""
    if state.records[winner].handover_facts is not None:
        rows = (act for place in places for act in state.claims.get(place, ()))
        yield from (act for act in rows if is_same_act(state, act, other=winner))


def is_disputed(state: State, unit: str) -> bool:
    """Whether acts claim to follow a unit's head that are not in force; a declaration of an error takes no unit anywhere."""
    head = state.paths.head(unit)
    return bool(state.standing.get(state.place((unit, None if head is None else head.act))))


def _is_aside(state: State, record: RecordedEvent) -> bool:
    """Whether a decision chose against the act or holds it back, or did so with one that it names."""
    if record.event_id in state.held_back:
        return True
    if record.changes and any(is_lost(state, ref, act=record.event_id) for ref in record.refs):
        return True
    # What was in error before a decision between others is so after it: the declaration goes by its own place alone.
    needs = (name for name in record.dependencies() if name != record.declares)
    return any(state.records[name].is_not_chosen for name in needs)


def _belongs(state: State, record: RecordedEvent, *, wanted: dict[str, bool]) -> bool:
    def stands(names: Iterable[str]) -> bool:
        return all(wanted.get(name, state.records[name].in_force) for name in names)

    if record.is_not_chosen or record.voided_by is not None:
        return False
    if record.declares is not None:
        entry = state.records[record.declares]
        return (
            entry.voided_by is not None
            and is_same_act(state, entry.voided_by, other=record.event_id)
            and stands(entry.dependencies())
        )
    if not stands(record.dependencies()):
        return False
    return not record.changes or not any(_is_contested(state, ref, act=record.event_id) for ref in record.refs)


def _is_contested(state: State, ref: Ref, *, act: str) -> bool:
    """Whether others claim a place for another act; a declaration of an error contests none, it yields to what was done."""
    place = state.place(ref)
    winner = state.winners.get(place)
    if winner is not None and is_same_act(state, act, other=winner):
        return False
    # rules.md 17
    return branch_claims.is_contested(state, ref)


def _knew(state: State, record: RecordedEvent, *, place: Ref, horizon: int) -> bool:
    """Whether ``record`` follows an act that claims a place, on whatever unit and over whatever other acts.

    ``horizon`` is where the first of them stands in the order of judgements.
    """
    seen: set[str] = set()
    queue = list(record.dependencies())
    while queue:
        known = state.records[queue.pop()]
        if known.event_id in seen or known.order < horizon:
            continue
        seen.add(known.event_id)
        if known.changes and any(state.place(ref) == place for ref in known.refs):
            return True
        queue += known.dependencies()
    return False
