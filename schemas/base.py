"""The base of every event: signers, device chain, claimed time, place, units with the act each one follows.

Not here: the events themselves (one module a family) and any judgement: a well-formed event may still break a rule.
All models are strict, frozen and closed; every field is present in the payload, ``null`` where it says nothing, so that one
fact has one form; but for the commitment to a local time, which is left out where there is none. Times are claims of a device
with its zone offset; numbers of papers are whole papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Protocol, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from schemas.identifiers import Day, Digest, DocumentNumber, OfficeCode, SealId, Timestamp, UnitId

Kind = Literal["act", "report", "decision"]
"""act: changes a unit's custody, contents, seals or state. report: says what was seen; nothing follows it.
decision: changes what acts are judged by (rules, keys, mandates, findings) and touches no unit."""

Part = Literal["acting", "releasing", "receiving", "present", "dispensing", "succeeding", "device", "service"]
"""The part a signer plays in this event. ``present`` attests and counts for no threshold; ``dispensing`` is the head of
mission under a dispensation; ``succeeding`` is the new key of a rotation; ``device`` is the device on which the event was made;
``service`` a gateway, checkpointer or monitor."""

Role = Literal[
    "cec-officer",
    "registrar",
    "printer",
    "cec-representative",
    "pouch-office",
    "courier",
    "mission-officer",
    "head-of-mission",
    "chair",
    "deputy-chair",
    "secretary",
    "member",
    "issuing-member",
    "observer",
    "duty-officer",
    "gateway",
    "checkpointer",
    "monitor",
    "device",
]
"""What a key was enrolled for; one key has one role (domain: roles and how many must sign)."""

PartyKind = Literal["printer", "CEC", "MFA", "courier", "mission", "commission"]
"""Kind of custodian. ``mission`` is the mission officer of a station, ``commission`` its precinct commission (PEC)."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="a code of the published code list")]


def _without_default(schema: dict[str, Any]) -> None:
    """What is left out has no form of its own."""
    schema.pop("default", None)


def _whole(value: object) -> object:
    """Python takes true and 1.0 for 1; JSON does not take true, and no fraction is signed here."""
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    if isinstance(value, float):
        raise ValueError("numbers here are whole")
    return value


VersionOne = Annotated[Literal[1], BeforeValidator(_whole)]
"""The number 1, and nothing that equals it."""
PAPERS_MAX: Final = 100_000_000
"""The most papers that one figure or one range of serial numbers can state."""
Papers = Annotated[int, Field(ge=0, le=PAPERS_MAX, description="ballot papers, whole papers")]
SignedPapers = Annotated[int, Field(ge=-PAPERS_MAX, le=PAPERS_MAX, description="ballot papers, signed difference")]
Packages = Annotated[int, Field(ge=0, le=1_000, description="outermost packages: pouches or boxes as they are carried")]


class Strict(BaseModel):
    """Base of all wire models: strict types, frozen, unknown fields refused."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Signer(Strict):
    """One listed signer: the key that signs, the person's tag (null for devices and services), the part played."""

    key: Digest = Field(description="key id: hex SHA-256 of the raw Ed25519 public key that signs")
    person: Digest | None = Field(
        description="tag of the person who holds the key (HMAC under the registrars' secret); null for devices and services"
    )
    part: Part = Field(description="what the signer does in this event; see the parts in docs/spec/events.md")


class DeviceMark(Strict):
    """Place of the event in the chain of the device it was made on (one number, one event).

    ``number`` counts from 1; ``previous`` is the event id with the number before; ``countersigned`` are events of other
    devices that persons signed here since (at most 16); ``elapsed_s`` is the device's monotonic clock in seconds.
    """

    key: Digest = Field(
        description="key id of the device on which the event was made; listed among the signers with part device"
    )
    number: Annotated[int, Field(ge=1, le=2**40)] = Field(
        description="place in the device's chain, counting from 1; a device uses each number once"
    )
    previous: Digest | None = Field(description="event id with the number before on this device; null for number 1")
    countersigned: Annotated[tuple[Digest, ...], Field(max_length=16)] = Field(
        description="event ids of other devices' events that persons signed here since the previous number, at most 16"
    )
    elapsed_s: Annotated[int, Field(ge=0, le=2**40)] = Field(
        description="the device's monotonic clock, seconds since an arbitrary start; a claim"
    )


class Seen(Strict):
    """The newest cosigned checkpoint note the device held: origin, tree size, SHA-256 of the complete note as logged."""

    origin: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="origin line of the checkpoint")
    size: Annotated[int, Field(ge=1, le=2**53 - 1)] = Field(description="tree size of the checkpoint, entries")
    note: Digest = Field(description="hex SHA-256 of the complete cosigned note as logged")


class UnitRef(Strict):
    """A unit an act touches and the act it follows on that unit; ``previous`` is null only for a unit that the act creates."""

    unit: UnitId = Field(description="the unit that the act touches")
    previous: Digest | None = Field(
        description="event id of the act that this one follows on that unit; null only where this act creates the unit"
    )


class Observed(Strict):
    """A unit a report is about and the last act on it that the reporter knew."""

    unit: UnitId = Field(description="the unit that the report is about")
    observed: Digest = Field(description="event id of the last act on that unit that the reporter knew")


class SerialRange(Strict):
    """First and last serial number printed, both included, at most 10^8 of them; used where papers are numbered."""

    first: Annotated[int, Field(ge=0, le=2**53 - 1)] = Field(description="first serial number, included")
    last: Annotated[int, Field(ge=0, le=2**53 - 1)] = Field(description="last serial number, included")

    @model_validator(mode="after")
    def _as_many_as_can_be_counted(self) -> Self:
        if self.last - self.first >= PAPERS_MAX:
            raise ValueError("a range of serial numbers holds at most 100,000,000 papers")
        return self


class SealOnUnit(Strict):
    """A serialised seal and the unit it closes."""

    unit: UnitId = Field(description="the unit that the seal closes")
    seal: SealId = Field(description="number printed on the seal, with issuer and check character")


class SealFound(Strict):
    """How a seal was found: its number as read, on which unit, in which condition."""

    unit: UnitId = Field(description="the unit on which the seal was read")
    seal: SealId = Field(description="number as read from the seal, not as expected")
    condition: Literal["intact", "broken", "missing", "altered"] = Field(
        description="what was seen: intact, broken, missing or altered"
    )


class Presence(Strict):
    """Somebody who was there in a role: signed too, or declined to (the act exists all the same)."""

    role: Role = Field(description="the role in which the person was there")
    note: Literal["signed", "declined", "present"] = Field(
        description="signed too, declined to sign, or was present only; the act exists all the same"
    )


class Commitments(Strict):
    """SHA-256 commitments (tag, field name, fresh 32-byte salt, content) to content kept beside the log; null: none."""

    remark: Digest | None = Field(description="commitment to a written remark kept beside the log; null: none")
    documents: Digest | None = Field(description="commitment to scanned documents kept beside the log; null: none")
    photographs: Digest | None = Field(description="commitment to photographs kept beside the log; null: none")
    contact: Digest | None = Field(description="commitment to contact details kept beside the log; null: none")
    local_time: Digest | SkipJsonSchema[None] = Field(
        default=None,
        json_schema_extra=_without_default,
        description="commitment to what the device's clock showed on the way, with its offset; left out: none",
    )

    @model_validator(mode="after")
    def _absent_and_not_null(self) -> Self:
        if self.local_time is None and "local_time" in self.model_fields_set:
            raise ValueError("a local time that is not committed to is left out")
        return self


class TransitCommitments(Commitments):
    """Commitments of an event on the way: the route stays secret until the station has received (DetailsDisclosed opens it)."""

    carrier: Digest | None = Field(description="commitment to the carrier's name, kept secret in transit; null: none")
    flight: Digest | None = Field(description="commitment to flight, ship or waybill, secret in transit; null: none")
    stop: Digest | None = Field(description="commitment to where a stop was made, secret in transit; null: none")
    position: Digest | None = Field(description="commitment to a position on the way, secret in transit; null: none")


class Common(Strict):
    """Fields of every event, genesis included. ``at`` and ``place`` are what the signers claim."""

    KIND: ClassVar[Kind] = "decision"
    if TYPE_CHECKING:

        @property
        def type(self) -> str:
            """Name of the event's type: each model has its own as the only value of a field."""

    version: VersionOne = Field(description="version of this event type; a later version is another schema")
    log: Annotated[int, Field(ge=0, le=65_535)] = Field(
        description="number of the election's log that the event is meant for, from 0"
    )
    signers: Annotated[tuple[Signer, ...], Field(min_length=1, max_length=16)] = Field(
        description="everybody who signs or is asked to, each key once; a signature of anybody else counts for nothing"
    )
    device: DeviceMark | None = Field(
        description="place in the chain of the device it was made on; null for services and for what no device made"
    )
    seen: Seen | None = Field(description="newest cosigned checkpoint the device held; null until it holds one")
    at: Timestamp = Field(description="when, as the signers claim: the clock on the wall with its zone offset")
    place: OfficeCode = Field(description="office or station where it happened, as the signers claim")
    present: Annotated[tuple[Presence, ...], Field(max_length=16)] = Field(
        description="persons present in a role, from the form's attendance lines"
    )
    codes: Annotated[tuple[Code, ...], Field(max_length=8)] = Field(
        description="codes of the published code list, from the form's tick boxes"
    )
    commitments: Commitments = Field(
        description="SHA-256 commitments to what is kept beside the log; all null where there is nothing"
    )

    @model_validator(mode="after")
    def _one_key_one_part(self) -> Self:
        if len({signer.key for signer in self.signers}) != len(self.signers):
            raise ValueError("a key is listed once among the signers")
        return self


class Event(Common):
    """Every event but genesis carries the election id, which is the event id of genesis."""

    election: Digest = Field(description="election id: the event id of genesis")


class PaperDecision(Strict):
    """The commission's paper behind an event: a decision, an order, a mandate. Never a courier's or another person's document."""

    number: DocumentNumber = Field(description="number of the paper, as it stands there")
    day: Day = Field(description="day of the paper")


def _stated(value: object) -> object:
    """What is left out has no form of its own."""
    if value is None:
        raise ValueError("what is not stated is left out")
    return value


StatedPaper = Annotated[PaperDecision | SkipJsonSchema[None], BeforeValidator(_stated)]


class Decision(Event):
    """Changes what acts are judged by; touches no unit."""

    KIND: ClassVar[Kind] = "decision"


class Decided(Decision):
    """A decision that a paper of the commission may stand behind."""

    decision: StatedPaper = Field(
        default=None,
        json_schema_extra=_without_default,
        description="number and day of the paper on which it was decided; left out: not stated",
    )


class NamedUnit(Protocol):
    """A row of an event's units, whatever else it says of the unit."""

    @property
    def unit(self) -> str:
        """Name of the unit."""


class NamesUnits:
    """Base of what is about units. Bases like this one only mark models (no field, no schema of their own)."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def units(self) -> Sequence[NamedUnit]:
            """Every unit that the event names."""


class AtStation:
    """Base of the events that state a station."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def station(self) -> str:
            """Code of the station."""


class OnOffer:
    """Base of what names the offer that it answers or takes back."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def offer(self) -> str:
            """Event id of the offer; of a handover on paper empty, for the paper is offer and answer in one."""


class AboutEvent:
    """Base of what is about another event: a declaration of an error, details that are disclosed."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def event(self) -> str:
            """Event id of the other event."""


class Act(NamesUnits, Event):
    """Changes units; names for each the act it follows. Applied to all of them or to none."""

    KIND: ClassVar[Kind] = "act"

    units: Annotated[tuple[UnitRef, ...], Field(min_length=1, max_length=300)] = Field(
        description="every unit the act touches, each with the act it follows; applied to all of them or to none"
    )


class DecidedAct(Act):
    """An act by which a decision, an order or a mandate on paper is carried out."""

    decision: StatedPaper = Field(
        default=None,
        json_schema_extra=_without_default,
        description="number and day of the paper on which it was decided; left out: not stated",
    )


class Report(NamesUnits, Event):
    """Says what was seen on units; changes none of them, and nothing follows it."""

    KIND: ClassVar[Kind] = "report"

    units: Annotated[tuple[Observed, ...], Field(min_length=1, max_length=100)] = Field(
        description="every unit the report is about, each with the last act the reporter knew"
    )
