"""Answers about single things: a seal, an entry, a badge, the log, the rules, the tours of a courier.

Each has the same fields as JSON at the same path.
"""

from __future__ import annotations

from pydantic import Field

from projections.web.models.answers import Answer, BoardAnswer
from projections.web.models.keys import KeyDoc
from projections.web.models.lines import DayDoc, NodeDoc, OpeningDoc, PlaceDoc, SealLifeDoc, SeenWitnessDoc, TileDoc
from projections.web.models.parts import (
    Badges,
    BoundsDoc,
    ConsignmentDoc,
    FindingDoc,
    HandoverDoc,
    Hash,
    Model,
    NotedDoc,
    Position,
    Sentences,
    TourDoc,
)
from projections.web.models.witnesses import WitnessDoc


class SealAnswer(Answer):
    """One seal and its life on its units."""

    seal: str = Field(examples=["CEC-000016-8"])
    units: tuple[str, ...]
    stations: tuple[str, ...]
    lives: tuple[SealLifeDoc, ...]
    findings: tuple[Hash, ...] = Field(description="Ids of the first 50 findings about seals on these units.")


class EntryDoc(Model):
    """One entry of the log."""

    position: Position
    event: Hash | None
    entry: Hash
    type: str = Field(examples=["HandoverAnswered"])
    at: str | None
    made: BoundsDoc | None = Field(description="When it was certainly made; null where nothing bounds it.")
    place: str | None
    station: str | None
    units: tuple[str, ...]
    by: Badges
    status: str
    codes: tuple[str, ...]
    noted: tuple[NotedDoc, ...]
    sentence: str
    sentences: Sentences


class EntryAnswer(Answer):
    """One entry, and what came of it."""

    entry: EntryDoc
    recorded: tuple[Position, ...] = Field(
        description="Where the same event stands on the log: a later signature adds one."
    )
    later: tuple[tuple[Position, str], ...] = Field(description="Since when the entry means something else, and what.")
    handover: Hash | None = Field(description="The offer of the handover that it belongs to.")
    findings: tuple[FindingDoc, ...] = Field(description="Raised by it or naming it; the first 50.")


class BadgeAnswer(Answer):
    """Somebody who signs, by the badge of their key: what it stands for, and every entry that it signed or that names it."""

    badge: str = Field(examples=["courier-del"])
    role: str | None
    office: str | None
    enrolled: Position | None = Field(description="Entry that names the badge first.")
    keys: tuple[KeyDoc, ...] = Field(description="The keys that it stands for, the first one first.")
    holds: tuple[str, ...] = Field(description="The first 200 units that it holds.")
    tours: tuple[Hash, ...]
    entries: tuple[EntryDoc, ...] = Field(description="The last 50, or 50 from the offset on.")
    entries_offset: int
    entries_total: int
    signed_total: int


class LogAnswer(Answer):
    """The log: how far it goes, who cosigned, and what was recorded last."""

    closed: bool
    entries: tuple[EntryDoc, ...] = Field(description="The last 50, or 50 from the offset on.")
    entries_offset: int
    signed: int
    witnesses: tuple[SeenWitnessDoc, ...]
    watchers: tuple[WitnessDoc, ...] = Field(description="The log witnesses of the policy in force.")
    witnessed: tuple[Position, ...] = Field(description="The last 20 entries that record a cosigned checkpoint.")


class FindingPage(Answer):
    """A finding: what disagrees with what, its life, and what else is found there."""

    finding: FindingDoc
    events: tuple[EntryDoc, ...] = Field(description="The evidence as it was recorded; the first eight events of it.")
    beside: tuple[FindingDoc, ...] = Field(description="Other findings at its station; the first 50.")


class StopDoc(Model):
    """One stop of a tour."""

    consignment: ConsignmentDoc
    city: str | None
    delivered: bool


class TourOfDoc(Model):
    """A tour with its stops in order."""

    tour: TourDoc
    stops: tuple[StopDoc, ...]


class TourAnswer(Answer):
    """The tours of one courier."""

    badge: str
    tours: tuple[TourOfDoc, ...]


class ConsignmentPage(Answer):
    """A consignment, and its custody line."""

    consignment: ConsignmentDoc
    city: str | None
    line: tuple[NodeDoc, ...]
    findings: tuple[FindingDoc, ...]


class HandoverPage(Answer):
    """A handover: the offer and the answer side by side."""

    handover: HandoverDoc
    city: str | None
    findings: tuple[FindingDoc, ...]


class OverviewAnswer(BoardAnswer):
    """The start page: where the papers are, what opens when, and what was recorded last; and the board."""

    sent: int | None = Field(description="Papers allocated to stations.")
    places: tuple[PlaceDoc, ...] = Field(description="Papers by who holds them, in the order of the journey.")
    adds_up: bool = Field(description="Whether these figures add up to the papers that were sent.")
    opening: OpeningDoc | None
    tiles: tuple[TileDoc, ...] = Field(description="Stations in the order in which they open.")
    recorded: tuple[EntryDoc, ...] = Field(description="The last five entries about stations, newest first.")
    days: tuple[DayDoc, ...] = Field(description="Entries by the day that they claim.")
    witnesses: tuple[SeenWitnessDoc, ...]
    watchers: tuple[WitnessDoc, ...] = Field(description="The log witnesses of the policy in force.")
    signed: int
