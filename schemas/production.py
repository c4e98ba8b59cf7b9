"""Production: papers are ordered, printed, allocated to stations, packed, sealed and manifested.

Sources: the printer's delivery note and waste protocol, the CEC's allocation table, packing lists, the courier's document.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.base import (
    Act,
    AtStation,
    Common,
    DecidedAct,
    Packages,
    Papers,
    PartyKind,
    SealFound,
    SealOnUnit,
    SerialRange,
    Strict,
)
from schemas.identifiers import ConsignmentId, Digest, OfficeCode, Timestamp, UnitId
from schemas.styles import PapersByStyle, StyleCode, left_out


class PrintOrdered(DecidedAct):
    """The CEC orders ``papers`` of one style; creates the printing batch."""

    type: Literal["PrintOrdered"]
    batch: UnitId = Field(description="printing batch that the order creates")
    papers: Papers = Field(description="papers ordered, from the printing order")
    style: StyleCode = Field(
        default="",
        json_schema_extra=left_out,
        description="style of the papers, one of genesis; left out: genesis lists none",
    )


class BallotsPrinted(Act):
    """What came off the press, from the printer's delivery note: printed = good + waste. ``serials`` null: not numbered."""

    type: Literal["BallotsPrinted"]
    batch: UnitId = Field(description="printing batch, from the printer's delivery note")
    printed: Papers = Field(description="sheets printed: good and waste together")
    good: Papers = Field(description="papers fit for use")
    waste: Papers = Field(description="papers unfit for use")
    method: Literal["counted", "weighed"] = Field(
        description="how they were numbered: counted by hand or machine, or weighed"
    )
    serials: SerialRange | None = Field(description="serial numbers printed; null: the papers are not numbered")


class WasteDestroyed(Act):
    """Waste made unusable, from the destruction protocol."""

    type: Literal["WasteDestroyed"]
    batch: UnitId = Field(description="printing batch")
    papers: Papers = Field(description="papers of waste destroyed by this act, from the destruction protocol")
    method: Literal["shredded", "burned", "pulped"] = Field(description="how they were destroyed")


class AllocationLine(Strict):
    """One station's share: a batch of its own is created for it."""

    station: OfficeCode = Field(description="code of the station")
    batch: UnitId = Field(description="batch created for the station")
    papers: Papers = Field(description="papers allocated to the station")
    serials: SerialRange | None = Field(description="serial numbers allocated; null: not numbered, or not stated")


class BatchAllocated(DecidedAct):
    """The CEC's allocation table: papers of a printing batch become batches of stations.

    ``units`` are the printing batch, and for each line the station's stock and the new batch (previous null).
    """

    type: Literal["BatchAllocated"]
    batch: UnitId = Field(description="printing batch that the papers come from")
    lines: Annotated[tuple[AllocationLine, ...], Field(min_length=1, max_length=100)] = Field(
        description="the CEC's allocation table, one line for each station"
    )


class UnitPacked(Act):
    """A new unit is filled: a pack with ``papers`` out of a batch, or a box or pouch with other units.

    ``units`` are the new unit (previous null) and everything it is filled from. ``papers`` is what the packers counted in.
    """

    type: Literal["UnitPacked"]
    unit: UnitId = Field(description="the new unit")
    batch: UnitId | None = Field(
        description="batch that the papers come from, for a pack; null for a box or pouch of other units"
    )
    contents: Annotated[tuple[UnitId, ...], Field(max_length=100)] = Field(
        description="units put inside, for a box or pouch; empty for a pack"
    )
    papers: Papers = Field(description="papers that the packers counted in, from the packing list")
    serials: SerialRange | None = Field(
        description="serial numbers of the papers of a pack; null: not numbered, or not stated"
    )


class UnitUnpacked(Act):
    """Units leave the box or pouch they were in; from then on each is a package of its own. Its seals are read and removed."""

    type: Literal["UnitUnpacked"]
    unit: UnitId = Field(description="box or pouch that is unpacked")
    contents: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=100)] = Field(
        description="units that leave it"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on it and on what leaves it, before its own are removed"
    )


class SealsApplied(Act):
    """Serialised seals close units; each seal once in its life."""

    type: Literal["SealsApplied"]
    seals: Annotated[tuple[SealOnUnit, ...], Field(min_length=1, max_length=100)] = Field(
        description="seals and the units they close, from the packing list"
    )


class PlannedLeg(Strict):
    """One planned handover. ``due`` is public (null: none stated); an interim deadline may be committed to instead."""

    number: Annotated[int, Field(ge=1, le=40)] = Field(description="number of the leg in the journey, from 1")
    releasing: PartyKind = Field(description="kind of party that hands over")
    receiving: PartyKind = Field(description="kind of party that receives")
    due: Timestamp | None = Field(
        description="deadline of the handover, local time with its offset; null: none stated in public"
    )
    due_commitment: Digest | None = Field(description="commitment to a deadline kept secret in transit; null: none")


class ConsignmentManifested(AtStation, Act):
    """What is sent, to or from one station, committed before departure. ``units`` are the packages as carried."""

    type: Literal["ConsignmentManifested"]
    consignment: ConsignmentId = Field(description="name of the consignment")
    station: OfficeCode = Field(description="station that is sent it, or sends it back")
    direction: Literal["out", "back"] = Field(description="out to the station, or back from it")
    packages: Packages = Field(description="outermost packages")
    papers: Papers = Field(description="papers in all packages together, as packed")
    by_style: PapersByStyle = Field(
        default=(),
        json_schema_extra=left_out,
        description="the same papers by style, each once; left out: not stated, or of one style",
    )
    legs: Annotated[tuple[PlannedLeg, ...], Field(min_length=1, max_length=40)] = Field(
        description="planned handovers in order"
    )


EVENTS: Final[tuple[type[Common], ...]] = (
    PrintOrdered,
    BallotsPrinted,
    WasteDestroyed,
    BatchAllocated,
    UnitPacked,
    UnitUnpacked,
    SealsApplied,
    ConsignmentManifested,
)
"""The event types of this family: what is named here is judged."""
