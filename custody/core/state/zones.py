"""Local time at a place, by the list of offsets that genesis and the opening of a station carry. Pure.

A list is good for nothing unless its moments rise; before its first moment nobody knows what the clocks showed. Its last offset
holds until further notice. Not here: the time zone database, which nobody reads who judges the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from custody.core.state.moments import moment
from schemas.identifiers import epoch_seconds, local_date
from schemas.zones import ZoneOffset

Zone = tuple[tuple[int, str], ...]
"""(from when, epoch seconds; offset), earliest first; empty where nothing is known"""
_OFFSET = 19
"""Where the offset begins in a claimed moment."""


def zone_of(offsets: Sequence[ZoneOffset]) -> Zone:
    """The list as it was stated; empty where its moments do not rise."""
    rows = tuple((epoch_seconds(row.from_), row.offset) for row in offsets)
    return rows if all(one < two for (one, _), (two, _) in pairwise(rows)) else ()


def shown(zone: Zone, *, at: str) -> str | None:
    """The offset that the clocks show at a claimed moment; None where the list does not reach back so far."""
    now = epoch_seconds(at)
    return next((offset for since, offset in reversed(zone) if since <= now), None)


def stated(at: str) -> str:
    """The offset with which a moment is claimed."""
    return at[_OFFSET:]


def day_at(zone: Zone, *, at: str) -> str:
    """The day that the calendar of the place has at a claimed moment; by the clock that claims it where nothing is known."""
    offset = shown(zone, at=at)
    if offset is None or offset == stated(at):
        return local_date(at)
    return local_date(moment(epoch_seconds(at), like=at[:_OFFSET] + offset))
