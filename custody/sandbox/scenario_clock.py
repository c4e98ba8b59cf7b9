"""Moments and durations as scenario files write them. Not here: when a step is played (``scenario_player``)."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

_PARTS: Final = {"min": 60, "h": 3_600, "day": 86_400, "days": 86_400}


def stamp(at: int, *, clock: tzinfo) -> str:
    """Epoch seconds as a clock on the wall shows them, RFC 3339 with its offset."""
    return datetime.fromtimestamp(at, tz=clock).isoformat(timespec="seconds")


def seconds(duration: str) -> int:
    """The seconds of a duration such as ``2 days 3 h``."""
    parts = duration.split(" ")
    return sum(int(number) * _PARTS[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))
