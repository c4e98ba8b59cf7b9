"""The log of a directory or an archive as forms are filled from it: folded once, every event kept."""

from __future__ import annotations

from custody.core.wording.numbers import positions_held
from custody.embedded.folding import folded
from custody.paper.source import Source, filled_from
from custody.ports import LogReader
from custody.sandbox.acting import log_entries
from schemas.election_names import NO_NAMES, ElectionNames
from schemas.errors import Misused


def source_at(log: LogReader, *, at: int | None, names: ElectionNames = NO_NAMES) -> Source:
    """What forms are filled from after the entry at a position (the last one, where None).  Misused("print-at")."""
    end = log.end()
    if at is not None and not 0 <= at < end:
        raise Misused("print-at", f"The log holds {positions_held(end)}.")
    until = end if at is None else at + 1
    return filled_from(folded(log, until=until).state, entries=log_entries(log, until=until), names=names.stations)
