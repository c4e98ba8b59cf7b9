"""At the station: received, opened, counted, stored, issued, cancelled, accounted for, packed for the way back.

Sources: the precinct commission's protocols (opening, count, cancellation, results) and the safe's register. The station's
stock is a unit of its own: its acts form one chain, so what came before the boxes were opened is known by predecessor,
whatever a clock says.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.base import (
    Act,
    AtStation,
    Code,
    Common,
    DecidedAct,
    Packages,
    Papers,
    SealFound,
    SealOnUnit,
    SerialRange,
    SignedPapers,
    Strict,
)
from schemas.conditions import NONE, NULL, TEXT, absent, case, cases, one_of
from schemas.identifiers import ConsignmentId, Digest, OfficeCode, Timestamp, UnitId
from schemas.items import Items
from schemas.sessions import Sessions
from schemas.styles import StyleCode, left_out

OneKind = Annotated[str, StringConstraints(pattern=r"^(?:spoiled|invalid)$")]
"""Papers that may be kept by themselves."""


class StationChanged(AtStation, DecidedAct):
    """The commission changes a station after it was opened: it moves, votes at other hours, or is closed before it votes.

    ``units`` are all books of the station. Signed like the opening of a station, where the rules name nobody for it.
    """

    model_config = cases(
        case("opens", "closes", change=one_of("hours"), opens=TEXT, closes=TEXT, city=NULL),
        absent("sessions", change=one_of("moved"), opens=NULL, closes=NULL),
        absent("sessions", change=one_of("closed"), opens=NULL, closes=NULL, city=NULL),
    )

    type: Literal["StationChanged"]
    station: OfficeCode = Field(description="code of the station")
    change: Literal["moved", "closed", "hours"] = Field(
        description="moved: to another address, which is committed to, or another city of the same zone; closed: it will not "
        "vote; hours: it votes at other times"
    )
    city: Annotated[str, Field(min_length=1, max_length=40)] | None = Field(
        description="the city's public name from here on; null: the same city"
    )
    opens: Timestamp | None = Field(description="opening of the vote from here on; null unless the hours change")
    closes: Timestamp | None = Field(description="close of the vote from here on; null unless the hours change")
    sessions: Sessions = Field(
        default=(), json_schema_extra=left_out, description="days of voting from here on; left out: one day"
    )

    @model_validator(mode="after")
    def _what_the_change_needs(self) -> Self:
        hours = self.opens is not None and self.closes is not None
        if hours != (self.change == "hours") or (self.opens is None) != (self.closes is None):
            raise ValueError("opening and close are stated where the hours change, and nowhere else")
        if self.city is not None and self.change != "moved":
            raise ValueError("a city is stated where the station moves, and nowhere else")
        if self.sessions and (self.sessions[0].opens, self.sessions[-1].closes) != (self.opens, self.closes):
            raise ValueError("the days of voting begin with the opening and end with the close")
        return self


class ConsignmentOpened(Act):
    """Packages are opened before the commission; their seals are read and removed. ``units`` are package and contents."""

    type: Literal["ConsignmentOpened"]
    unit: UnitId = Field(description="package that is opened")
    contents: Annotated[tuple[UnitId, ...], Field(max_length=100)] = Field(
        description="units found inside; none where papers lie loose in it"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on the package and on what is inside, before they are removed"
    )
    items: Items = Field(
        default=(), json_schema_extra=left_out, description="items found in it and with it; left out: nobody looked"
    )


class UnitCount(Strict):
    """Papers counted by hand in one unit."""

    unit: UnitId = Field(description="unit that was counted")
    papers: Papers = Field(description="papers counted in it")


class BallotsCounted(Act):
    """Papers counted, by the acting signers.

    ``receipt``: into the station's stock; ``hold``: of a unit put on hold; ``recount``: of what came back to the CEC.
    ``number`` is 1 for the first count of these units, 2 for the second, and so on. ``units`` are the counted units, and
    for a receipt the station's stock.
    """

    type: Literal["BallotsCounted"]
    occasion: Literal["receipt", "hold", "recount"] = Field(
        description="receipt: into the station's stock; hold: of a unit put on hold; recount: of what came back to the CEC"
    )
    number: Annotated[int, Field(ge=1, le=20)] = Field(
        description="1 for the first count of these units, 2 for the second, and so on"
    )
    counts: Annotated[tuple[UnitCount, ...], Field(min_length=1, max_length=100)] = Field(
        description="result for each unit, from the count protocol"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on units that this count opens; empty: none"
    )


class BallotsFoundDefective(AtStation, Act):
    """Papers unusable before they were issued; set aside in the stock."""

    type: Literal["BallotsFoundDefective"]
    station: OfficeCode = Field(description="code of the station")
    papers: Papers = Field(description="papers set aside as unusable by this act")


class StoreSealed(AtStation, Act):
    """The stock goes into the safe, closed with seals."""

    type: Literal["StoreSealed"]
    station: OfficeCode = Field(description="code of the station")
    seals: Annotated[tuple[SealOnUnit, ...], Field(min_length=1, max_length=20)] = Field(
        description="seals put on the safe, from its register; the unit is the station's stock"
    )


class StoreOpened(AtStation, Act):
    """The safe is opened; its seals are read and removed."""

    type: Literal["StoreOpened"]
    station: OfficeCode = Field(description="code of the station")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=20)] = Field(
        description="seals of the safe as read, before they are removed"
    )


class BallotBoxesSealed(AtStation, Act):
    """Ballot boxes shown empty to those present and sealed; creates the boxes. ``units`` are the boxes and the stock.

    For the night between two days of voting the slots of boxes that are there are sealed.
    """

    type: Literal["BallotBoxesSealed"]
    station: OfficeCode = Field(description="code of the station")
    purpose: Annotated[str, Field(pattern="^night$")] = Field(
        default="",
        json_schema_extra=left_out,
        description="night: the slots of boxes in use are sealed until the next day of voting; left out: new boxes, shown empty",
    )
    boxes: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=20)] = Field(
        description="ballot boxes shown empty, from the opening protocol"
    )
    seals: Annotated[tuple[SealOnUnit, ...], Field(min_length=1, max_length=40)] = Field(
        description="seals put on the boxes"
    )


class BallotBoxesOpened(AtStation, Act):
    """Ballot boxes opened after voting; seals read and removed. ``units`` are the boxes and the stock.

    On another day of voting the slots alone are opened: the seals of the night are read and removed, all others are read.
    """

    type: Literal["BallotBoxesOpened"]
    station: OfficeCode = Field(description="code of the station")
    purpose: Annotated[str, Field(pattern="^voting$")] = Field(
        default="",
        json_schema_extra=left_out,
        description="voting: the slots are opened for another day; left out: the boxes are opened to be counted",
    )
    boxes: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=20)] = Field(
        description="ballot boxes opened, from the results protocol"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=40)] = Field(
        description="seals of the boxes as read, before they are removed"
    )


class BallotsGivenToIssuer(AtStation, Act):
    """Papers from the stock to a member who issues them to voters; both sign."""

    type: Literal["BallotsGivenToIssuer"]
    station: OfficeCode = Field(description="code of the station")
    issuer: Digest = Field(description="tag of the issuing member")
    papers: Papers = Field(description="papers given by this act")


class BallotsReturnedByIssuer(AtStation, Act):
    """An issuing member accounts for the papers: issued to voters, and unused papers given back; both sign."""

    type: Literal["BallotsReturnedByIssuer"]
    station: OfficeCode = Field(description="code of the station")
    issuer: Digest = Field(description="tag of the issuing member")
    issued: Papers = Field(description="papers that this member issued to voters, less those returned spoiled")
    unused: Papers = Field(description="papers given back")


class BallotsSpoiled(AtStation, Act):
    """Papers that voters returned and that were replaced, before the box; in the issuer's hands until then."""

    type: Literal["BallotsSpoiled"]
    station: OfficeCode = Field(description="code of the station")
    issuer: Digest = Field(description="tag of the issuing member who replaced them")
    papers: Papers = Field(description="papers that voters returned and that were replaced, by this act")


class UnusedCancelled(AtStation, Act):
    """Unused, spoiled and defective papers made unusable by act, before the boxes are opened."""

    type: Literal["UnusedCancelled"]
    station: OfficeCode = Field(description="code of the station")
    unused: Papers = Field(description="papers never issued, made unusable; from the cancellation protocol")
    spoiled: Papers = Field(description="papers spoiled by voters, made unusable")
    defective: Papers = Field(description="papers found defective, made unusable")
    method: Code = Field(
        default="",
        json_schema_extra=left_out,
        description="how they were made unusable, a code of the published list or of the rules; left out: not stated",
    )


class BallotAccountClosed(AtStation, Act):
    """The station's ballot account, as the commission signs it. ``received`` is gross, ``unaccounted`` a signed difference."""

    type: Literal["BallotAccountClosed"]
    station: OfficeCode = Field(description="code of the station")
    received: Papers = Field(
        description="papers received, as the commission counted them, resupplies among them and nothing taken off that was "
        "sent on; line of the results protocol, like all that follow"
    )
    issued: Papers = Field(description="papers issued to voters, less those returned spoiled")
    spoiled: Papers = Field(description="papers returned by voters and replaced before the box")
    unused: Papers = Field(description="papers never issued")
    defective: Papers = Field(description="papers unusable before they were issued")
    cancelled: Papers = Field(description="papers made unusable before the boxes were opened")
    signatures: Papers = Field(description="signatures in the voters list")
    in_boxes: Papers = Field(description="papers found in the ballot boxes")
    valid: Papers = Field(description="papers in the boxes that count")
    invalid: Papers = Field(description="papers in the boxes that cannot be counted")
    not_returned: Papers = Field(description="papers issued and not in the boxes")
    unaccounted: SignedPapers = Field(
        description="received less all that is accounted for; negative: papers without recorded origin"
    )


class ReturnPackage(Strict):
    """A package for the way back and what it holds: papers from the boxes, or cancelled papers."""

    model_config = cases(
        absent("content"),
        case(content=one_of("spoiled"), from_boxes=NONE),
        case(content=one_of("invalid"), cancelled=NONE),
    )

    unit: UnitId = Field(description="package created here")
    from_boxes: Papers = Field(description="papers from the boxes that it holds")
    cancelled: Papers = Field(description="cancelled papers that it holds")
    style: StyleCode = Field(
        default="",
        json_schema_extra=left_out,
        description="style of these papers; a package with several styles has a row for each; left out: genesis lists none",
    )
    content: OneKind = Field(
        default="",
        json_schema_extra=left_out,
        description="the only papers that it holds: spoiled ones, out of the cancelled, or invalid ones, out of the boxes; left "
        "out: not one kind alone",
    )

    @model_validator(mode="after")
    def _spoiled_were_cancelled_and_invalid_were_in_boxes(self) -> Self:
        if (self.content == "spoiled" and self.from_boxes) or (self.content == "invalid" and self.cancelled):
            raise ValueError("spoiled papers were cancelled, and invalid ones were in the boxes")
        return self


class PackedForReturn(AtStation, Act):
    """Everything is packed for return; creates the packages. ``units`` are the packages and the stock."""

    type: Literal["PackedForReturn"]
    station: OfficeCode = Field(description="code of the station")
    packages: Annotated[tuple[ReturnPackage, ...], Field(min_length=1, max_length=40)] = Field(
        description="packages for the way back, from the packing list"
    )


class ReturnReceived(Act):
    """The CEC takes back what a station returned: seals read, papers as declared on the packages."""

    type: Literal["ReturnReceived"]
    consignment: ConsignmentId = Field(description="consignment that came back")
    packages: Packages = Field(description="outermost packages received")
    papers: Papers = Field(description="papers as declared on the packages")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=40)] = Field(description="seals as read")
    items: Items = Field(
        default=(), json_schema_extra=left_out, description="items that came back with them; left out: nobody looked"
    )


class Archived(Act):
    """Returned packages go into the archive."""

    type: Literal["Archived"]


class ShortageDeclared(AtStation, Act):
    """The commission says how many papers it lacks; a later declaration replaces an earlier one, 0 takes it back."""

    type: Literal["ShortageDeclared"]
    station: OfficeCode = Field(description="code of the station")
    papers: Papers = Field(description="papers lacking, as the commission estimates; 0: none any more")


class ResupplySent(AtStation, Act):
    """Papers leave the store of a station, or of the CEC, for a station that lacks them; creates the package.

    ``units`` are the new package, and the sending station's stock or the CEC's batch. It is no allocation.
    """

    type: Literal["ResupplySent"]
    station: OfficeCode = Field(description="code of the station that is sent the papers")
    source: UnitId = Field(description="stock of the station, or batch of the CEC, that the papers come from")
    package: UnitId = Field(description="pack, box or pouch created here, to be sealed and manifested like any other")
    papers: Papers = Field(description="papers that the packers counted in, from the packing list")
    serials: SerialRange | None = Field(description="serial numbers of the papers; null: not numbered, or not stated")


class ResupplyReceived(AtStation, Act):
    """Resupplied papers are opened and counted into the stock. ``units`` are the package and the station's stock."""

    type: Literal["ResupplyReceived"]
    station: OfficeCode = Field(description="code of the station that counts them")
    package: UnitId = Field(description="package of the resupply")
    papers: Papers = Field(description="papers that the commission counted in it")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=20)] = Field(
        description="seals of the package as read, before they are removed"
    )


class Destroyed(AtStation, Act):
    """Papers are destroyed: packages whole, or out of the closed account where the rules keep them at the mission.

    ``units`` are the packages, or the station's stock where there are none.
    """

    type: Literal["Destroyed"]
    station: OfficeCode = Field(description="code of the station whose papers they were")
    packages: Annotated[tuple[UnitId, ...], Field(max_length=40)] = Field(
        description="packages destroyed whole; empty: papers straight out of the closed account"
    )
    from_boxes: Papers = Field(description="papers from the boxes destroyed, from the destruction protocol")
    cancelled: Papers = Field(description="cancelled papers destroyed, from the destruction protocol")
    method: Literal["shredded", "burned", "pulped"] = Field(description="how they were destroyed")
    seals: Annotated[tuple[SealFound, ...], Field(max_length=80)] = Field(
        description="seals of the packages as read, before they were opened"
    )
    items: Items = Field(
        default=(), json_schema_extra=left_out, description="items destroyed with them; left out: not stated"
    )


EVENTS: Final[tuple[type[Common], ...]] = (
    StationChanged,
    ConsignmentOpened,
    BallotsCounted,
    BallotsFoundDefective,
    StoreSealed,
    StoreOpened,
    BallotBoxesSealed,
    BallotBoxesOpened,
    BallotsGivenToIssuer,
    BallotsReturnedByIssuer,
    BallotsSpoiled,
    UnusedCancelled,
    BallotAccountClosed,
    PackedForReturn,
    ReturnReceived,
    Archived,
    ShortageDeclared,
    ResupplySent,
    ResupplyReceived,
    Destroyed,
)
"""The event types of this family: what is named here is judged."""
