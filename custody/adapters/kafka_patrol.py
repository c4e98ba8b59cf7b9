"""The patrol over a log: reads again, round after round, what was read before, and compares every entry.

Compaction, a repaired disk or a superuser's hand can change a log in its midst, where neither its beginning nor its end shows
it, and leave the topic as if nothing had been.  So each look of a watch reads the next stretch again, from the first entry to
the end and then anew.  Of each entry 16 bytes of its hash are remembered, for as long as the process lives.
"""

from __future__ import annotations

from typing import Final

from custody.core.tlog.merkle import leaf_hash
from custody.core.wording.numbers import at_position
from custody.ports import Alarm, LogReader

ENTRIES_A_LOOK: Final = 20_000
"""Read at a look: a log that is no longer is compared as a whole each time."""
_READ: Final = 1_000
_BYTES: Final = 16


class Patrol:
    """Remembers one log as it was first read."""

    def __init__(self, *, entries_a_look: int = ENTRIES_A_LOOK) -> None:
        """Nothing was read yet."""
        self._entries_a_look = entries_a_look
        self._leaves = bytearray()
        self._next = 0
        self._found: Alarm | None = None

    def look(self, log: LogReader) -> Alarm | None:
        """Read the next stretch; what was ever found to differ, for good.

        A log that is shorter than it was is for others to tell (``kafka_watch``).  LogUnavailable, NotEstablished.
        """
        left = min(self._entries_a_look, log.end())
        self._next = 0 if self._next >= log.end() else self._next
        while left > 0 and self._found is None:
            records = log.read(start=self._next, limit=min(_READ, left))
            if not records:
                break
            for record in records:
                self._compare(record.position, leaf_hash(record.entry)[:_BYTES])
            self._next += len(records)
            left -= len(records)
        return self._found

    def _compare(self, position: int, leaf: bytes) -> None:
        before = bytes(self._leaves[position * _BYTES : (position + 1) * _BYTES])
        if not before:
            self._leaves += leaf
        elif before != leaf and self._found is None:
            self._found = Alarm(
                "log-changed", f"The entry at {at_position(position)} is not the one that was read before."
            )
