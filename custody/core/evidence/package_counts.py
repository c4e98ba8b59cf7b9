"""Package counts: what was found in several together beyond what they declare, or less, and which of them explains it by now.

The theory. Whoever takes packages over and counts all their papers in one figure says how many are too few or too many, and not
in which of them. A package that is counted by itself afterwards says its own share, which stands with it; one that is opened
leaves the figure to what comes out of it, each of which says its share when it is counted; and a later figure of some of them
together says the share of those. The rest stands with the first of the others (what is too few, with no more than it can lack);
nothing is left of it when all have been counted. It follows from the paths of the packages alone, whatever order they are opened
and counted in, as of any place in the order of judgements.

Not here: what one package is counted to hold (postings).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

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
    followed = _Followed(state, found, until=until)
    for name in sorted(found.units):
        followed.walk(name)
    held = [unit for _, unit in sorted(followed.held.items())]
    # rules.md 149, 186
    for unit, papers in _shares(held, papers=found.papers - followed.told()):
        outer = _outermost(state, unit, until=until)
        place = "nobody" if outer.custodian is None else str(outer.custodian)
        yield place, outer.state, papers
        yield place, UNACCOUNTED, -papers


class _Followed:
    """Where a figure of several packages went: which of them, or of what came out of them, told its share, and which hold on."""

    def __init__(self, state: State, found: FoundOff, *, until: int | None) -> None:
        self._state, self._found, self._until = state, found, until
        self._seen: set[str] = set()
        self._counted = 0
        self._later: dict[str, FoundOff] = {}
        self.held: dict[str, Unit] = {}

    def walk(self, name: str) -> None:
        """Follow a package until it is counted, or opened, or named in a later figure."""
        path = _path(self._state, name, until=self._until)
        joint = [place for place, unit in enumerate(path) if unit.found_off == self._found]
        if not joint or name in self._seen:
            return
        self._seen.add(name)
        steps = list(pairwise(path[joint[0] : joint[-1] + 2]))
        for inner in dict.fromkeys(inner for before, after in steps for inner in _came_out(before, after)):
            self.walk(inner)
        if joint[-1] == len(path) - 1:
            self._hold(path[-1])
        elif not _came_out(*steps[-1]):
            self._tell(*steps[-1])

    def told(self) -> int:
        """Papers beyond what was thought to be there (negative: too few) that counts of some of them have told."""
        return self._counted + sum(
            one.papers for one in self._later.values() if all(name in self._seen for name in self._parts(one))
        )

    def _hold(self, unit: Unit) -> None:
        """It holds on to the figure, unless a later one was stated of what it is in."""
        outer = _outermost(self._state, unit, until=self._until).found_off
        if outer is None or outer == self._found:
            self.held[unit.unit] = unit
        else:
            self._later[outer.act] = outer

    def _tell(self, before: Unit, after: Unit) -> None:
        if after.counts > before.counts and after.counted is not None:
            self._counted += after.counted - _there(before)
        elif after.found_off is not None:
            self._later[after.found_off.act] = after.found_off

    def _parts(self, found: FoundOff) -> Iterator[str]:
        """The packages of a figure, each as itself or as what was in it."""
        for name in found.units:
            unit = self._state.paths.snapshot(name, found.act)
            yield from (name,) if unit is None or name in self._seen or not unit.contains else unit.contains


def _came_out(before: Unit, after: Unit) -> tuple[str, ...]:
    """What was in a package before an act and is not any more."""
    return tuple(name for name in before.contains if name not in after.contains)


def _shares(held: Iterable[Unit], *, papers: int) -> Iterator[tuple[Unit, int]]:
    """Where the rest stands: with the first package, and of too few papers no more with each than it can lack."""
    for unit in held:
        share = max(papers, -_there(unit))
        if share:
            yield unit, share
        papers -= share


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
