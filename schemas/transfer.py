"""Transfer: custody passes from hand to hand, and what is seen on the way.

Sources: hand-over forms (both sides sign), the courier's log, seal records (number, condition). An offer changes nothing;
the accepted answer, which contains the offer's event id, is the act that moves custody.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Act, Packages, Papers, Report, SealFound, Strict
from schemas.identifiers import ConsignmentId, Digest, Nonce, SealId, Timestamp, UnitId

Mode = Literal["hand", "cabin", "hold", "captain", "road", "mission-staff", "storage"]


class Declared(Strict):
    """What the releasing side says it hands over: packages, papers as declared, seals visible without opening."""

    packages: Packages = Field(description="outermost packages handed over, from the hand-over form")
    papers: Papers | None = Field(description="papers inside as declared, not counted here; null: not declared")
    seals: Annotated[tuple[SealId, ...], Field(max_length=100)] = Field(
        description="numbers of all seals that can be seen without opening"
    )


class HandoverOffered(Act):
    """The releasing side offers units to the holders of the receiving keys, who invited it with ``nonce``."""

    type: Literal["HandoverOffered"]
    to: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=16)] = Field(
        description="key ids of the receiving side, from the invitation its device showed"
    )
    nonce: Nonce = Field(description="16 random bytes in hex from the receiver's invitation")
    mode: Mode = Field(description="how it is carried from here on")
    declared: Declared = Field(description="what the releasing side says it hands over")


class Found(Strict):
    """What the receiving side found: packages shown, seals as read, and papers only if it counted them itself."""

    packages: Packages = Field(description="outermost packages that were shown")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read, with their condition"
    )
    papers: Papers | None = Field(
        description="papers that the receiving side counted itself; null: sealed, not counted"
    )


class HandoverAnswered(Act):
    """The receiving side's answer to one offer. Accepted, it moves custody; refused, it moves nothing and is kept."""

    type: Literal["HandoverAnswered"]
    offer: Digest = Field(description="event id of the offer that is answered")
    nonce: Nonce = Field(description="the nonce of the invitation, as in the offer")
    result: Literal["accepted", "accepted with reservation", "refused"] = Field(
        description="accepted, accepted with reservation (what was found differs and is said), or refused"
    )
    found: Found = Field(description="what the receiving side found")


class HandoverWithdrawn(Act):
    """The releasing side takes its offer back; an answer beats it unless the answer had provably seen it."""

    type: Literal["HandoverWithdrawn"]
    offer: Digest = Field(description="event id of the offer that is taken back")


class SealsChecked(Report):
    """Seals read on the way by whoever holds the unit."""

    type: Literal["SealsChecked"]
    seals: Annotated[tuple[SealFound, ...], Field(min_length=1, max_length=100)] = Field(
        description="seals as read, from the courier's log"
    )


class SealReplaced(Act):
    """A seal is removed and another applied in one act; the link between both numbers is what the act proves."""

    type: Literal["SealReplaced"]
    unit: UnitId = Field(description="the unit whose seal is replaced")
    removed: SealId = Field(description="number of the seal taken off")
    applied: SealId = Field(description="number of the seal put on")
    reason: Literal["found-broken", "inspection", "damaged", "customs"] = Field(description="why, from the seal record")


class StopRecorded(Report):
    """The courier stopped: overnight, storage, connection. Where exactly is committed, not stated, while in transit."""

    type: Literal["StopRecorded"]
    purpose: Literal["connection", "overnight", "storage", "border", "other"] = Field(
        description="what the stop was for, from the courier's log"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read at the stop; empty: none read"
    )


class DelayReported(Report):
    """The journey is late; ``reason`` is what the courier says."""

    type: Literal["DelayReported"]
    reason: Literal["missed-connection", "cancelled", "weather", "border", "illness", "other"] = Field(
        description="why the journey is late, as the courier says"
    )


class OverdueNoted(Report):
    """The monitor: by the deadline of this leg nothing was recorded. Once for each leg and deadline."""

    type: Literal["OverdueNoted"]
    consignment: ConsignmentId = Field(description="consignment that is late")
    leg: Annotated[int, Field(ge=1, le=40)] = Field(description="number of the planned leg")
    due: Timestamp = Field(description="deadline of that leg, as in the manifest")
    step: Literal["not-reported", "overdue", "station-at-risk"] = Field(description="which step of silence this is")


class ObserverRemarked(Report):
    """An observer's remark on what was seen; its text is committed, not stated."""

    type: Literal["ObserverRemarked"]
