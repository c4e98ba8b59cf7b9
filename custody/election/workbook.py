"""A table in a workbook (XLSX): the cells of its one sheet, as a CSV file would have them.

A formula is refused, because what it shows is not what stands there; so are macros' links, other documents inside, a second sheet
with anything in it, and whatever unpacks to more than a table needs. Whole numbers, days and moments are taken from cells of
those kinds; everything else is text.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from custody.election.mistakes import Mistakes, Place
from custody.election.tables import ROWS_MAX, WrittenTable

UNPACKED_MAX: Final = 32_000_000
"""Bytes of all parts together, before any of them is read."""
_PARTS_MAX: Final = 200
_COLUMNS_MAX: Final = 60
_DECLARATION: Final = (b"<!DOCTYPE", b"<!ENTITY")
_UNREADABLE: Final = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError),
)
"""What the libraries raise about a file that is no workbook, an encrypted one, or one with parts that they do not know."""


def read_workbook(data: bytes, *, file: str, mistakes: Mistakes) -> WrittenTable | None:
    """The cells of a workbook's sheet; None where it cannot be read as a table."""
    place = Place(file)
    before = len(mistakes.found)
    try:
        _check_parts(data, place=place, mistakes=mistakes)
        if len(mistakes.found) > before:
            return None
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=False, data_only=False, keep_links=False)
        used = [sheet for sheet in book.worksheets if sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value]
    except _UNREADABLE:
        mistakes.note(place, "This is no workbook that can be read here.", code="workbook-form")
        return None
    if len(used) != 1:
        mistakes.note(place, "The workbook needs one sheet with the table, and no other.", code="workbook-sheets")
        return None
    sheet = used[0]
    if sheet.max_row > ROWS_MAX + 1 or sheet.max_column > _COLUMNS_MAX:
        mistakes.note(place, f"The sheet has more than {ROWS_MAX:,} lines, or columns.", code="table-long")
        return None
    lines = list(_lines(sheet, file=file, mistakes=mistakes))
    if not lines:
        mistakes.note(place, "The table is empty: its first line names the columns.", code="table-empty")
        return None
    width = max((place for place, name in enumerate(lines[0][1], start=1) if name), default=0)
    for number, cells in lines:
        if any(cells[width:]):
            told = f"This line has a cell beyond the {width} columns of the header."
            mistakes.note(Place(file, number), told, code="row-width")
    rows = [(number, cells[:width]) for number, cells in lines if any(cells[:width])]
    return WrittenTable(file, rows[0][1], tuple(rows[1:]))


def _check_parts(data: bytes, *, place: Place, mistakes: Mistakes) -> None:
    """What is in the file, before anything is unpacked: how much, and whether any of it declares entities."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        infos = parts.infolist()
        if len(infos) > _PARTS_MAX or sum(info.file_size for info in infos) > UNPACKED_MAX:
            told = f"The workbook unpacks to more than {UNPACKED_MAX:,} bytes, which no table needs."
            mistakes.note(place, told, code="workbook-large")
            return
        for info in infos:
            with parts.open(info) as part:
                text = part.read(UNPACKED_MAX + 1)
            if any(word in text for word in _DECLARATION):
                mistakes.note(place, "A part of the workbook declares entities.", code="workbook-entities")
                return


def _lines(sheet: Any, *, file: str, mistakes: Mistakes) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = []
        for cell in row:
            if cell.data_type in ("f", "e", "b"):
                word = {"f": "a formula", "e": "an error", "b": "true or false"}[cell.data_type]
                told = f"The cell holds {word}; write what it means."
                mistakes.note(Place(file, number), told, code="cell-formula", column=cell.column_letter)
            cells.append(_text(cell.value))
        yield number, tuple(cells)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if (value.hour, value.minute) == (0, 0) else "%Y-%m-%d %H:%M")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
