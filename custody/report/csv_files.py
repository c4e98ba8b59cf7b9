"""Tables as comma-separated values (RFC 4180, UTF-8): a spreadsheet opens them, and so does pandas.

Numbers stand as they are, words in quotation marks; a cell that a spreadsheet could take for a formula gets an apostrophe before
it. A byte order mark, by which older spreadsheets know UTF-8, is written where it is asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.report.indicators import INDICATORS
from custody.report.reported_log import ReportedLog
from custody.report.tables import Cell, Column, ReportTable

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM: Final = "\ufeff"
_TEXT: Final = message("report.unit.text")
_NUMBER: Final = message("report.unit.number")

INDICATOR_COLUMNS: Final = (
    Column("indicator", message("report.column.indicator"), message("report.unit.code"), "custody report"),
    Column("title", message("report.column.indicator-title"), _TEXT, "custody report"),
    Column("numerator", message("report.column.numerator"), _NUMBER, "custody report"),
    Column("denominator", message("report.column.denominator"), _NUMBER, "custody report"),
    Column("excluded", message("report.column.excluded"), _NUMBER, "custody report"),
    Column("per_cent", message("report.column.per-cent"), message("report.unit.number"), "numerator / denominator"),
    Column("part", message("report.column.indicator-part"), _TEXT, "custody report"),
    Column("whole", message("report.column.indicator-whole"), _TEXT, "custody report"),
    Column("left_out", message("report.column.indicator-left-out"), _TEXT, "custody report"),
)


def indicator_sheet(gathered: ReportedLog, *, language: Language) -> ReportTable:
    """A row for each indicator."""
    rows: list[tuple[Cell, ...]] = []
    for one in INDICATORS:
        share = one.count(gathered)
        words = [render(text, language=language) for text in (one.title, one.part, one.whole, one.left_out)]
        figures = (share.numerator, share.denominator, share.excluded, share.per_cent)
        rows.append((one.name, words[0], *figures, *words[1:]))
    return ReportTable("indicators", INDICATOR_COLUMNS, tuple(rows))


def dictionary(sheets: Iterable[ReportTable], *, language: Language) -> str:
    """What each column of each file means, its unit and where it comes from."""
    rows = [
        (
            f"{sheet.name}.csv",
            column.name,
            render(column.meaning, language=language),
            render(column.unit, language=language),
            column.source,
        )
        for sheet in sheets
        for column in sheet.columns
    ]
    return written(("file", "column", "meaning", "unit", "source"), rows)


def as_csv(sheet: ReportTable) -> str:
    """A table with the names of its columns."""
    return written([column.name for column in sheet.columns], sheet.rows)


def written(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Rows under a head."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    table.writerow(head)
    for row in rows:
        table.writerow([cell_of(cell) for cell in row])
    return out.getvalue()


def encoded(text: str, *, has_bom: bool) -> bytes:
    """The bytes of a file."""
    return f"{_BOM if has_bom else ''}{text}".encode()


def cell_of(value: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula: text that could be one gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
