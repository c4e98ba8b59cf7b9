"""The facts as tables: which tables there are, what their columns are, and how rows are sorted, filtered and written as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from custody.core.wording.messages import message
from projections import queries
from projections.web.facts.accounts import accounts, cell_of
from projections.web.facts.board import station_rows
from projections.web.facts.consignments import consignment_of
from projections.web.facts.events import in_each
from projections.web.facts.units import all_units
from projections.web.models import words
from projections.web.models.problems import Absent
from projections.web.models.tables import (
    Cell,
    CellType,
    ColumnDoc,
    DictionaryAnswer,
    Row,
    TableAnswer,
    TableDoc,
)
from projections.web.snapshots.snapshot import Snapshot

_NUMBERS: Final = frozenset(
    {
        *("packages", "papers", "legs", "legs_done", "count", "open_findings", "settled_findings", "raised"),
        *("position", "out_legs", "out_done", "back_legs", "back_done", "uncertain_minutes", *words.FIGURES),
    }
)
_TIMES: Final = frozenset(
    {"opens", "closes", "offered_at", "answered_at", "raised_at", "settled_at", "counted_at", "at"}
)
_SWITCHES: Final = frozenset({"delivered", "hold", "broken", "disputed"})
_ACCOUNTS: Final = ("station", "style", "state", *words.FIGURES, "counted_at", "disputed", "position")


@dataclass(frozen=True, slots=True)
class FactTable:
    """One table: its columns, and the rows as the books tell them."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Snapshot], Sequence[Row]]
    filters: tuple[str, ...] = field(default=("station",))

    @property
    def order(self) -> str:
        """The column by which rows stand unless asked otherwise."""
        return self.columns[0]


def type_of(column: str) -> CellType:
    """What the cells of a column are."""
    if column in _NUMBERS:
        return "number"
    return "time" if column in _TIMES else "yes or no" if column in _SWITCHES else "text"


def _cut(columns: Sequence[str], doc: Mapping[str, object]) -> Row:
    """A row of some fields of a document; several values stand in one cell, apart by blanks."""
    return {name: _cell(doc.get(name)) for name in columns}


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int):
        return value
    return " ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _stations(reading: Snapshot) -> list[Row]:
    facts = {row["station"]: row for row in queries.all_stations(reading.books)}
    rows = []
    for doc in station_rows(reading)[:]:
        known, account = facts[doc.station], doc.account.model_dump() if doc.account else {}
        told = {**account, **known, **doc.model_dump(exclude={"account"})}
        rows.append(_cut(STATIONS.columns, {**told, "state": account.get("state")}))
    return rows


def _accounts(reading: Snapshot) -> list[Row]:
    return [_cut(_ACCOUNTS, doc.model_dump()) for doc in accounts(reading)[:]]


def _consignments(reading: Snapshot) -> list[Row]:
    rows = []
    for kept in queries.all_consignments(reading.books):
        doc = consignment_of(kept, recorded={}, judged={}, withheld=reading.withheld)
        planned = [leg for leg in doc.legs if leg.number is not None]
        done = sum(leg.at is not None for leg in planned)
        rows.append(_cut(CONSIGNMENTS.columns, {**doc.model_dump(), "legs": len(planned), "legs_done": done}))
    return rows


def _handovers(reading: Snapshot) -> list[Row]:
    docs = sorted(queries.all_handovers(reading.books), key=lambda doc: (doc["position"], doc["offer"]))
    return [_cut(HANDOVERS.columns, {**doc, "releasing": doc["from"], "receiving": doc["to"]}) for doc in docs]


def _units(reading: Snapshot) -> list[Row]:
    return [_cut(UNITS.columns, unit.model_dump()) for unit in all_units(reading)[:]]


def _seals(reading: Snapshot) -> list[Row]:
    rows = [
        _cut(SEALS.columns, {**unit, **seal}) for unit in queries.all_units(reading.books) for seal in unit["seals"]
    ]
    return sorted(rows, key=lambda row: (str(row["seal"]), str(row["unit"])))


def _findings(reading: Snapshot) -> list[Row]:
    return [_cut(FINDINGS.columns, doc) for doc in queries.findings(reading.books)]


STATIONS: Final = FactTable(
    "stations",
    (
        *("station", "city", "country", "opens", "closes", "state", "open_findings", "settled_findings", "worst"),
        *("out_legs", "out_done", "back_legs", "back_done", "list", "allocated", "counted", "issued", "in_boxes"),
    ),
    _stations,
    filters=("country", "state", "worst"),
)
ACCOUNTS: Final = FactTable("accounts", _ACCOUNTS, _accounts, filters=("station", "style", "state"))
CONSIGNMENTS: Final = FactTable(
    "consignments",
    ("consignment", "station", "direction", "packages", "papers", "legs", "legs_done", "delivered", "position"),
    _consignments,
    filters=("station", "direction"),
)
HANDOVERS: Final = FactTable(
    "handovers",
    (
        *("offer", "state", "station", "direction", "releasing", "receiving", "offered_at", "answered_at"),
        *("consignments", "units", "position"),
    ),
    _handovers,
    filters=("station", "direction", "state"),
)
UNITS: Final = FactTable(
    "units",
    (
        *("unit", "kind", "station", "consignment", "state", "custodian", "basis", "declared", "counted"),
        *("hold", "broken", "disputed", "position"),
    ),
    _units,
    filters=("station", "kind", "state", "basis"),
)
SEALS: Final = FactTable("seals", ("seal", "unit", "station", "condition"), _seals, filters=("station", "condition"))
FINDINGS: Final = FactTable(
    "findings",
    (
        *("id", "code", "severity", "status", "station", "units", "count", "raised", "raised_at", "settled_at"),
        "uncertain_minutes",
    ),
    _findings,
    filters=("station", "code", "severity", "status"),
)
TABLES: Final[Mapping[str, FactTable]] = MappingProxyType(
    {table.name: table for table in (STATIONS, ACCOUNTS, CONSIGNMENTS, HANDOVERS, UNITS, SEALS, FINDINGS)}
)
"""Name -> table, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which rows of a table are asked for, and in which order."""

    sort: str | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    """Column -> what it must equal."""


def table_named(name: str) -> FactTable:
    """A table; Absent."""
    if name not in TABLES:
        raise Absent("unknown-table", f"There is no table {name}; there are {', '.join(TABLES)}.")
    return TABLES[name]


def known_columns(table: FactTable, *, asked: Mapping[str, str]) -> FactTable:
    """The table, where it has every column that is asked for: a program's filter is never left aside.  Absent."""
    for name in asked:
        sorting(table, name)
    return table


def rows_of(reading: Snapshot, table: FactTable, *, cut: Cut) -> list[Row]:
    """The rows asked for, in the order asked for; an empty cell stands last either way.  Absent."""
    column, down = sorting(table, cut.sort)
    rows = [row for row in table.rows(reading) if all(str(row[name]) == said for name, said in cut.asked.items())]
    if cut.sort is None and table.name == "handovers":
        return rows
    known = [row for row in rows if row[column] is not None]
    known.sort(key=lambda row: (isinstance(row[column], str), row[column]), reverse=down)
    return known + [row for row in rows if row[column] is None]


def sorting(table: FactTable, sort: str | None) -> tuple[str, bool]:
    """The column by which rows stand, and whether downwards.  Absent."""
    column = (sort or table.order).removeprefix("-")
    if column not in table.columns:
        raise Absent("unknown-column", f"The columns of {table.name} are {', '.join(table.columns)}.")
    return column, (sort or "").startswith("-")


def table_answer(reading: Snapshot, table: FactTable, *, cut: Cut, offset: int, limit: int) -> TableAnswer:
    """One part of a table."""
    rows = rows_of(reading, table, cut=cut)
    end = offset + limit
    return TableAnswer(
        **reading.common(),
        table=table.name,
        columns=table.columns,
        sort=cut.sort or table.order,
        withheld=reading.withheld,
        items=tuple(dict(row) for row in rows[offset:end]),
        total=len(rows),
        offset=offset,
        limit=limit,
        next_offset=end if end < len(rows) else None,
    )


def table_csv(reading: Snapshot, table: FactTable, *, cut: Cut) -> str:
    """A whole table as comma-separated values (RFC 4180); no cell can be taken for a formula. Each line names its source."""
    standing = reading.standing
    source = (standing.election, standing.origin, standing.position if reading.at is None else reading.at + 1)
    out = io.StringIO()
    lines = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    lines.writerow((*table.columns, "election", "log", "entries"))
    for row in rows_of(reading, table, cut=cut):
        lines.writerow([_text(row[name]) for name in table.columns] + [cell_of(part) for part in source])
    return out.getvalue()


def _text(cell: Cell) -> str | int:
    return ("yes" if cell else "no") if isinstance(cell, bool) else cell_of(cell)


def dictionary_answer(reading: Snapshot) -> DictionaryAnswer:
    """The data dictionary."""
    return DictionaryAnswer(
        **reading.common(),
        empty_means=in_each(message("table.empty")),
        tables=tuple(table_doc(table) for table in TABLES.values()),
    )


def table_doc(table: FactTable) -> TableDoc:
    """One table with its columns."""
    return TableDoc(
        table=table.name,
        row_is=in_each(message("table.row", table=table.name)),
        columns=tuple(
            ColumnDoc(
                name=name,
                type=type_of(name),
                means=in_each(words.FIGURES.get(name) or message("table.column", column=name)),
            )
            for name in table.columns
        ),
        sorted_by=table.order,
        filters=table.filters,
    )
