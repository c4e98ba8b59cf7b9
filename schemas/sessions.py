"""The days on which a station votes, where they are several: opening and close of each, in order."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from schemas.base import Strict
from schemas.identifiers import Timestamp, epoch_seconds

SESSIONS_MAX: Final = 14


class Session(Strict):
    """One day of voting at a station."""

    opens: Timestamp = Field(description="opening of the vote on that day, local time with its offset")
    closes: Timestamp = Field(description="close of the vote on that day, local time with its offset")


def _in_order(sessions: tuple[Session, ...]) -> tuple[Session, ...]:
    moments = [epoch_seconds(moment) for row in sessions for moment in (row.opens, row.closes)]
    if any(first >= second for first, second in pairwise(moments)):
        raise ValueError("each day of voting closes after it opens, and before the next one opens")
    return sessions


Sessions = Annotated[tuple[Session, ...], Field(min_length=2, max_length=SESSIONS_MAX), AfterValidator(_in_order)]
