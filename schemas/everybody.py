"""Everybody: acts transcribed from paper, and wrong entries declared as such.

Sources: the paper hand-over form with both signatures, the opening and count protocols; EPCIS 2.0 ``errorDeclaration`` (reason,
corrective event). Not here: the observers' remark (`transfer`), which is a report like any other.

What may stand on paper is a small closed set: the handover, because two phones are needed for it and one may be dead; the opening
and the count, because rooms without phones exist. Whatever one side does alone is recorded later by the same signers as the event
that it is, with the time that they claim.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.base import AboutEvent, Act, Common, Role, SealFound, Strict
from schemas.conditions import NULL, TEXT, case, cases, one_of
from schemas.identifiers import Digest, OfficeCode, Timestamp, UnitId
from schemas.station import UnitCount
from schemas.transfer import Declared, Found, Mode


class PaperSigner(Strict):
    """Somebody whose signature stands on the paper: for which part, in which role of which office."""

    part: Literal["releasing", "receiving", "acting", "present"] = Field(
        description="the part for which the person signed the paper"
    )
    role: Role = Field(description="role in which the person signed the paper")
    office: OfficeCode = Field(description="office or station for which the person signed the paper")
    person: Digest | None = Field(
        description="tag of the person where enrolled (a courier always is); null: known by role and office only"
    )


class HandoverOnPaper(Strict):
    """The paper hand-over form, signed by both sides: it stands for offer and answer."""

    act: Literal["HandoverAnswered"] = Field(description="the event type that it stands for")
    mode: Mode = Field(description="how it is carried from here on")
    declared: Declared = Field(description="what the releasing side said it hands over")
    result: Literal["accepted", "accepted with reservation", "refused"] = Field(
        description="what the receiving side wrote: accepted, accepted with reservation, or refused"
    )
    found: Found = Field(description="what the receiving side found")


class OpeningOnPaper(Strict):
    """The commission's opening protocol: package, contents, seals as read."""

    act: Literal["ConsignmentOpened"] = Field(description="the event type that it stands for")
    unit: UnitId = Field(description="package that was opened")
    contents: Annotated[tuple[UnitId, ...], Field(max_length=100)] = Field(
        description="units found inside; none where papers lie loose in it"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on the package and on what is inside, before they were removed"
    )


class CountOnPaper(Strict):
    """The count protocol: papers counted by hand in each unit."""

    act: Literal["BallotsCounted"] = Field(description="the event type that it stands for")
    occasion: Literal["receipt", "hold", "recount"] = Field(
        description="receipt: into the station's stock; hold: of a unit put on hold; recount: of what came back to the CEC"
    )
    number: Annotated[int, Field(ge=1, le=20)] = Field(
        description="1 for the first count of these units, 2 for the second, and so on"
    )
    counts: Annotated[tuple[UnitCount, ...], Field(min_length=1, max_length=100)] = Field(
        description="result for each unit"
    )
    seals: Annotated[tuple[SealFound, ...], Field(max_length=100)] = Field(
        description="seals as read on units that this count opened; empty: none"
    )


PAPERS: tuple[type[Strict], ...] = (HandoverOnPaper, OpeningOnPaper, CountOnPaper)
"""Everything that may stand on a paper to be transcribed."""


class ActTranscribed(Act):
    """An act that was done on paper, typed in later; ``at`` is the time of typing, ``done_at`` the time on the paper.

    A handover needs one enrolled person of the receiving side and no nonce, and moves custody as *claimed*; the releasing side's
    signature on this same event makes it *confirmed*. An opening or a count is signed by whom it takes to record one.
    """

    type: Literal["ActTranscribed"]
    scan: Digest = Field(description="commitment to the scan of the paper: SHA-256 over tag, field name, salt and scan")
    done_at: Timestamp = Field(description="when it was done, as the paper says: a claim")
    paper: Annotated[tuple[PaperSigner, ...], Field(min_length=1, max_length=16)] = Field(
        description="everybody whose signature stands on the paper"
    )
    stands_for: HandoverOnPaper | OpeningOnPaper | CountOnPaper = Field(
        description="the act on the paper, with the fields of the event that it stands for"
    )

    @model_validator(mode="after")
    def _signed_by_each_side(self) -> Self:
        parts = {signer.part for signer in self.paper}
        needed = {"releasing", "receiving"} if self.stands_for.act == "HandoverAnswered" else {"acting"}
        if not needed <= parts:
            raise ValueError("the paper names a signature of each side of a handover, of those acting in any other act")
        return self


class ErrorDeclared(AboutEvent, Act):
    """A wrong entry is declared as such by those who may make it: it did not occur, or its data are incorrect.

    ``units`` are those of the entry, each following it (for a report: the act that it observed). It takes the entry out of force;
    the entry stays visible. With incorrect data, ``corrective`` takes its place.
    """

    model_config = cases(
        case(reason=one_of("did not occur"), corrective=NULL),
        case(reason=one_of("incorrect data"), corrective=TEXT),
    )

    type: Literal["ErrorDeclared"]
    event: Digest = Field(description="event id of the entry declared in error")
    act: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{2,39}$")] = Field(
        description="event type of that entry (of a transcribed act: the type that it stands for), which says who must sign"
    )
    reason: Literal["did not occur", "incorrect data"] = Field(
        description="EPCIS 2.0: the act did not occur, or its data are incorrect"
    )
    corrective: Digest | None = Field(description="event id of the entry with the right data; null: it did not occur")

    @model_validator(mode="after")
    def _corrected_by_another_entry(self) -> Self:
        if (self.corrective is None) != (self.reason == "did not occur") or self.corrective == self.event:
            raise ValueError("incorrect data have a corrective event of their own, and only they do")
        return self


EVENTS: Final[tuple[type[Common], ...]] = (
    ErrorDeclared,
    ActTranscribed,
)
"""The event types of this family: what is named here is judged."""
