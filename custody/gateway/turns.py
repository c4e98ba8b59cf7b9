"""Turns: work waits in lanes, one for each sender, and is served in turn: nobody's long queue delays another's short one.

Pure: no clock, no threads. A lane exists only while something waits in it. Not here: who a sender is (``shares``), and what
is done with what comes out.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Turns(Generic[Item]):
    """First in, first out within a lane; the lanes take turns, one item each."""

    def __init__(self) -> None:
        self._lanes: OrderedDict[str, deque[Item]] = OrderedDict()
        self._parked: dict[str, deque[Item]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def waiting(self, lane: str) -> int:
        """How many items wait in a lane."""
        return len(self._lanes.get(lane) or self._parked.get(lane) or ())

    @property
    def lanes(self) -> int:
        """How many lanes there are now."""
        return len(self._lanes) + len(self._parked)

    @property
    def first(self) -> str | None:
        """The lane whose turn it is, None where nothing waits for a turn."""
        return next(iter(self._lanes), None)

    def put(self, item: Item, *, lane: str) -> None:
        """Behind everything that waits in this lane."""
        items = self._parked.get(lane)
        if items is None:
            items = self._lanes.setdefault(lane, deque())
        items.append(item)
        self._size += 1

    def park(self, lane: str) -> None:
        """This lane misses its turns until it is unparked."""
        self._parked[lane] = self._lanes.pop(lane)

    def unpark(self, lane: str) -> None:
        """This lane takes part again, as the last one."""
        if lane in self._parked:
            self._lanes[lane] = self._parked.pop(lane)

    def take(self) -> Item | None:
        """The first item of the lane whose turn it is; that lane is then the last one. None where nothing waits."""
        if not self._lanes:
            return None
        lane, items = self._lanes.popitem(last=False)
        item = items.popleft()
        if items:
            self._lanes[lane] = items
        self._size -= 1
        return item

    def clear(self) -> list[Item]:
        """Take everything, in turn."""
        for lane in list(self._parked):
            self.unpark(lane)
        found: list[Item] = []
        while (item := self.take()) is not None:
            found.append(item)
        return found
