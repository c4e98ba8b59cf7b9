"""Answers of the query API and the pages: one model for one question, from which OpenAPI is made and templates are filled.

Every answer names the election, the log and how far it goes.  Not here: how an answer is found (the modules ``*_facts``) and
how it is sent (``desk``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from projections.web.models.accounts import AccountDoc, EquationDoc, Papers
from projections.web.models.board import Handovers, NoteDoc, StationRow
from projections.web.models.finding_lists import CountsDoc
from projections.web.models.lines import FlowDoc, NodeDoc, SealLifeDoc
from projections.web.models.parts import (
    AlarmDoc,
    ConsignmentDoc,
    CustodyDoc,
    ElectionDoc,
    FindingDoc,
    HandoverDoc,
    LineDoc,
    Model,
    MoveDoc,
    StandingDoc,
    StationDoc,
    TourDoc,
    UnitDoc,
)


class Answer(Model):
    """What every answer begins with."""

    standing: StandingDoc
    as_of: int | None = Field(
        ge=0, description="Answered as of the entry at this position; null: as of the newest that was taken in."
    )
    alarms: tuple[AlarmDoc, ...] = Field(description="Empty unless something is wrong with the log or these books.")


class Page(Answer):
    """What every list begins with."""

    total: int = Field(ge=0, description="Number of items in the whole list.")
    offset: int = Field(ge=0, description="Place of the first item in the whole list.")
    limit: int = Field(ge=1, le=200, description="At most so many items are given.")
    next_offset: int | None = Field(ge=1, description="Offset of the next part; null in the last one.")


class ProblemDetails(Model):
    """Why there is no answer (application/problem+json, RFC 9457)."""

    type: Literal["about:blank"] = Field(description="The title says what the status says; the code says more.")
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(description="The status of the answer.", ge=400, le=599, examples=[404])
    detail: str = Field(description="The sentence again.", examples=["There is no station XXX on this log."])
    code: str = Field(description="Stable, in kebab-case.", examples=["unknown-station"])
    sentence: str = Field(description="One plain sentence.", examples=["There is no station XXX on this log."])


class StandingAnswer(Answer):
    """How far the books have come."""

    election: ElectionDoc
    ledger_position: int = Field(description="Entries that the ledger has taken in; views follow it.")
    parked: int = Field(description="Outcomes that views had to leave out: 0 when they are whole.")


class BoardAnswer(Answer):
    """The board of the control room."""

    election: ElectionDoc
    papers: Papers
    custody: Handovers
    findings: tuple[FindingDoc, ...] = Field(description="The first 50.")
    counts: CountsDoc
    stations: tuple[StationRow, ...]
    notes: tuple[NoteDoc, ...]
    withheld: bool


class StationAnswer(Answer):
    """A station with everything about it."""

    station: StationDoc
    account: AccountDoc | None
    styles: tuple[AccountDoc, ...] = Field(description="The accounts of its styles; empty where it has one.")
    equations: tuple[EquationDoc, ...]
    consignments: tuple[ConsignmentDoc, ...]
    lines: tuple[tuple[NodeDoc, ...], ...] = Field(description="For each of them who held it one after the other.")
    flow: FlowDoc | None = Field(
        description="Its papers as they are drawn; null while a figure is missing or withheld."
    )
    consignments_total: int = Field(ge=0, description="Number of its consignments; the last of them are given here.")
    other_handovers: tuple[HandoverDoc, ...] = Field(
        description="Those that no leg names: refused, withdrawn, open; the last 50."
    )
    other_handovers_total: int
    units: tuple[UnitDoc, ...] = Field(description="The first 200.")
    units_total: int
    findings: tuple[FindingDoc, ...] = Field(description="The first 50.")
    counts: CountsDoc
    notes: tuple[NoteDoc, ...]


class UnitAnswer(Answer):
    """A unit, who holds it and why, and its story."""

    unit: UnitDoc
    city: str | None
    custody: CustodyDoc
    line: tuple[NodeDoc, ...] = Field(description="Who held it one after the other; the last 24, and what is planned.")
    seals: tuple[SealLifeDoc, ...] = Field(description="The lives of its seals; the last 12.")
    packed_into: tuple[MoveDoc, ...]
    trail: tuple[LineDoc, ...] = Field(description="The last 200 lines, or 200 from the offset on.")
    trail_offset: int = Field(description="Place of the first of these lines in the whole story.")
    trail_total: int
    findings: tuple[FindingDoc, ...] = Field(description="The first 50.")
    counts: CountsDoc | None = Field(
        description="Null as of a position from 200,000 on: findings are not told as of there, nor are handovers."
    )


class StationsPage(Page):
    """Stations by code."""

    items: tuple[StationRow, ...]


class UnitsPage(Page):
    """Units by id."""

    items: tuple[UnitDoc, ...]


class TrailPage(Page):
    """The story of a unit, in log order."""

    unit: str
    items: tuple[LineDoc, ...]


class AccountsPage(Page):
    """Ballot accounts by station."""

    items: tuple[AccountDoc, ...]


class AccountAnswer(Answer):
    """One ballot account as figures and as double entry."""

    account: AccountDoc
    styles: tuple[AccountDoc, ...] = Field(description="The accounts of its styles; empty where it has one.")
    equations: tuple[EquationDoc, ...]


class TotalsAnswer(Answer):
    """The papers of the whole election."""

    papers: Papers
    withheld: bool


class FindingsPage(Page):
    """Findings: the gravest first, unsettled before settled, then in the order in which they were raised."""

    items: tuple[FindingDoc, ...]


class FindingAnswer(Answer):
    """One finding."""

    finding: FindingDoc


class ConsignmentsPage(Page):
    """Consignments with their legs, by id."""

    items: tuple[ConsignmentDoc, ...]


class ToursPage(Page):
    """Tours, by the event id of their mandate."""

    items: tuple[TourDoc, ...]


class ConsignmentAnswer(Answer):
    """One consignment with its legs."""

    consignment: ConsignmentDoc


class HandoversPage(Page):
    """Handovers in the order in which they last changed."""

    items: tuple[HandoverDoc, ...]


class HandoverAnswer(Answer):
    """One handover."""

    handover: HandoverDoc
