"""The log as everything else sees it.  A port is a Protocol whose comment is its contract; adapters keep it.

``tests/contracts/log_contract.py`` is the contract as a test suite, run on every adapter.  None promises more than
Kafka does: no conditional append, no position told to the writer, no exactly-once append.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from custody.core.entries.unrepresentable import ENTRY_BYTES_MAX, is_representation
from schemas.errors import Refused

_READ_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class LogRecord:
    """What a log holds at one position."""

    position: int
    """0-based; equals the Kafka offset and the index of the Merkle leaf."""
    entry: bytes
    """1 to ENTRY_BYTES_MAX bytes; for what is no entry, the bytes of ``custody.core.entries.unrepresentable``."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is not as it must be, while it is so."""

    code: str
    """Stable, in kebab-case."""
    sentence: str
    """What it is, for a person; no secrets, no payloads."""


class LogReader(Protocol):
    """The reading side of a log.  Any number of readers, in any threads and processes, disturb nobody."""

    def end(self) -> int:
        """The next position to be written: 0 for an empty log.  It never becomes smaller.

        Raises LogUnavailable.
        """

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """Records at start, start + 1, ...: at most ``limit`` (>= 1), perhaps fewer, but at least one if start < end().

        Empty at the end.  Raises NotEstablished("log-too-short") if ``start`` lies beyond the end: a reader that
        remembers more than there is must hear of it and is never sent back to 0.  Misused("log-range") for a negative
        start or a limit below 1.  LogUnavailable if the log cannot be read; nothing is skipped.  A gateway at an address may
        raise Withheld, which names those of the records asked for that it does not give before their time.
        """


def entries_before(log: LogReader, stop: int) -> Iterator[bytes]:
    """The entries before position ``stop``, from the first on; fewer where the log ends. Raises as reading does."""
    start = 0
    while start < stop and (records := log.read(start=start, limit=min(_READ_MAX, stop - start))):
        yield from (record.entry for record in records)
        start += len(records)


class Log(LogReader, Protocol):
    """An append-only sequence of entries.  What was read once reads the same for ever."""

    def append(self, entries: Sequence[bytes]) -> None:
        """Put entries at the end, in this order; durable when it returns.  Others' entries may come to lie between.

        Nobody is told a position: whoever needs one reads the tail.  The same bytes appended twice are two entries.
        Refused("entry-length") if an entry is outside the bounds, Refused("entry-imitation") if it reads like the leaf of a
        record that is no entry, of which no such record can be written: then none was written.  LogUnavailable: none was
        written, try later.  OutcomeUnknown: any first part of them may be in the log, or appear in it later; append
        the identical bytes again and never claim their absence.
        """


def check_bounds(entries: Sequence[bytes]) -> None:
    """Refused unless every entry has 1 to ENTRY_BYTES_MAX bytes and reads back as it is.  Every adapter calls it first."""
    for entry in entries:
        if not 1 <= len(entry) <= ENTRY_BYTES_MAX:
            raise Refused("entry-length", f"An entry has 1 to {ENTRY_BYTES_MAX} bytes; this one has {len(entry)}.")
        if is_representation(entry):
            raise Refused(
                "entry-imitation", "These bytes stand for a record that is no entry: nobody writes them as one."
            )
