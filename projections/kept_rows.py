"""The forms of the views' rows: what an outcome says of its subject, and the log position since which it reads so.

They are plain dicts at run time, like the outcomes (``schemas.outcomes``) that they are made of. A reader who asks a view for a
row knows by the row's key which of these it is.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from schemas.authority_outcomes import KeyJson, RulesJson
from schemas.outcomes import (
    AccountJson,
    ConsignmentJson,
    ElectionJson,
    FindingJson,
    HandoverJson,
    MessageJson,
    NotedJson,
    PrintJson,
    StationJson,
    TourJson,
    UnitJson,
)
from schemas.proof_outcomes import WitnessesJson


class KeptUnit(UnitJson):
    """A row of the view ``custody``."""

    position: int


class KeptFinding(FindingJson):
    """A row of the view ``findings``."""

    position: int


class KeptTour(TourJson):
    """A row of the view ``tours``."""

    position: int


class KeptConsignment(ConsignmentJson):
    """A row of the view ``legs``."""

    position: int


class KeptHandover(HandoverJson):
    """A row of the view ``legs``."""

    position: int


class KeptAccount(AccountJson):
    """A row of the view ``accounts``."""

    position: int


class KeptPrint(PrintJson):
    """A row of the view ``accounts``."""

    position: int


class KeptStation(StationJson):
    """A row of the view ``stations``."""

    position: int


class KeptElection(ElectionJson):
    """A row of the view ``stations``."""

    position: int


class KeptWitnesses(WitnessesJson):
    """A row of the view ``stations``."""

    position: int


class KeptKey(KeyJson):
    """A row of the view ``stations``."""

    position: int


class KeptRules(RulesJson):
    """A row of the view ``stations``."""

    position: int


class AboutUnits(TypedDict):
    """A row of the view ``audit-trail``: the units that one entry is about together."""

    units: list[str]


class EntryLine(TypedDict):
    """A line of a unit's story: what somebody recorded."""

    source: Literal["entry"]
    position: int
    since: int
    event: str | None
    type: str | None
    stands_for: str | None
    at: str | None
    says: MessageJson
    entry: str
    status: str
    codes: list[str]
    by: list[str]
    place: str | None
    noted: list[NotedJson]
    not_before: str | None
    not_after: str | None


class StatusLine(TypedDict):
    """What an entry of the story means from ``since`` on."""

    source: Literal["status"]
    position: int
    since: int
    event: str | None
    status: str
    codes: list[str]


class TimesLine(TypedDict):
    """Between which moments the event of an entry was made, as the log proves from ``since`` on."""

    source: Literal["times"]
    position: int
    since: int
    not_before: str | None
    not_after: str | None


class StateLine(TypedDict):
    """A line of a unit's story: what the unit became."""

    source: Literal["state"]
    position: int
    since: int
    event: str | None
    type: str | None
    at: str | None
    says: MessageJson
    version: int
    state: str | None
    custodian: str | None
    basis: str | None
    disputed: bool
    hold: bool


TrailLine = EntryLine | StateLine
"""A line of a story as it is told."""
KeptLine = TrailLine | StatusLine | TimesLine
"""A line of a story as the view ``audit-trail`` keeps it."""
