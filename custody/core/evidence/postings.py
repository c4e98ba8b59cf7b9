"""Double entry: every paper sits in exactly one account, a place and a state, at every log position (design §1).

The theory. What a unit's snapshot says decides in which accounts its papers are (``balances``): a package's papers are where the
outermost package around it is; what was counted into a station's stock is in the accounts of its book. An act moves papers from
the accounts of its units before it to those after it; nothing else moves any. So the postings of all acts in force add up to the
balances of all units, and both to what was printed. What a count or a statement says beyond that is in *unaccounted*, with its
sign: positive where papers were declared that nobody found, negative where there are papers without recorded origin.

Pure: it reads snapshots. Not here: whether the figures agree (book_identities), and what follows if they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from custody.core.evidence.package_counts import Row, joint_counts, rest_of
from custody.core.state.book_accounts import UNACCOUNTED, accounts_of
from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import PrintRun, Unit

PRINTED: Final = "printed"


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """Where papers are: with whom (a party in words, "nobody"), and in which state."""

    place: str
    state: str

    def __str__(self) -> str:
        return f"{self.place}: {self.state}"


PRESS: Final = Account("press", PRINTED)
"""Where papers come from: its balance is what was printed, negative."""

Balances = dict[Account, int]


@dataclass(frozen=True, slots=True)
class Posting:
    """Papers moved from one account to another; negative papers stand for papers without recorded origin."""

    source: Account
    target: Account
    papers: int


def balances(state: State) -> Balances:
    """All accounts that are not empty, at the state's position; the sum of all is nothing."""
    names = state.paths.units()
    heads = {name: head for name in names if (head := state.paths.head(name)) is not None}
    joint = joint_counts(state, heads.values(), among=heads)
    return _with_rests(_weigh(state, heads), rests=(row for found in joint for row in rest_of(state, found)))


def postings(state: State, record: RecordedEvent) -> tuple[Posting, ...]:
    """What an act in force moved, from account to account; none for what moves no paper."""
    if not record.moves or not record.in_force:
        return ()
    # Of several acts in force that take one place on a path, as two losses that overlap, one moves its papers.
    own = [(unit, act) for unit, act in record.refs if state.paths.stands(unit, record.event_id)]
    before = {unit: found for unit, act in own if act and (found := state.paths.snapshot(unit, act))}
    after = {unit: found for unit, _ in own if (found := state.paths.snapshot(unit, record.event_id))}
    joint = (*joint_counts(state, before.values(), among=before), *joint_counts(state, after.values(), among=after))
    was, became = (
        [row for found in dict.fromkeys(joint) for row in rest_of(state, found, until=record.order - step)]
        for step in (1, 0)
    )
    return moved(_with_rests(_weigh(state, before), rests=was), _with_rests(_weigh(state, after), rests=became))


def moved(before: Balances, after: Balances) -> tuple[Posting, ...]:
    """What leads from some accounts to others."""
    return tuple(_paired(before, after))


def _weigh(state: State, units: Mapping[str, Unit]) -> Balances:
    """The accounts of these units, and of all that is inside them."""
    found: Balances = {}
    for unit in units.values():
        if unit.inside is None or unit.inside not in units:
            for account, papers in _inside(state, unit, outer=unit, units=units):
                found[account] = found.get(account, 0) + papers
    return {account: papers for account, papers in sorted(found.items()) if papers}


def _with_rests(held: Balances, *, rests: Iterable[Row]) -> Balances:
    """Accounts with what is left of figures that were stated of several packages together."""
    found = dict(held)
    for place, name, papers in rests:
        account = Account(place, name)
        found[account] = found.get(account, 0) + papers
    return {account: papers for account, papers in sorted(found.items()) if papers}


def _inside(state: State, unit: Unit, *, outer: Unit, units: Mapping[str, Unit]) -> Iterator[tuple[Account, int]]:
    """The accounts of a unit: its own, or those of its contents. ``outer`` is the outermost unit around it."""
    for name in unit.contains:
        inner = units.get(name) or state.paths.snapshot(name, unit.packed_by or "")
        if inner is not None:
            yield from _inside(state, inner, outer=outer, units=units)
    made = state.paths.snapshot(unit.unit, unit.packed_by or "")
    if made is None or not made.contains:
        yield from _own(unit, outer=outer)


def _own(unit: Unit, *, outer: Unit) -> Iterator[tuple[Account, int]]:
    place = "nobody" if outer.custodian is None else str(outer.custodian)
    if unit.run is not None:
        yield from _of_run(unit.run, left=unit.papers or 0, place=place)
    elif unit.book is not None:
        yield from ((Account(place, state), papers) for state, papers in accounts_of(unit.book))
    elif unit.booked is None:
        declared = unit.papers or 0
        there = declared if unit.counted is None else unit.counted
        is_absent = unit.inside is not None and outer.state == "opened"
        yield from _split(Account(place, "not found" if is_absent else outer.state), papers=there)
        yield Account(place, UNACCOUNTED), declared - there


def _of_run(run: PrintRun, *, left: int, place: str) -> Iterator[tuple[Account, int]]:
    printed, good, waste = run.printed or 0, run.good or 0, run.waste or 0
    destroyed = run.waste_destroyed or 0
    yield PRESS, -printed
    yield from _split(Account(place, "good, not allocated"), papers=left)
    yield from _split(Account(place, "waste"), papers=waste - destroyed)
    yield Account(place, "waste destroyed"), destroyed
    yield Account(place, UNACCOUNTED), printed - good - waste


def _split(account: Account, *, papers: int) -> Iterator[tuple[Account, int]]:
    """An account holds no fewer than no papers: what is below that is unaccounted."""
    yield account if papers >= 0 else Account(account.place, UNACCOUNTED), papers


def _paired(before: Balances, after: Balances) -> Iterator[Posting]:
    """From the accounts that shrank to those that grew, in the order of their names."""
    changed = {account: after.get(account, 0) - before.get(account, 0) for account in sorted({*before, *after})}
    sources = [(account, -papers) for account, papers in changed.items() if papers < 0]
    targets = [(account, papers) for account, papers in changed.items() if papers > 0]
    while sources and targets:
        (source, out), (target, into) = sources.pop(0), targets.pop(0)
        papers = min(out, into)
        yield Posting(source, target, papers)
        sources = [(source, out - papers), *sources] if out > papers else sources
        targets = [(target, into - papers), *targets] if into > papers else targets
