"""Paths: each unit's tree of acts judged good, with the snapshot after each, and in it the path of the acts in force.

Snapshots are immutable; a dispute steps back to the last act that nobody contests. Not here: which acts are in force (disputes).
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.state.units import Unit
from custody.core.undo import Undoable


class UnitHistories(Undoable):
    """Each unit's tree of acts judged good, with the snapshot after each, and in it the path of the acts in force."""

    __slots__ = ("_path", "_place", "_resting", "_root", "_snapshots", "_version")

    def __init__(self) -> None:
        self._snapshots: dict[str, dict[str, Unit]] = {}
        self._path: dict[str, list[str]] = {}
        self._place: dict[str, dict[str, int]] = {}
        self._version: dict[str, int] = {}
        self._root: dict[str, str] = {}
        self._resting: dict[str, dict[str, None]] = {}
        """act transcribed from paper -> units whose custody rests on it in some snapshot"""

    def merge(self, act: str, *, other: str) -> None:
        """Two records of one act take one place in the tree: what follows either follows both."""
        self._root[act] = self.canonical(other)

    def canonical(self, act: str) -> str:
        """The record that was judged first among those of one act: its name in the tree."""
        return self._root.get(act, act)

    def keep(self, snapshot: Unit) -> None:
        """Remember what an act makes of a unit, whether or not it is in force."""
        self._snapshots.setdefault(snapshot.unit, {})[snapshot.act] = snapshot
        if snapshot.claimed_by is not None:
            self._resting.setdefault(snapshot.claimed_by, {})[snapshot.unit] = None

    def resting_on(self, act: str) -> tuple[str, ...]:
        """Units whose custody rests on an act in some branch of their trees."""
        return tuple(self._resting.get(act, ()))

    def snapshot(self, unit: str, act: str) -> Unit | None:
        """The unit after an act of its tree."""
        return self._snapshots.get(unit, {}).get(act)

    def acts(self, unit: str) -> Iterator[str]:
        """All acts of a unit's tree, in force or not, in order of judgement."""
        return iter(self._snapshots.get(unit, {}))

    def first(self, unit: str) -> Unit | None:
        """The unit after the act that was judged first among those that made it, whether or not it is in force."""
        return next(iter(self._snapshots.get(unit, {}).values()), None)

    def head(self, unit: str) -> Unit | None:
        """The unit now, None where it does not exist."""
        path = self._path.get(unit)
        return self._snapshots[unit][path[-1]] if path else None

    def outermost(self, unit: Unit) -> Unit:
        """The unit that is carried: the one around all others. Custody is its custody."""
        seen = {unit.unit}
        while unit.inside is not None and unit.inside not in seen:
            around = self.head(unit.inside)
            if around is None:
                break
            unit = around
            seen.add(unit.unit)
        return unit

    def in_force(self, unit: str) -> Iterator[Unit]:
        """The unit after each act in force on it, oldest first."""
        return (self._snapshots[unit][act] for act in self._path.get(unit, ()))

    def after(self, unit: str, act: str | None) -> str | None:
        """The act in force that follows ``act`` on a unit's path, or None."""
        place = -1 if act is None else self._place.get(unit, {}).get(self.canonical(act))
        path = self._path.get(unit, ())
        return path[place + 1] if place is not None and place + 1 < len(path) else None

    def standing_at(self, unit: str, act: str) -> str | None:
        """The record on a unit's path that takes the place of an act there, or None."""
        place = self._place.get(unit, {}).get(self.canonical(act))
        return None if place is None else self._path[unit][place]

    def push(self, unit: str, act: str) -> None:
        """The unit moves on by one act of its tree."""
        path = self._path.setdefault(unit, [])
        self._place.setdefault(unit, {})[self.canonical(act)] = len(path)
        path.append(act)

    def pop(self, unit: str) -> str:
        """Take the last act off a path (a dispute)."""
        act = self._path[unit].pop()
        del self._place[unit][self.canonical(act)]
        return act

    def next_version(self, unit: str) -> int:
        """How often the unit was told of, this time included: its version, which a step back makes grow too."""
        self._version[unit] = self._version.get(unit, 0) + 1
        return self._version[unit]

    def units(self) -> Iterator[str]:
        """All units that ever existed, in name order."""
        return iter(sorted(self._path))
