"""Parts of lists: every list has an offset and a limit, and says how many items there are.

A list is cut first, and only the part that is given is told: a part costs what it shows, not what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from projections.web.models.answers import Page
from projections.web.snapshots.snapshot import Snapshot

K = TypeVar("K")
T = TypeVar("T")


def part(items: Sequence[Any], *, offset: int, limit: int) -> dict[str, Any]:
    """The fields of one part of a list."""
    end = offset + limit
    return {
        "items": tuple(items[offset:end]),
        "total": len(items),
        "offset": offset,
        "limit": limit,
        "next_offset": end if end < len(items) else None,
    }


class LazyList(Sequence[T], Generic[K, T]):
    """A list whose items are told when they are asked for: the part of it that is wanted, and no other."""

    def __init__(self, found: Sequence[K], tell: Callable[[Sequence[K]], Sequence[T]]) -> None:
        """``tell`` makes of any part of what was found the items, one for each, in order."""
        self._found = found
        self._tell = tell

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> list[T]: ...

    def __getitem__(self, place: int | slice) -> T | list[T]:
        """One item, or a part of the list."""
        if isinstance(place, int):
            return self._tell([self._found[place]])[0]
        return list(self._tell(self._found[place]))


class Paged:
    """How one part of a list is made: called with a reading, it gives the answer."""

    def __init__(
        self, model: type[Page], items: Callable[[Snapshot], Sequence[Any]], *, offset: int, limit: int
    ) -> None:
        """``items`` gives the whole list, of which the part from ``offset`` is answered as ``model``."""
        self._model = model
        self._items = items
        self._offset = offset
        self._limit = limit

    def __call__(self, reading: Snapshot) -> Page:
        """The answer."""
        fields = part(self._items(reading), offset=self._offset, limit=self._limit)
        return self._model(**reading.common(), **fields)
