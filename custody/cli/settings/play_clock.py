"""The clock of a play: the newest time that the entries of its log claim, as a checkpointer reads them (``CUSTODY_CLOCK=log``).

Only the last entry of each stretch that is read is looked at: the log of a play is in the order of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custody.cli.settings.environment import setting
from custody.ports import LogReader, LogRecord
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds
from schemas.union import parse_event


@dataclass(slots=True)
class PlayClock:
    """What time it is on the log, seconds since 1970; None before anything was read."""

    newest: int | None = None

    def __call__(self) -> int | None:
        """The newest time that was read."""
        return self.newest

    def look(self, records: Sequence[LogRecord]) -> None:
        """Take in what was read."""
        try:
            at = epoch_seconds(parse_event(parse_envelope(records[-1].entry).payload).at)
        except (IndexError, Refused):
            return
        self.newest = max(at, self.newest or 0)


@dataclass(frozen=True, slots=True)
class ClockedLog:
    """A log whose reading sets the clock."""

    log: LogReader
    clock: PlayClock

    def end(self) -> int:
        """As ``custody.ports.LogReader``."""
        return self.log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """As ``custody.ports.LogReader``."""
        records = self.log.read(start=start, limit=limit)
        self.clock.look(records)
        return records


def is_played() -> bool:
    """Whether CUSTODY_CLOCK says that the log's own time counts; Misused for another word than wall or log."""
    name = setting("CUSTODY_CLOCK") or "wall"
    if name not in {"wall", "log"}:
        raise Misused("setting-clock", "CUSTODY_CLOCK is wall or log.")
    return name == "log"
