"""Undo: whatever one entry changed in the ledger's state can be taken back, so that one that cannot be judged leaves nothing.

The theory. Everything mutable that the state holds writes down, before each change, how that change is taken back; the list of
these steps, the *changes*, is shared by all parts of one state. It is emptied before an entry and walked backwards when judging
the entry failed, so taking back costs what the entry cost, and not what the state weighs. Dicts, lists and sets that are put
into a part become the kinds below by themselves, however deep; values that never change (numbers, texts, tuples, frozen
dataclasses) are kept as they are. The order of a dict's keys is part of the state and is restored too.

Not here: which failures are taken back (ledger).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Final, Self, SupportsIndex, TypeVar, cast, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")
Step = tuple[Callable[..., object], tuple[object, ...]]
"""How one change is taken back: a function and its arguments."""
Changes = list[Step]
_ABSENT: Final = object()
_FIXED: Final = frozenset({str, int, bool, bytes, tuple, frozenset, type(None)})
"""Types of most values: they never change."""


class Undoable:
    """Base of the mutable objects of a state: from when it is watched, each attribute that is set can be taken back.

    A part that was not put into a state yet, or into one that nobody watches, writes nothing down and pays nothing for it.
    """

    __slots__ = ("_changes",)
    _changes: Changes | None

    def __new__(cls, *_: object, **__: object) -> Self:
        """A part that nothing watches yet."""
        part = super().__new__(cls)
        object.__setattr__(part, "_changes", None)
        return part

    def watch(self, changes: Changes) -> None:
        """From here on, changes of this part and of all that it holds are written down in ``changes``."""
        object.__setattr__(self, "_changes", changes)
        for name in (*self.__slots__, *getattr(self, "__dict__", ())):
            value = getattr(self, name)
            if type(value) not in _FIXED:
                object.__setattr__(self, name, watched(value, changes=changes))
        if not isinstance(self, Watched):
            self.__class__ = _watched_kind(type(self))  # type: ignore[arg-type]


class Watched(Undoable):
    """What a part becomes when it is watched: its own class, in which setting an attribute is written down."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        changes = self._changes
        if changes is not None:
            before = getattr(self, name)
            if before is value:
                return
            changes.append((object.__setattr__, (self, name, before)))
            if type(value) not in _FIXED:
                value = watched(value, changes=changes)
        object.__setattr__(self, name, value)


@cache
def _watched_kind(kind: type[Undoable]) -> type[Watched]:
    made: type[Watched] = type(kind.__name__, (Watched, kind), {"__slots__": (), "__module__": kind.__module__})
    made.__slots__ = kind.__slots__  # type: ignore[assignment]  # there is place for no more; what goes through a part looks them up here
    return made


class Dict(dict[K, V]):
    """A dict whose changes are written down. Its keys' order survives being taken back."""

    __slots__ = ("_changes", "_next", "_serials")

    def __init__(self, items: Mapping[K, V], *, changes: Changes) -> None:
        self._changes = changes
        self._serials: dict[K, int] | None = None
        """key -> its place among all ever inserted; kept from the first time that a key which was not the last is removed"""
        self._next = 0
        if items:
            super().__init__({key: watched(value, changes=changes) for key, value in items.items()})

    def __setitem__(self, key: K, value: V) -> None:
        before = dict.get(self, key, _ABSENT)
        if before is _ABSENT:
            if self._serials is not None:
                self._number(key)
            self._changes.append((_take_out, (self, key)))
        else:
            self._changes.append((dict.__setitem__, (self, key, before)))
        super().__setitem__(key, value if type(value) in _FIXED else watched(value, changes=self._changes))

    def setdefault(self, key: K, default: V) -> V:
        """The value under a key, which is ``default`` from here on where there was none."""
        found = dict.get(self, key, _ABSENT)
        if found is not _ABSENT:
            return cast("V", found)
        self[key] = default
        return self[key]

    def __delitem__(self, key: K) -> None:
        value = self[key]
        self._keep_order(key)
        place = None if self._serials is None else self._serials.pop(key)
        self._changes.append((_put_back, (self, (key, value, place))))
        super().__delitem__(key)

    @overload
    def pop(self, key: K, /) -> V: ...
    @overload
    def pop(self, key: K, default: V | D, /) -> V | D: ...
    def pop(self, key: K, *default: object) -> object:
        """Remove a key and return its value, or ``default``."""
        if key not in self and default:
            return default[0]
        value = self[key]
        del self[key]
        return value

    def update(self, items: Mapping[K, V]) -> None:  # type: ignore[override]
        """Set every key of another mapping."""
        for key, value in items.items():
            self[key] = value

    def clear(self) -> None:
        """Remove everything."""
        if self:
            self._changes.append((_refill, (self, (dict(self), self._serials))))
            self._serials = None
            super().clear()

    def popitem(self) -> tuple[K, V]:
        """Not offered: name the key."""
        raise NotImplementedError

    def __ior__(self, other: Mapping[K, V]) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def _number(self, key: K) -> None:
        if self._serials is not None:
            self._serials[key] = self._next
            self._next += 1

    def _keep_order(self, key: K) -> None:
        """Before a key is removed that others follow: from here on each key's place is known."""
        if self._serials is None and next(reversed(self)) != key:
            self._serials = {name: place for place, name in enumerate(self)}
            self._next = len(self)


class List(list[V]):
    """A list whose changes are written down."""

    __slots__ = ("_changes",)

    def __init__(self, items: Sequence[V], *, changes: Changes) -> None:
        self._changes = changes
        if items:
            super().__init__([watched(item, changes=changes) for item in items])

    def append(self, item: V) -> None:
        """Add one at the end."""
        self._changes.append((list.pop, (self,)))
        super().append(item if type(item) in _FIXED else watched(item, changes=self._changes))

    def extend(self, items: Iterable[V]) -> None:
        """Add several at the end."""
        for item in items:
            self.append(item)

    def __iadd__(self, items: Iterable[V]) -> Self:  # type: ignore[override,misc]
        self.extend(items)
        return self

    def insert(self, place: SupportsIndex, item: V) -> None:
        """Add one before a place from 0 to the length of the list."""
        if not 0 <= int(place) <= len(self):
            raise IndexError(place)
        self._changes.append((list.pop, (self, place)))
        super().insert(place, watched(item, changes=self._changes))

    def pop(self, place: SupportsIndex = -1) -> V:
        """Remove and return one."""
        index = range(len(self))[place]
        item = super().pop(index)
        self._changes.append((list.insert, (self, index, item)))
        return item

    def remove(self, item: V) -> None:
        """Remove the first that equals ``item``."""
        del self[self.index(item)]

    @overload
    def __setitem__(self, place: SupportsIndex, item: V) -> None: ...
    @overload
    def __setitem__(self, place: slice, item: Iterable[V]) -> None: ...
    def __setitem__(self, place: SupportsIndex | slice, item: V | Iterable[V]) -> None:
        if isinstance(place, slice):
            self._changes.append((_replace, (self, list(self))))
            items = cast("Iterable[V]", item)
            super().__setitem__(place, [watched(value, changes=self._changes) for value in items])
        else:
            self._changes.append((list.__setitem__, (self, place, self[place])))
            super().__setitem__(place, watched(cast("V", item), changes=self._changes))

    def __delitem__(self, place: SupportsIndex | slice) -> None:
        if isinstance(place, slice):
            self._changes.append((_replace, (self, list(self))))
            super().__delitem__(place)
        else:
            self.pop(place)

    def clear(self) -> None:
        """Remove everything."""
        if self:
            del self[:]

    def sort(self, *, key: Callable[[V], object] | None = None, reverse: bool = False) -> None:
        """Put in order."""
        self._changes.append((_replace, (self, list(self))))
        super().__setitem__(slice(None), sorted(self, key=cast("Callable[[V], str]", key), reverse=reverse))

    def reverse(self) -> None:
        """Turn round."""
        self._changes.append((_replace, (self, list(self))))
        super().reverse()


class Set(set[V]):
    """A set whose changes are written down."""

    __slots__ = ("_changes",)

    def __init__(self, items: Iterable[V], *, changes: Changes) -> None:
        self._changes = changes
        super().__init__(items)

    def add(self, item: V) -> None:
        """Put one in."""
        if item not in self:
            self._changes.append((set.discard, (self, item)))
            super().add(item)

    def discard(self, item: object) -> None:
        """Take one out if it is there."""
        if item in self:
            self._changes.append((set.add, (self, item)))
            super().discard(cast("V", item))

    def remove(self, item: V) -> None:
        """Take out one that is there."""
        if item not in self:
            raise KeyError(item)
        self.discard(item)

    def update(self, *others: Iterable[V]) -> None:
        """Put in all of several."""
        for other in others:
            for item in other:
                self.add(item)

    def __ior__(self, other: Iterable[V]) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def difference_update(self, *others: Iterable[object]) -> None:
        """Take out all of several."""
        for other in others:
            for item in tuple(other):
                self.discard(item)

    def __isub__(self, other: Iterable[object]) -> Self:
        self.difference_update(other)
        return self

    def clear(self) -> None:
        """Take out everything."""
        self.difference_update(tuple(self))

    def pop(self) -> V:
        """Not offered: which one it takes would depend on the machine."""
        raise NotImplementedError


def watched(value: V, *, changes: Changes) -> V:
    """The same value in the form that writes its changes down; what never changes as it is."""
    kind: type = type(value)
    if kind in _FIXED:
        return value
    if kind is dict:
        return cast("V", Dict(cast("dict[object, object]", value), changes=changes))
    if kind is list:
        return cast("V", List(cast("list[object]", value), changes=changes))
    if kind is set:
        return cast("V", Set(cast("set[object]", value), changes=changes))
    if isinstance(value, Undoable) and value._changes is not changes:  # noqa: SLF001 - of its own family
        value.watch(changes)
    return value


def take_back(changes: Changes) -> None:
    """Undo every change written down, the newest first, and forget them."""
    reordered: dict[int, Dict[object, object]] = {}
    while changes:
        step, arguments = changes.pop()
        step(*arguments)
        if step is _put_back:
            reordered[id(arguments[0])] = cast("Dict[object, object]", arguments[0])
    for row in reordered.values():
        _reorder(row)


def _take_out(row: Dict[K, V], key: K) -> None:
    dict.pop(row, key, None)
    if row._serials is not None:  # noqa: SLF001 - of its own family
        row._serials.pop(key, None)  # noqa: SLF001


def _put_back(row: Dict[K, V], removed: tuple[K, V, int | None]) -> None:
    key, value, place = removed
    dict.__setitem__(row, key, value)
    if place is None:
        # It was the last one then, and whatever came after it has been taken back by now.
        row._number(key)  # noqa: SLF001 - of its own family
    elif row._serials is not None:  # noqa: SLF001
        row._serials[key] = place  # noqa: SLF001


def _refill(row: Dict[K, V], removed: tuple[dict[K, V], dict[K, int] | None]) -> None:
    items, serials = removed
    row._serials = serials  # noqa: SLF001 - of its own family
    dict.update(row, items)


def _reorder(row: Dict[K, V]) -> None:
    serials = row._serials  # noqa: SLF001 - of its own family
    if serials is None:
        return
    items = sorted(row.items(), key=lambda item: serials[item[0]])
    dict.clear(row)
    dict.update(row, items)


def _replace(row: List[V], items: list[V]) -> None:
    list.__setitem__(row, slice(None), items)
