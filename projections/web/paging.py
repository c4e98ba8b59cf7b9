"""Parts of lists: every list has an offset and a limit, and says how many items there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from projections.web.answers import Page
from projections.web.reading import Reading


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


class Paged:
    """How one part of a list is made: called with a reading, it gives the answer."""

    def __init__(
        self, model: type[Page], items: Callable[[Reading], Sequence[Any]], *, offset: int, limit: int
    ) -> None:
        """``items`` gives the whole list, of which the part from ``offset`` is answered as ``model``."""
        self._model = model
        self._items = items
        self._offset = offset
        self._limit = limit

    def __call__(self, reading: Reading) -> Page:
        """The answer."""
        fields = part(self._items(reading), offset=self._offset, limit=self._limit)
        return self._model(**reading.common(), **fields)
