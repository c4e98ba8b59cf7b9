"""An act that was done on paper, as judges see it: what the paper says, at the time that the paper claims.

Judges take it beside the event that records the same act on a device. It is no event: it has no signers and no device of its
own, and no offer comes before a handover on paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from schemas.base import OnOffer, SealFound, UnitRef
from schemas.everybody import ActTranscribed, CountOnPaper, HandoverOnPaper
from schemas.items import ItemLine
from schemas.station import UnitCount
from schemas.transfer import Declared, Found


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverDone(OnOffer):
    """A handover on paper: offer and answer in one, so that it has no nonce either."""

    at: str
    place: str
    units: tuple[UnitRef, ...]
    codes: tuple[str, ...]
    declared: Declared
    result: Literal["accepted", "accepted with reservation", "refused"]
    found: Found
    offer: str = ""
    nonce: str = ""
    type: Literal["HandoverAnswered"] = "HandoverAnswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDone:
    """A package opened before the commission."""

    at: str
    place: str
    units: tuple[UnitRef, ...]
    unit: str
    contents: tuple[str, ...]
    seals: tuple[SealFound, ...]
    items: tuple[ItemLine, ...] = ()
    type: Literal["ConsignmentOpened"] = "ConsignmentOpened"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDone:
    """Papers counted by hand."""

    at: str
    place: str
    units: tuple[UnitRef, ...]
    occasion: Literal["receipt", "hold", "recount"]
    counts: tuple[UnitCount, ...]
    seals: tuple[SealFound, ...]
    type: Literal["BallotsCounted"] = "BallotsCounted"


Done = HandoverDone | OpeningDone | CountDone


def as_done(event: ActTranscribed) -> Done:
    """The act on the paper, at the time and the place that the paper claims."""
    body = event.stands_for
    if isinstance(body, HandoverOnPaper):
        return HandoverDone(
            at=event.done_at,
            place=event.place,
            units=event.units,
            codes=event.codes,
            declared=body.declared,
            result=body.result,
            found=body.found,
        )
    if isinstance(body, CountOnPaper):
        return CountDone(
            at=event.done_at,
            place=event.place,
            units=event.units,
            occasion=body.occasion,
            counts=body.counts,
            seals=body.seals,
        )
    return OpeningDone(
        at=event.done_at,
        place=event.place,
        units=event.units,
        unit=body.unit,
        contents=body.contents,
        seals=body.seals,
    )
