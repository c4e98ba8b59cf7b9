"""Outcomes: the changes that one entry made, as documents; stores and views know nothing else of the ledger.

An outcome is not an event: nobody signed it, anyone can derive it again from the log, and the same log gives the same
outcomes in the same order on any machine.  Stores and views know outcomes only; they never judge.

Of two outcomes with the same kind and subject the later one *replaces* the earlier one wherever the current state is
shown; both stay in the history.  Order is (position, ordinal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

from schemas.authority_outcomes import KeyJson, RulesJson
from schemas.outcomes import (
    AccountJson,
    ConsignmentJson,
    DirectionJson,
    ElectionJson,
    EntryJson,
    EntryStatusJson,
    FindingJson,
    HandoverJson,
    OutcomeJson,
    PrintJson,
    StationJson,
    TourJson,
    UnitJson,
    WithdrawalJson,
)
from schemas.proof_outcomes import TimesJson, WitnessesJson

OutcomeChange = tuple[str, str, OutcomeJson]
"""(kind, subject, doc): an outcome that has no place on the log yet"""
D = TypeVar("D", bound=OutcomeJson)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that one entry changed or showed."""

    position: int
    """Log position of the entry that caused it."""
    ordinal: int
    """0, 1, 2 ... within the position."""
    kind: str
    """The name of one of :data:`KINDS`."""
    subject: str
    """What it is about: a unit, a station, a finding; see :data:`KINDS`."""
    doc: Mapping[str, Any]
    """The whole of it, as it is kept; ``OutcomeKind.doc_of`` gives it in the form of its kind."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What became of one entry when it was applied: the status and the codes that its ``entry`` outcome tells."""

    status: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindName:
    """One kind of outcome, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class OutcomeKind(KindName, Generic[D]):
    """One kind of outcome and the form of its documents, for those who make them and those who read them."""

    def change(self, subject: str, doc: D) -> OutcomeChange:
        """An outcome of this kind."""
        return self.name, subject, doc

    def doc_of(self, outcome: Outcome) -> D:
        """The document of an outcome of this kind; ValueError for any other."""
        if outcome.kind != self.name:
            raise ValueError(outcome.kind)
        return cast("D", outcome.doc)


ENTRY: Final[OutcomeKind[EntryJson]] = OutcomeKind("entry")
ENTRY_STATUS: Final[OutcomeKind[EntryStatusJson]] = OutcomeKind("entry-status")
UNIT: Final[OutcomeKind[UnitJson]] = OutcomeKind("unit")
HANDOVER: Final[OutcomeKind[HandoverJson]] = OutcomeKind("handover")
CONSIGNMENT: Final[OutcomeKind[ConsignmentJson]] = OutcomeKind("consignment")
TOUR: Final[OutcomeKind[TourJson]] = OutcomeKind("tour")
ACCOUNT: Final[OutcomeKind[AccountJson]] = OutcomeKind("account")
PRINT: Final[OutcomeKind[PrintJson]] = OutcomeKind("print")
FINDING: Final[OutcomeKind[FindingJson]] = OutcomeKind("finding")
WITHDRAWAL: Final[OutcomeKind[WithdrawalJson]] = OutcomeKind("finding-withdrawn")
STATION: Final[OutcomeKind[StationJson]] = OutcomeKind("station")
TIMES: Final[OutcomeKind[TimesJson]] = OutcomeKind("times")
WITNESSES: Final[OutcomeKind[WitnessesJson]] = OutcomeKind("witnesses")
KEY: Final[OutcomeKind[KeyJson]] = OutcomeKind("key")
RULES: Final[OutcomeKind[RulesJson]] = OutcomeKind("rules")
ELECTION: Final[OutcomeKind[ElectionJson]] = OutcomeKind("election")
DIRECTION: Final[OutcomeKind[DirectionJson]] = OutcomeKind("direction")
"""Which way a unit goes, told in place of ``unit`` to whoever asks the ledger for that alone; no store keeps it."""
EVERY_KIND: Final[tuple[KindName, ...]] = (
    *(ENTRY, ENTRY_STATUS, UNIT, HANDOVER, CONSIGNMENT, TOUR),
    *(ACCOUNT, PRINT, FINDING, WITHDRAWAL, TIMES, WITNESSES, STATION, ELECTION, KEY, RULES),
)
KINDS: Final = tuple(kind.name for kind in EVERY_KIND)
"""The closed set of kinds; each has its form in ``schemas.outcomes``.

entry              what one entry says and what became of it; subject is its own position as decimal digits
entry-status       what an earlier entry means from here on (it waited, a dispute suspended it, signatures completed it): status
                   and codes only; subject is that entry's position
unit               the state of one unit from here on, and the sentence that says what brought it there
handover           one offer and what came of it
consignment        what one station is sent, with its legs planned and recorded
tour               one courier's journey with several consignments: what is waiting, aboard, delivered, elsewhere, left behind
account            the ballot account of one station, as flat figures
print              one printing batch, as flat figures
finding            what disagrees with what
finding-withdrawn  a dispute suspended the act that had raised the finding
times              between which moments an event was made, where the log proves more of it than when it was recorded; subject is
                   the event id
witnesses          the log witnesses that the policy in force names, and what each cosigned last
key                one enrolled key: what it stands for and whether it counts; subject is its key id
rules              the rules in force from here on, as the event that brought them states them; subject is that event's id
station, election  facts that the pages need beside the figures
"""
