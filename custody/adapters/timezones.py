"""Time zones by name, out of the one edition of the IANA database that is installed with the program (package ``tzdata``).

For those who state what a place's clocks show: ``offsets_of`` is what genesis and the opening of a station carry. The edition is
named in them, whatever else a machine has installed is not read.

Not here: any judgement. The ledger knows no zone but the lists on the log.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

import tzdata

from schemas.errors import Misused

EDITION: Final[str] = tzdata.IANA_VERSION
"""The edition of the database, for example 2026a."""
_YEARS_BEFORE: Final = 1
_YEARS_AFTER: Final = 3
_STEP: Final = timedelta(days=3)
"""No zone changes its offset twice within so few days."""


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Misused("time-zone") where this edition has none of that name."""
    folder = files("tzdata")
    if name not in folder.joinpath("zones").read_text("ascii").split():
        raise Misused("time-zone", f"The time zone database {EDITION} has no zone {name!r}.")
    with folder.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def offsets_of(name: str, *, year: int) -> tuple[tuple[str, str], ...]:
    """(from when, offset) of a zone from the year before to two years after ``year``; nothing of a zone that is unknown."""
    try:
        zone = zone_of(name)
    except Misused:
        return ()
    first, end = (
        datetime(min(max(at, 1970), 2100), 1, 1, tzinfo=UTC) for at in (year - _YEARS_BEFORE, year + _YEARS_AFTER)
    )
    found, at = [first], first
    while at < end:
        following = at + _STEP
        if _offset(zone, following) != _offset(zone, at):
            found.append(_change(zone, before=at, after=following))
        at = following
    return tuple((item.isoformat(timespec="seconds"), _written(_offset(zone, item))) for item in found)


def offset_rows(name: str, *, year: int) -> list[dict[str, str]]:
    """The same as genesis and the opening of a station state it."""
    return [{"from": since, "offset": offset} for since, offset in offsets_of(name, year=year)]


def _change(zone: ZoneInfo, *, before: datetime, after: datetime) -> datetime:
    """The first second at which a zone shows what it shows ``after``."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _written(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
