"""A model of the log as Kafka keeps it: it orders and keeps, and fails on command in the ways that brokers fail.

    append      written | written, but nobody hears of it | written later, after the writer has given up | not written
    truncate    the last entries are gone, acknowledged ones among them: an unclean leader, a superuser

It keeps the contract of the log's port but for ``truncate``, which no log may do and which has to be noticed. Real brokers are
tested elsewhere (tests/faults); this one repeats itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from custody.adapters.memory import MemoryLog
from custody.ports import LogRecord, check_bounds
from custody.sim.population import Weather
from schemas.errors import LogUnavailable, OutcomeUnknown


class ModelLog:
    """Entries in memory, and writes that are still under way."""

    def __init__(self, *, weather: Weather, random: Random) -> None:
        self._weather = weather
        self._random = random
        self._kept = MemoryLog()
        self._late: list[bytes] = []

    def append(self, entries: Sequence[bytes]) -> None:
        """See the port; fails as often as the weather says."""
        check_bounds(entries)
        if not entries:
            return
        chance = self._random.random()
        if chance < self._weather.failures:
            raise LogUnavailable("sim-no-leader", "No broker took the entries; nothing was written.")
        self.write(self._late)
        self._late = []
        if chance < self._weather.failures + self._weather.late_writes:
            self._late = list(entries)
            raise OutcomeUnknown("sim-late", "The write was not acknowledged in time.")
        self.write(entries)
        if self._random.random() < self._weather.lost_acks:
            raise OutcomeUnknown("sim-lost", "The write was done and the acknowledgement was lost.")

    def write(self, entries: Sequence[bytes]) -> None:
        """Put entries at the end, whatever the weather and whatever they are: a superuser's tool."""
        if entries:
            self._kept.append(entries)

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port."""
        return self._kept.read(start=start, limit=limit)

    def end(self) -> int:
        """See the port; but for ``truncate``."""
        return self._kept.end()

    def truncate(self, size: int) -> list[bytes]:
        """Lose everything from ``size`` on; returns what was lost, acknowledged or not."""
        entries = [record.entry for record in self.read(start=0, limit=max(1, self.end()))]
        self._kept = MemoryLog()
        self.write(entries[:size])
        return entries[size:]
