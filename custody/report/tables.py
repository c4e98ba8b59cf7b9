"""The tables of a report as rows of values, each column with its meaning, its unit and where on the log it comes from.

The names of columns and codes are the same in every language; sentences are in the language of the report. A value that nobody
stated is empty, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.core.wording.finding_codes import settles, title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.report.reported_log import ReportedLog
from schemas.identifiers import epoch_seconds
from schemas.outcomes import AccountJson, ConsignmentJson, FindingJson, LegJson, StationJson

Cell = str | int | None

FIGURES: Final = (
    *("list", "reserve", "allocated", "declared", "counted", "issued", "signatures", "spoiled", "unused", "defective"),
    *("cancelled", "in_boxes", "valid", "invalid", "not_returned", "returned", "unaccounted"),
)
"""Figures of a ballot account, in the order of an account."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what it means, its unit, and the events it comes from."""

    name: str
    meaning: Message
    unit: Message
    source: str


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One file of the report: its columns, and its rows in the order of these."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


_TEXT: Final = message("report.unit.text")
_CODE: Final = message("report.unit.code")
_TIME: Final = message("report.unit.time")
_PAPERS: Final = message("report.unit.papers")
_NUMBER: Final = message("report.unit.number")
_PACKAGES: Final = message("report.unit.packages")
_MINUTES: Final = message("report.unit.minutes")
_POSITION: Final = message("report.unit.position")
_ID: Final = message("report.unit.id")
_FROM_ACCOUNT: Final[Mapping[str, str]] = {
    "list": "VoterListStated.voters",
    "reserve": "RulesSet.reserve (ElectionOpened.rules.reserve) x list",
    "allocated": "BatchAllocated.lines.papers",
    "declared": "ConsignmentManifested.papers",
    "counted": "BallotsCounted.counts.papers",
    "cancelled": "UnusedCancelled",
    "returned": "PackedForReturn.packages, Destroyed",
}
"""Figure -> where it comes from, of those that are not lines of the closed account alone."""

_STATION: Final = Column("station", message("report.column.station"), _CODE, "StationOpened.station")
_CONSIGNMENT: Final = Column(
    "consignment", message("report.column.consignment"), _CODE, "ConsignmentManifested.consignment"
)
_WAY: Final = Column("direction", message("report.column.direction"), _CODE, "ConsignmentManifested.direction")
_LEG: Final = (
    Column("leg", message("report.column.leg"), _NUMBER, "ConsignmentManifested.legs.number"),
    Column("from", message("report.column.from"), _CODE, "ConsignmentManifested.legs.releasing"),
    Column("to", message("report.column.to"), _CODE, "ConsignmentManifested.legs.receiving"),
    Column("due", message("report.column.due"), _TIME, "ConsignmentManifested.legs.due"),
)
STATION_COLUMNS: Final = (
    _STATION,
    Column("number", message("report.column.number"), _CODE, "StationOpened.number"),
    Column("style", message("report.column.style"), _CODE, "ElectionOpened.styles"),
    Column("city", message("report.column.city"), _TEXT, "StationOpened.city"),
    Column("country", message("report.column.country"), _CODE, "StationOpened.country"),
    Column("timezone", message("report.column.timezone"), _CODE, "StationOpened.timezone"),
    Column("opens", message("report.column.opens"), _TIME, "StationOpened.opens"),
    Column("closes", message("report.column.closes"), _TIME, "StationOpened.closes"),
    Column("account", message("report.column.account"), _CODE, "BallotAccountClosed"),
    *(
        Column(
            name, message("account.figure", name=name), _PAPERS, _FROM_ACCOUNT.get(name, f"BallotAccountClosed.{name}")
        )
        for name in FIGURES
    ),
    Column("disputed_figures", message("report.column.disputed"), _CODE, "fold"),
    Column("withheld", message("report.column.withheld"), _CODE, "fold"),
)
LEG_COLUMNS: Final = (
    _CONSIGNMENT,
    _STATION,
    _WAY,
    *_LEG,
    Column("handover", message("report.column.handover"), _ID, "HandoverOffered, CollectedFromCarrier"),
    Column("recorded_at", message("report.column.recorded-at"), _TIME, "HandoverAnswered.at, CollectedFromCarrier.at"),
    Column("late_minutes", message("report.column.late"), _MINUTES, "recorded_at - due"),
)
PLAN_COLUMNS: Final = (
    _CONSIGNMENT,
    _STATION,
    _WAY,
    *_LEG,
    Column("packages", message("report.column.packages"), _PACKAGES, "ConsignmentManifested.packages"),
    Column("papers", message("report.column.papers"), _PAPERS, "ConsignmentManifested.papers"),
)
FINDING_COLUMNS: Final = (
    Column("id", message("report.column.finding"), _ID, "docs/spec/findings.md"),
    Column("code", message("report.column.code"), _CODE, "docs/spec/findings.md"),
    Column("title", message("report.column.title"), _TEXT, "docs/spec/findings.md"),
    Column("severity", message("report.column.severity"), _CODE, "RulesSet.severities"),
    Column("status", message("report.column.status"), _CODE, "FindingAcknowledged, FindingAdjudicated, fold"),
    Column("station", message("report.column.finding-station"), _CODE, "fold"),
    Column("units", message("report.column.units"), _CODE, "fold"),
    Column("sentence", message("report.column.sentence"), _TEXT, "fold"),
    Column("settles", message("report.column.settles"), _TEXT, "docs/spec/findings.md"),
    Column("raised", message("report.column.raised"), _POSITION, "log"),
    Column("raised_at", message("report.column.raised-at"), _TIME, "event.at"),
    Column("settled_by", message("report.column.settled-by"), _ID, "fold"),
    Column("settled_at", message("report.column.settled-at"), _TIME, "event.at"),
    Column("uncertain_minutes", message("report.column.uncertain"), _MINUTES, "fold"),
    Column("evidence", message("report.column.evidence"), _ID, "fold"),
)


def stations(gathered: ReportedLog) -> ReportTable:
    """A row for each station; where the election has several styles, for each style there."""
    rows: list[tuple[Cell, ...]] = []
    for station in gathered.stations:
        own: list[AccountJson | None] = [row for row in gathered.accounts if row["station"] == station["station"]]
        rows += [_station(station, account=row, withheld=gathered.withheld) for row in own or [None]]
    return ReportTable("stations", STATION_COLUMNS, tuple(rows))


def _station(station: StationJson, *, account: AccountJson | None, withheld: bool) -> tuple[Cell, ...]:
    figures: Mapping[str, Any] = {} if account is None else account
    return (
        station["station"],
        station.get("number"),
        figures.get("style"),
        station["city"],
        station["country"],
        station["timezone"],
        station["opens"],
        station["closes"],
        figures.get("state"),
        *(figures.get(name) for name in FIGURES),
        " ".join(figures.get("disputed_figures", ())),
        "yes" if withheld else "no",
    )


def legs(gathered: ReportedLog) -> ReportTable:
    """A row for each leg, planned or not, with what was recorded of it."""
    return ReportTable("legs", LEG_COLUMNS, tuple(_of_legs(gathered.consignments, _recorded)))


def plan(gathered: ReportedLog) -> ReportTable:
    """A row for each leg that a manifest plans."""

    def sent(_: LegJson, doc: ConsignmentJson) -> tuple[Cell, ...]:
        is_withheld = gathered.withheld and doc["direction"] == "back"
        return (doc["packages"], None if is_withheld else doc["papers"])

    rows = _of_legs(gathered.consignments, sent)
    return ReportTable("plan", PLAN_COLUMNS, tuple(row for row in rows if row[3] is not None))


def _of_legs(
    consignments: Sequence[ConsignmentJson], more: Callable[[LegJson, ConsignmentJson], tuple[Cell, ...]]
) -> list[tuple[Cell, ...]]:
    return [
        (
            doc["consignment"],
            doc["station"],
            doc["direction"],
            leg["number"],
            leg["from"],
            leg["to"],
            leg["due"],
            *more(leg, doc),
        )
        for doc in consignments
        for leg in doc["legs"]
    ]


def _recorded(leg: LegJson, _: ConsignmentJson) -> tuple[Cell, ...]:
    return (leg["handover"], leg["at"], late_minutes(leg))


def late_minutes(leg: LegJson) -> int | None:
    """Minutes after the deadline, negative before it, cut to whole minutes; None where there is no deadline or no record."""
    if leg["due"] is None or leg["at"] is None:
        return None
    seconds = epoch_seconds(leg["at"]) - epoch_seconds(leg["due"])
    return seconds // 60 if seconds >= 0 else -(-seconds // 60)


def findings(gathered: ReportedLog, *, language: Language) -> ReportTable:
    """A row for each finding, those raised first first."""
    return ReportTable(
        "findings",
        FINDING_COLUMNS,
        tuple(_finding(row, gathered=gathered, language=language) for row in gathered.findings),
    )


def _finding(row: FindingJson, *, gathered: ReportedLog, language: Language) -> tuple[Cell, ...]:
    return (
        row["id"],
        row["code"],
        render(title(row["code"]), language=language),
        row["severity"],
        row["status"],
        row["station"],
        " ".join(row["units"]),
        render(gathered.sentence(row), language=language),
        render(settles(row["code"]), language=language),
        row["raised"],
        row["raised_at"],
        row["settled_by"],
        row["settled_at"],
        row["uncertain_minutes"],
        " ".join(row["evidence"]),
    )


def all_sheets(gathered: ReportedLog, *, language: Language) -> Sequence[ReportTable]:
    """Every table of what the log says."""
    return (stations(gathered), legs(gathered), plan(gathered), findings(gathered, language=language))
