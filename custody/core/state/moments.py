"""Moments worked out from claimed ones: so many hours before or after, in the offset that was claimed.

What people claim lies between 1970 and 2100 (schemas.identifiers); what is worked out from it stays there too: a moment before
the first or after the last that can be written is that first or last one. So every moment that is worked out can be written,
read again and reckoned with, and no date in any event makes arithmetic fail.

Not here: any clock, and time zones by name.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from schemas.identifiers import epoch_seconds, local_date

_FIRST: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on a wall, whatever its offset
_LAST: Final = datetime(2100, 12, 31, 23, 59, 59)  # noqa: DTZ001
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BEHIND: Final = "1970-01-01T00:00:00-12:00"
_AHEAD: Final = "1970-01-01T00:00:00+14:00"
_REACH_S: Final = 200 * 366 * 86_400
"""Seconds that lead out of the range from anywhere in it, and stay within what can be reckoned with."""


def moment(at: int, *, like: str | None = None) -> str:
    """Epoch seconds as a claimed moment is written, in the offset of ``like`` (None: UTC), within what can be written."""
    zone = UTC if like is None else timezone(_offset(like))
    bounded = max(-_REACH_S, min(at, _REACH_S))
    wall = (_EPOCH + timedelta(seconds=bounded)).astimezone(zone)
    kept = max(_FIRST, min(wall.replace(tzinfo=None), _LAST))
    return kept.replace(tzinfo=zone).isoformat(timespec="seconds")


def shifted(claimed: str, *, seconds: int) -> str:
    """A claimed moment so many seconds later, with the same offset, within what can be written."""
    return moment(epoch_seconds(claimed) + seconds, like=claimed)


def earliest_day(at: int) -> str:
    """The day that it was at a moment where days begin last: in no zone was it an earlier one."""
    return local_date(moment(at, like=_BEHIND))


def latest_day(at: int) -> str:
    """The day that it was at a moment where days begin first: in no zone was it a later one."""
    return local_date(moment(at, like=_AHEAD))


def _offset(claimed: str) -> timedelta:
    size = timedelta(hours=int(claimed[20:22]), minutes=int(claimed[23:25]))
    return -size if claimed[19] == "-" else size
