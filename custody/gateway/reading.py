"""The reading side of a gateway: entries to whoever asks, but for those that are withheld until the last station has closed.

Nothing is given before this gateway has folded it: what an entry is about, and whether that is withheld, follows from the log
up to it. Whoever asks for an entry that was only just recorded waits for that a moment.

Not here: HTTP, and who is admitted (``core.tokens``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Final

from custody.core.wording.numbers import counted
from custody.gateway.publication import Publication
from custody.ports import LogReader, LogRecord
from schemas.envelope import entry_hash
from schemas.errors import LogUnavailable, Withheld

READ_BYTES_MAX: Final = 1024 * 1024
_LOOKS_MAX: Final = 100
_LOOK_S: Final = 0.05


Read = tuple[Sequence[LogRecord], int]
InTurn = Callable[[Callable[[], Read]], Awaitable[Read]]
"""Runs a reading step when its asker's turn has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """What somebody wants: ``limit`` entries from ``start`` on; ``is_open``: a token opens withheld ones to him."""

    start: int
    limit: int
    is_open: bool


class Entries:
    """Entries of one log. ``follow_soon`` asks whoever folds it to read what is new."""

    def __init__(self, reader: LogReader, *, publication: Publication, follow_soon: Callable[[], None]) -> None:
        self._reader = reader
        self._publication = publication
        self._follow_soon = follow_soon

    async def read(self, asked: ReadRequest, *, in_turn: InTurn) -> Read:
        """Entries from ``start`` on, as many as one answer holds, and the log's end, read when the asker's turn comes.

        Withheld, unless ``asked.is_open``, where one of them is withheld; LogUnavailable("log-not-folded") where this gateway
        does not get to know what the first of them means; errors of the port.
        """
        records, end = await in_turn(partial(self._read, start=asked.start, limit=asked.limit))
        if asked.is_open or not records:
            return records, end
        folded = await self._folded(asked.start)
        records = records[: folded - asked.start]
        self._check(records)
        return records, end

    async def check(self, records: Sequence[LogRecord]) -> None:
        """Withheld where one of these entries is withheld; LogUnavailable where this gateway does not get to know that."""
        if records:
            await self._folded(records[-1].position)
            self._check(records)

    def _read(self, *, start: int, limit: int) -> Read:
        records = _first_of(self._reader.read(start=start, limit=limit))
        # Whoever gets nothing hears that this was the end, although it may have moved on since.
        return records, self._reader.end() if records else start

    async def _folded(self, position: int) -> int:
        """How far the log is folded, beyond ``position``."""
        for _ in range(_LOOKS_MAX):
            if self._publication.next > position:
                return self._publication.next
            self._follow_soon()
            await asyncio.sleep(_LOOK_S)
        raise LogUnavailable("log-not-folded", "This gateway has not read the log up to there yet; ask again.")

    def _check(self, records: Sequence[LogRecord]) -> None:
        until = self._publication.until()
        if until is None:
            return
        found = self._publication.withheld(start=records[0].position, stop=records[-1].position + 1)
        if not found:
            return
        leaves = {record.position: entry_hash(record.entry) for record in records}
        raise Withheld(
            f"{counted(len(found), one='entry', many='entries')} of these may tell figures from inside the ballot boxes; "
            f"they are withheld until the last station has closed ({until}); a token opens them.",
            until=until,
            leaves=tuple((position, leaves[position]) for position in found),
        )


def _first_of(records: Sequence[LogRecord]) -> Sequence[LogRecord]:
    """As many as an answer holds, one at least: whoever asks for entries and never reads them gets hold of little."""
    ends = accumulate(2 + len(record.entry) for record in records)
    return records[: max(1, sum(end <= READ_BYTES_MAX for end in ends))]
