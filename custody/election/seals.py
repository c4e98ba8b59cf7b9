"""Seal numbers in the order of their use, out of the series that the rules say were given out."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.errors import Misused
from schemas.identifiers import seal_id
from schemas.rules import SealSeries


def nth_seal(series: Sequence[SealSeries], *, issuer: str, place: int) -> str:
    """The seal at a place (from 1) of an issuer's series; with no series stated, every number was given out.

    Misused("seals-used-up") where the series do not hold so many.
    """
    if not series:
        return seal_id(issuer=issuer, number=place)
    left = place
    for row in series:
        if row.issuer == issuer:
            if left <= row.last - row.first + 1:
                return seal_id(issuer=issuer, number=row.first + left - 1)
            left -= row.last - row.first + 1
    raise Misused("seals-used-up", f"The rules give out fewer than {place:,} seals of {issuer}.")


def given_out(series: Sequence[SealSeries], *, issuer: str) -> int | None:
    """How many seals of an issuer were given out; None: any number."""
    return sum(row.last - row.first + 1 for row in series if row.issuer == issuer) if series else None
