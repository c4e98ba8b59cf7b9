"""The log witnesses behind a log, in one line: how many log witnesses, of which groups, and how old their cosignatures are."""

from __future__ import annotations

from typing import Final

from custody.core.state.moments import moment
from custody.core.state.registers import duration
from custody.core.wording.messages import Message, message
from projections.kept_rows import KeptWitnesses
from schemas.identifiers import epoch_seconds

_DATED_S: Final = 48 * 3600
"""A cosignature older than that, or of a clock that is ahead, is told by its date."""


def told_witnesses(doc: KeptWitnesses | None, *, now: int) -> Message:
    """What each log witness that the log asks cosigned last, together; ``now`` in seconds since 1970."""
    if doc is None or doc["quorum"] is None:
        return message("witness.nobody-asked")
    heard = [witness for witness in doc["witnesses"] if witness["at"] is not None]
    times = sorted(epoch_seconds(witness["at"]) for witness in heard if witness["at"] is not None)
    if not times:
        return message("witness.none-cosigned", named=len(doc["witnesses"]))
    groups = tuple(sorted({witness["group"] for witness in heard if witness["group"] is not None}))
    newest, oldest = (age(at, now=now) for at in (times[-1], times[0]))
    named = len(doc["witnesses"])
    return message("witness.ages", cosigned=len(heard), named=named, groups=groups, newest=newest, oldest=oldest)


def age(at: int, *, now: int) -> Message:
    """How long ago a cosignature was made; by its date where that is long ago, or to come."""
    old_s = now - at
    if not 0 <= old_s < _DATED_S:
        return message("witness.on", at=moment(at))
    return message("witness.ago", age=duration(old_s // 60))
