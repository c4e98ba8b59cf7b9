"""Unit histories: each unit's tree of acts judged good, with the snapshot after each, and in it the path of the acts in force.

Snapshots are immutable; a dispute steps back to the last act that nobody contests. Of several declarations of one loss, each of
other units perhaps, one has a place on the path of a unit: the one whose id comes first stands for all.

Not here: which acts are in force (disputes).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from custody.core.state.conflict import Ref
from custody.core.state.units import Unit
from custody.core.undo import Undoable


class UnitHistories(Undoable):
    """Each unit's tree of acts judged good, with the snapshot after each, and in it the path of the acts in force."""

    __slots__ = (
        "_also",
        "_confirming",
        "_movers",
        "_path",
        "_place",
        "_resting",
        "_root",
        "_root_at",
        "_snapshots",
        "_version",
    )

    def __init__(self) -> None:
        self._snapshots: dict[str, dict[str, Unit]] = {}
        self._path: dict[str, list[str]] = {}
        self._place: dict[str, dict[str, int]] = {}
        self._version: dict[str, int] = {}
        self._root: dict[str, str] = {}
        self._root_at: dict[str, dict[str, str]] = {}
        """unit -> act -> its name in that unit's tree, where that is another one than elsewhere"""
        self._movers: dict[str, str] = {}
        """name of an act in the tree -> the record of it that moves its units"""
        self._also: dict[tuple[str, str], list[str]] = {}
        """(unit, name of an act there) -> others in force that take the same place of its path, by event id"""
        self._resting: dict[str, dict[str, None]] = {}
        """name of an act in the tree -> units whose custody rests on a record of it on paper in some snapshot"""
        self._confirming: dict[str, dict[str, None]] = {}
        """name of an act in the tree -> the records of it in force that both sides have signed"""

    def merge(self, act: str, *, other: str) -> None:
        """Two records of one act take one place in the tree: what follows either follows both."""
        root = self.canonical(other)
        self._root[act] = root
        for unit in self._resting.pop(act, ()):
            self._resting.setdefault(root, {})[unit] = None

    def canonical(self, act: str) -> str:
        """The record that was judged first among those of one act: its name in the tree."""
        return self._root.get(act, act)

    def merge_at(self, unit: str, act: str, *, other: str) -> None:
        """Two acts take one place in the tree of one unit, whatever they do elsewhere."""
        self._root_at.setdefault(unit, {})[act] = self.root_at(unit, other)

    def root_at(self, unit: str, act: str) -> str:
        """The name of an act in the tree of a unit."""
        own = self._root_at.get(unit)
        return self.canonical(act) if own is None else own.get(act) or self.canonical(act)

    def place(self, ref: Ref) -> Ref:
        """The place in the tree that an act following ``ref`` claims."""
        unit, act = ref
        if act is None:
            return ref
        root = self._root_at[unit].get(act) if unit in self._root_at else None
        if root is None:
            root = self._root.get(act, act)
        return ref if root == act else (unit, root)

    def keep(self, snapshot: Unit) -> None:
        """Remember what an act makes of a unit, whether or not it is in force."""
        self._snapshots.setdefault(snapshot.unit, {})[snapshot.act] = snapshot
        if snapshot.claimed_by is not None:
            self._resting.setdefault(self.canonical(snapshot.claimed_by), {})[snapshot.unit] = None

    def resting_on(self, act: str) -> tuple[str, ...]:
        """Units whose custody rests on some record of an act in some branch of their trees."""
        return tuple(self._resting.get(self.canonical(act), ()))

    def confirm(self, act: str, *, is_so: bool) -> None:
        """A record that both sides have signed is in force from here on, or no more."""
        rows = self._confirming.setdefault(self.canonical(act), {})
        if is_so:
            rows[act] = None
        else:
            rows.pop(act, None)

    def is_confirmed(self, act: str) -> bool:
        """Whether a record of this act is in force that both sides have signed."""
        return bool(self._confirming.get(self.canonical(act)))

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
        place = -1 if act is None else self._place.get(unit, {}).get(self.root_at(unit, act))
        path = self._path.get(unit, ())
        return path[place + 1] if place is not None and place + 1 < len(path) else None

    def stands(self, unit: str, act: str) -> bool:
        """Whether an act itself has its place on a unit's path: no other one stands there for it."""
        place = self._place.get(unit, {}).get(self.root_at(unit, act))
        return place is not None and self._path[unit][place] == act

    def mover(self, act: str) -> str | None:
        """The record in force of the same act that moves its units; None where none does."""
        return self._movers.get(self.canonical(act))

    def push(self, unit: str, act: str) -> None:
        """The unit moves on by one act of its tree, or has moved by another one that stands for the same."""
        path, places = self._path.setdefault(unit, []), self._place.setdefault(unit, {})
        root = self.root_at(unit, act)
        self._movers[self.canonical(act)] = act
        place = places.get(root)
        if place is None:
            places[root] = len(path)
            path.append(act)
            return
        first, later = sorted((act, path[place]))
        path[place] = first
        insort(self._also.setdefault((unit, root), []), later)

    def pop(self, unit: str, act: str) -> None:
        """Take an act off a path (a dispute): the last one, or one of several that stand for the same."""
        self._movers.pop(self.canonical(act), None)
        root = self.root_at(unit, act)
        path, place, others = self._path[unit], self._place[unit][root], self._also.get((unit, root))
        if not others:
            path.pop()
            del self._place[unit][root]
        elif path[place] == act:
            path[place] = others.pop(0)
        else:
            others.pop(bisect_left(others, act))

    def next_version(self, unit: str) -> int:
        """How often the unit was told of, this time included: its version, which a step back makes grow too."""
        self._version[unit] = self._version.get(unit, 0) + 1
        return self._version[unit]

    def units(self) -> Iterator[str]:
        """All units that ever existed, in name order."""
        return iter(sorted(self._path))
