"""A queue by due time: each tick of the time of the log looks at new items and at due ones, never at all that wait.

Something is timed from the first time of the log that is told after it was added. Buckets by that time, oldest first; whatever
became of an item meanwhile is for the caller to ask when it is due.
"""

from __future__ import annotations

from bisect import insort

from custody.core.undo import Undoable


class DueQueue(Undoable):
    """Items that wait, by the time (epoch seconds) since which they do."""

    __slots__ = ("_buckets", "_new", "_since", "_times")

    def __init__(self) -> None:
        self._new: dict[str, None] = {}
        self._since: dict[str, int] = {}
        self._buckets: dict[int, dict[str, None]] = {}
        self._times: list[int] = []

    def add(self, item: str, *, since: int | None = None) -> None:
        """An item waits, since a time or since the next one that is told."""
        if item in self._new or item in self._since:
            return
        if since is None:
            self._new[item] = None
        else:
            self._put(item, since=since)

    def start(self, *, now: int) -> tuple[str, ...]:
        """What was added since the last time is timed from now on; returns it."""
        items = tuple(self._new)
        self._new.clear()
        for item in items:
            self._put(item, since=now)
        return items

    def take(self, *, until: int) -> tuple[str, ...]:
        """Take out what has waited since ``until`` or longer, in the order in which it came."""
        taken: list[str] = []
        while self._times and self._times[0] <= until:
            for item in self._buckets.pop(self._times.pop(0)):
                del self._since[item]
                taken.append(item)
        return tuple(taken)

    def restart(self) -> None:
        """Everything that waits is timed anew, from the next time that is told."""
        items = [item for since in self._times for item in self._buckets[since]]
        self._times.clear()
        self._buckets.clear()
        self._since.clear()
        for item in items:
            self._new[item] = None

    def _put(self, item: str, *, since: int) -> None:
        if since not in self._buckets:
            self._buckets[since] = {}
            insort(self._times, since)
        self._buckets[since][item] = None
        self._since[item] = since
