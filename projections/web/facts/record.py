"""The facts of the record as a whole: how far it goes, and which of its entries are withheld until when."""

from __future__ import annotations

from typing import Final

from projections import queries
from projections.web.facts.recent import end_of
from projections.web.models.record import RecordDoc, RecordFiles, VerifyAnswer
from projections.web.snapshots.snapshot import Snapshot, withheld_until

COUNTED_MAX: Final = 200_000
"""Entries that are looked through to count those that are withheld."""
_AT_ONCE: Final = 1_000


def withheld_in(reading: Snapshot, positions: range) -> int:
    """How many of the entries at these positions are withheld from this reader; those that nobody took in yet are."""
    if not reading.withheld:
        return 0
    lines = queries.recorded_between(reading.live, start=positions.start, stop=positions.stop)
    beyond = positions.stop - max(positions.start, min(positions.stop, reading.standing.position))
    return beyond + sum(
        any(
            reading.hides(line["type"] or "", event=line["event"] or "", stands_for=line["stands_for"], unit=unit)
            for unit in units or ("",)
        )
        for line, units, _ in lines
    )


def record_doc(reading: Snapshot, files: RecordFiles) -> RecordDoc:
    """The record as it can be taken away now."""
    stop = min(end_of(reading), COUNTED_MAX)
    parts = (range(start, min(start + _AT_ONCE, stop)) for start in range(0, stop, _AT_ONCE))
    withheld = sum(withheld_in(reading, part) for part in parts) if reading.withheld else 0
    return RecordDoc(
        entries=files.entries,
        files=files.files,
        size_bytes=files.size_bytes,
        withheld_entries=withheld,
        withheld_until=withheld_until(reading.live) if reading.withheld else None,
    )


def verify_answer(reading: Snapshot, files: RecordFiles) -> VerifyAnswer:
    """What a reader needs to check this election."""
    return VerifyAnswer(**reading.common(), record=record_doc(reading, files))
