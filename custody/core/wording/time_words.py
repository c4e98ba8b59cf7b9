"""Times and days as people read them: the clock on the wall where it happened, and how far that clock is from UTC.

``16 May 2027, 08:00 (UTC+3)`` · ``16.05.2027, 08:00 (UTC+3)`` · ``2027 ж. 16 мамыр, 08:00 (UTC+3)``. Seconds stay in JSON.
A text that is no such time or day is left as it is. Not here: durations (messages of the catalogue).
"""

from __future__ import annotations

import re
from typing import Final, Literal

_STAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}:[0-9]{2})(?::[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ENGLISH: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_KAZAKH: Final = (
    *("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым"),
    *("шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"),
)


def time_in(value: str, *, language: Literal["en", "ru", "kk"]) -> str:
    """A claimed time (RFC 3339 with its offset) in the manner of a language."""
    found = _STAMP.fullmatch(value)
    if found is None:
        return day_in(value, language=language)
    year, month, day, clock, offset = found.groups()
    if language == "kk":
        date = f"{year} ж. {int(day)} {_KAZAKH[int(month) - 1]}"
    else:
        date = day_in(f"{year}-{month}-{day}", language=language)
    return f"{date}, {clock} ({offset_from_utc(offset)})"


def day_in(value: str, *, language: Literal["en", "ru", "kk"]) -> str:
    """A day of the calendar in the manner of a language."""
    found = _DAY.fullmatch(value)
    if found is None:
        return value
    year, month, day = found[1], int(found[2]), int(found[3])
    return f"{day} {_ENGLISH[month - 1]} {year}" if language == "en" else f"{day:02d}.{month:02d}.{year}"


def offset_from_utc(offset: str) -> str:
    """How far a clock is from UTC: UTC+3, UTC-3:30, UTC."""
    if offset in ("Z", "+00:00", "-00:00"):
        return "UTC"
    sign, hours, minutes = offset[0], int(offset[1:3]), offset[4:6]
    return f"UTC{sign}{hours}" if minutes == "00" else f"UTC{sign}{hours}:{minutes}"
