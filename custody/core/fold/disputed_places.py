"""Disputed places: which judged events can come into force or leave it when something changes at some of them.

The theory. What an act is worth follows from what it names and from what stands at its places (disputes). So a change goes on to
whatever hangs on an act; to the others at its places it matters only where the place becomes contested by it, or free: one rival
more among many, or less, changes nothing for any of them. A region is therefore found without the others, worked out, and found
again with those at the places where that turned. What takes others out of force by itself (an answer, a declaration, what was
declared in error or corrects it) brings all at its places along from the beginning.

Not here: what is in force (disputes), and which findings tell of it (conflicts).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from custody.core.fold.branch_claims import is_contested
from custody.core.fold.claimed_papers import can_beat
from custody.core.fold.conflicts import is_claimant
from custody.core.fold.same_act import has_both_sides
from custody.core.fold.voids import has_others
from custody.core.state.conflict import Ref
from custody.core.state.crowds import is_one
from custody.core.state.state import RecordedEvent, State


class Before:
    """What was so at the places of a region before anything was worked out: contested places, and who claimed them."""

    def __init__(self) -> None:
        self.voids: dict[str, str | None] = {}
        """event -> what took it out of force"""
        self._pictures: dict[Ref, tuple[bool, bool]] = {}
        self._claims: dict[tuple[str, Ref], bool] = {}

    def keep(self, state: State, region: Iterable[RecordedEvent]) -> None:
        """Remember it of those of a region of which nothing is known yet."""
        for record in region:
            self.voids.setdefault(record.event_id, record.voided_by)
            for ref in record.refs if record.changes else ():
                self._pictures.setdefault(state.place(ref), _picture(state, state.place(ref)))
                claim = record.event_id, state.place(ref)
                self._claims.setdefault(claim, record.was_settled and is_claimant(state, record.event_id, ref=ref))

    def turned(self, state: State, region: Iterable[RecordedEvent]) -> Iterator[Ref]:
        """Places at which others are concerned by now: contested or free since, or without the act that moved the units."""
        for place, picture in self._pictures.items():
            if _picture(state, place) != picture:
                yield place
        for record in region:
            if _leaves_to_others(state, record):
                yield from (state.place(ref) for ref in record.refs)

    def claimed_otherwise(self, state: State, region: Iterable[RecordedEvent]) -> list[Ref]:
        """Places that a record of the region claims since, or claims no more."""
        return [
            ref
            for record in region
            if record.changes
            for ref in record.refs
            if self._claims[record.event_id, state.place(ref)] != is_claimant(state, record.event_id, ref=ref)
        ]


def region_of(state: State, seeds: Iterable[str], *, opened: Set[Ref]) -> list[RecordedEvent]:
    """These judged events and all that hang on them, in order of judgement, so that each comes after those it names.

    At ``opened`` places all who claim them belong to it. So does an entry declared in error before what follows it, which decides
    whether the declaration takes effect.
    """
    found: dict[str, RecordedEvent] = {}
    looked_at: set[Ref] = set()
    queue = list(seeds)
    while queue:
        name = queue.pop()
        record = state.records[name]
        if name in found or not record.order:
            continue
        found[name] = record
        queue += state.dependents.get(name, ())
        if (offer := state.registers.offers.get(name)) is not None:
            queue += offer.replies
        queue += [act for act in record.dependencies() if act in state.errors]
        if record.changes:
            queue += _moving(state, record)
            after = (state.place((unit, name)) for unit, _ in record.refs)
            places = {*after, *_reached(state, record, opened=opened)} - looked_at
            looked_at |= places
            queue += [act for place in sorted(places, key=str) for act in state.claims.get(place, ())]
    return sorted(found.values(), key=lambda record: record.order)


def _picture(state: State, place: Ref) -> tuple[bool, bool]:
    """Whether a place is contested, and whether declarations and idle corrections there have others beside them."""
    crowds = (state.standing.get(place), state.apart.get(place))
    return is_contested(state, place), is_one([crowd for crowd in crowds if crowd is not None])


def _leaves_to_others(state: State, record: RecordedEvent) -> bool:
    """Whether a record that moves the units of an act goes out of force, and others say the same."""
    is_out = record.in_force and (record.is_not_chosen or record.voided_by is not None)
    return is_out and record.moves and state.paths.canonical(record.event_id) in state.first_of


def _moving(state: State, record: RecordedEvent) -> tuple[str, ...]:
    mover = state.paths.mover(record.event_id)
    return () if mover is None else (mover,)


def _reached(state: State, record: RecordedEvent, *, opened: Set[Ref]) -> Iterator[Ref]:
    """Those of its places at which an act takes others out of force by itself, or which are open in any case."""
    is_corrected = record.event_id in state.errors or record.declares is not None or record.corrects is not None
    is_answer = has_both_sides(state, record)
    for ref in record.refs:
        place = state.place(ref)
        is_beaten = (is_answer and has_others(state, place)) or (place in state.papers_at and can_beat(state, record))
        beats = is_beaten and state.winners.get(place) is None
        if place in opened or is_corrected or beats:
            yield place
