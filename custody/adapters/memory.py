"""A log in memory, for simulations and tests: it keeps the port's contract, and dies with its process."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Self

from custody.ports import LogRecord, check_bounds
from schemas.errors import Misused, NotEstablished


class MemoryLog:
    """A list of entries behind a lock."""

    def __init__(self) -> None:
        self._entries: list[bytes] = []
        self._writing = Lock()

    @classmethod
    def holding(cls, entries: Sequence[bytes]) -> Self:
        """A log with what another one was read to hold, with whatever stands there for records that are no entries."""
        log = cls()
        log._entries += entries
        return log

    def append(self, entries: Sequence[bytes]) -> None:
        """See the port."""
        check_bounds(entries)
        with self._writing:
            self._entries.extend(bytes(entry) for entry in entries)

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port."""
        if start < 0 or limit < 1:
            raise Misused("log-range", "A log is read from position 0 or later, one record or more at a time.")
        if start > len(self._entries):
            raise NotEstablished("log-too-short", f"Position {start} was asked for; the log ends at {self.end()}.")
        return [LogRecord(start + i, entry) for i, entry in enumerate(self._entries[start : start + limit])]

    def end(self) -> int:
        """See the port."""
        return len(self._entries)
