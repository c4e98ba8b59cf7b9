"""Transfer: custody passes from hand to hand, and what is seen on the way.

Sources: hand-over forms (both sides sign), the courier's log, seal records (number, condition). An offer changes nothing;
the accepted answer, which contains the offer's event id, is the act that moves custody.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.base import (
    AboutEvent,
    Act,
    Common,
    OnOffer,
    Packages,
    Papers,
    Report,
    SealFound,
    Strict,
    TransitCommitments,
)
from schemas.identifiers import ConsignmentId, Digest, Nonce, SealId, Timestamp, UnitId, epoch_seconds
from schemas.items import Items
from schemas.styles import left_out

_IN_TRANSIT = "SHA-256 commitments, among them the route, which stays secret until the station has received"
Mode = Literal["hand", "cabin", "hold", "captain", "road", "mission-staff", "storage"]


class Declared(Strict):
    """What the releasing side says it hands over: packages, papers as declared, seals visible without opening."""

    packages: Packages = Field(description="outermost packages handed over, from the hand-over form")
    papers: Papers | None = Field(description="papers inside as declared, not counted here; null: not declared")
    seals: Annotated[tuple[SealId, ...], Field(max_length=100)] = Field(
        description="numbers of all seals that can be seen without opening"
    )
    items: Items = Field(
        default=(), json_schema_extra=left_out, description="items handed over with them; left out: not stated"
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
    items: Items = Field(
        default=(),
        json_schema_extra=left_out,
        description="items found with them, each kind that was looked for; left out: none was",
    )


class HandoverAnswered(OnOffer, Act):
    """The receiving side's answer to one offer. Accepted, it moves custody; refused, it moves nothing and is kept."""

    type: Literal["HandoverAnswered"]
    offer: Digest = Field(description="event id of the offer that is answered")
    nonce: Nonce = Field(description="the nonce of the invitation, as in the offer")
    result: Literal["accepted", "accepted with reservation", "refused"] = Field(
        description="accepted, accepted with reservation (what was found differs and is said), or refused"
    )
    found: Found = Field(description="what the receiving side found")


class HandoverWithdrawn(OnOffer, Act):
    """The releasing side takes its offer back; an answer beats it unless the answer had provably seen it."""

    type: Literal["HandoverWithdrawn"]
    offer: Digest = Field(description="event id of the offer that is taken back")


class AnswerAcknowledged(Report):
    """The releasing side has read the answer on its own device; until then nobody lets go. Optional."""

    type: Literal["AnswerAcknowledged"]
    answer: Digest = Field(description="event id of the answer that the releasing side has read")


class ReleasedToCarrier(Act):
    """Packages leave the signers' hands with a carrier who signs nothing: until they are collected, custody is uncertain."""

    type: Literal["ReleasedToCarrier"]
    mode: Literal["hold", "captain", "freight"] = Field(
        description="aircraft hold as the courier's baggage, the captain's care, or freight without a courier"
    )
    packages: Packages = Field(description="outermost packages given to the carrier, from the receipt or baggage tag")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read before the packages were given away"
    )
    commitments: TransitCommitments = Field(description=_IN_TRANSIT)


class CollectedFromCarrier(Act):
    """Packages come back from a carrier into the signers' hands; nobody signs for the carrier, so custody is claimed."""

    type: Literal["CollectedFromCarrier"]
    found: Found = Field(description="what was collected: packages, and seals as read on them")
    commitments: TransitCommitments = Field(description=_IN_TRANSIT)


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
    purpose: Literal["connection", "overnight", "storage", "border", "nobody-there", "other"] = Field(
        description="what the stop was for, from the courier's log; nobody-there: nobody came to receive"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read at the stop; empty: none read"
    )
    commitments: TransitCommitments = Field(description=_IN_TRANSIT)


class DelayReported(Report):
    """The journey is late; ``reason`` is what the courier says."""

    type: Literal["DelayReported"]
    reason: Literal["missed-connection", "cancelled", "weather", "border", "illness", "other"] = Field(
        description="why the journey is late, as the courier says"
    )
    commitments: TransitCommitments = Field(description=_IN_TRANSIT)


class PouchExamined(Act):
    """Somebody with power over the traveller examined packages, detained them, or gave them back; signed by who held them."""

    type: Literal["PouchExamined"]
    examination: Literal["x-rayed", "opened", "detained", "returned"] = Field(
        description="x-rayed unopened, opened, taken and kept, or given back to the signer after it had been kept"
    )
    by: Literal["airport-security", "customs", "border-guard", "police", "carrier", "other"] = Field(
        description="who examined, as the signer saw it"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read afterwards; empty: none read"
    )
    commitments: TransitCommitments = Field(description=_IN_TRANSIT)


class CustodyBroken(Report):
    """Somebody says that for a time nobody who signed answered for the units."""

    type: Literal["CustodyBroken"]
    classification: Literal["explained", "incident", "breach"] = Field(
        description="explained; incident: whether the contents were reached is unknown; breach: known or likely"
    )
    cause: Literal["unattended", "carrier", "seal", "authority", "accident", "other"] = Field(
        description="what broke it, as the signer says"
    )
    since: Timestamp = Field(description="when the units were last known to be in custody")
    until: Timestamp | None = Field(description="when they were in custody again; null: they are not yet")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and epoch_seconds(self.until) < epoch_seconds(self.since):
            raise ValueError("a break in custody does not end before it begins")
        return self


class LossDeclared(Act):
    """Two persons declare units lost. Whatever is done with them afterwards is done with lost units."""

    type: Literal["LossDeclared"]
    last_seen: Timestamp | None = Field(
        description="when a signer last had them in hand or in sight; null: unknown, so the last act on them counts"
    )


class UnitFound(Act):
    """Lost units are found, say two persons. They are quarantined with the first of them, never silently back."""

    type: Literal["UnitFound"]
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on what was found"
    )


class QuarantineLifted(Act):
    """Two officers decide that found units may go on their way, with the custodian they state."""

    type: Literal["QuarantineLifted"]
    custodian: Digest = Field(description="key id of a person of the party that has the units from now on")


class Detail(Strict):
    """One committed detail in clear: the commitment is SHA-256 over tag, field, salt and content (docs/spec/events.md)."""

    field: Annotated[str, Field(pattern=r"^(carrier|flight|stop|position|local_time|due/[1-9][0-9]?)$")] = Field(
        description="field of the commitment; for a leg's deadline due/ and the number of the leg"
    )
    salt: Digest = Field(description="the 32 random bytes of the commitment in hex")
    content: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="the content in clear")


class DetailsDisclosed(AboutEvent, Report):
    """The route of a journey is opened once the station has received: committed details of an earlier event, in clear."""

    type: Literal["DetailsDisclosed"]
    event: Digest = Field(description="event id of the event that holds the commitments")
    details: Annotated[tuple[Detail, ...], Field(min_length=1, max_length=40)] = Field(
        description="the details, each with its salt; never a name, a document, a remark or a contact"
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


EVENTS: Final[tuple[type[Common], ...]] = (
    HandoverOffered,
    HandoverAnswered,
    HandoverWithdrawn,
    AnswerAcknowledged,
    ReleasedToCarrier,
    CollectedFromCarrier,
    SealsChecked,
    SealReplaced,
    StopRecorded,
    DelayReported,
    PouchExamined,
    CustodyBroken,
    LossDeclared,
    UnitFound,
    QuarantineLifted,
    DetailsDisclosed,
    ObserverRemarked,
    OverdueNoted,
)
"""The event types of this family: what is named here is judged."""
