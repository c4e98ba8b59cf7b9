"""Package counts: what was found in several together beyond what they declare, or less, and which of them explains it by now.

The theory. Whoever takes packages over and counts all their papers in one figure says how many are too few or too many, and not
in which of them. A package that is counted by itself afterwards says its own share, which stands with it. The rest stands with
the first of the others (what is too few, with no more than it can lack); nothing is left of it when all have been counted. It
follows from the paths of the packages alone, whatever order they are counted in, as of any place in the order of judgements.

Not here: what one package is counted to hold (postings).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from custody.core.state.book_accounts import UNACCOUNTED
from custody.core.state.state import State
from custody.core.state.units import FoundOff, Unit

Row = tuple[str, str, int]
"""(with whom, in which state, papers)"""


def joint_counts(state: State, units: Iterable[Unit], *, among: Mapping[str, Unit]) -> tuple[FoundOff, ...]:
    """All figures that were stated of several packages together and concern these units or what is inside them, each once."""
    found = {one.act: one for unit in units for one in _on(state, unit, among=among)}
    return tuple(one for _, one in sorted(found.items()))


def rest_of(state: State, found: FoundOff, *, until: int | None = None) -> Iterator[Row]:
    """What is left of such a figure, as rows of accounts: now, or after the act of that place in the sequence of judgements."""
    told, held = 0, []
    for name in sorted(found.units):
        path = _path(state, name, until=until)
        joint = [place for place, unit in enumerate(path) if unit.found_off == found]
        if joint and joint[-1] == len(path) - 1:
            held.append(path[-1])
        elif joint:
            told += _told(path[joint[-1]], after=path[joint[-1] + 1])
    # rules.md 149, 186
    for unit, papers in _shares(held, papers=found.papers - told):
        outer = _outermost(state, unit, until=until)
        place = "nobody" if outer.custodian is None else str(outer.custodian)
        yield place, outer.state, papers
        yield place, UNACCOUNTED, -papers


def _shares(held: Iterable[Unit], *, papers: int) -> Iterator[tuple[Unit, int]]:
    """Where the rest stands: with the first package, and of too few papers no more with each than it can lack."""
    for unit in held:
        share = max(papers, -_there(unit))
        if share:
            yield unit, share
        papers -= share


def _told(before: Unit, *, after: Unit) -> int:
    """Papers that one of the packages was found to hold beyond what was thought to be in it; negative: too few."""
    if after.counts > before.counts and after.counted is not None:
        return after.counted - _there(before)
    again = after.found_off
    return again.papers if again is not None and again.units == (after.unit,) else 0


def _there(unit: Unit) -> int:
    """Papers that a package is thought to hold."""
    return max((unit.papers or 0) if unit.counted is None else unit.counted, 0)


def _on(state: State, unit: Unit, *, among: Mapping[str, Unit]) -> Iterator[FoundOff]:
    if unit.found_off is not None:
        yield unit.found_off
    for name in unit.contains:
        inner = among.get(name) or state.paths.snapshot(name, unit.packed_by or "")
        if inner is not None:
            yield from _on(state, inner, among=among)


def _path(state: State, name: str, *, until: int | None) -> list[Unit]:
    path = list(state.paths.in_force(name))
    return path if until is None else [unit for unit in path if state.records[unit.act].order <= until]


def _outermost(state: State, unit: Unit, *, until: int | None) -> Unit:
    seen = {unit.unit}
    while unit.inside is not None and unit.inside not in seen:
        path = _path(state, unit.inside, until=until)
        if not path:
            break
        unit = path[-1]
        seen.add(unit.unit)
    return unit
