"""One table of a folder: from bytes to rows of cells with their lines, and from cells to what a row says.

CSV is UTF-8 with commas, one header line, no cell over several lines; a workbook (``custody.election.workbook``) has the same
cells. Nothing is guessed: a cell with a space before or after its text is a mistake, and so is a column that no table has.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from custody.election.mistakes import Mistakes, Place
from custody.election.words import check_words
from schemas.base import Strict
from schemas.election_folder import WORDED
from schemas.faults import meant, words_of

BYTES_MAX: Final = 8_000_000
ROWS_MAX: Final = 20_000
CELL_MAX: Final = 400
_WHOLE: Final = re.compile(r"^(?:0|[1-9][0-9]{0,14})$")


@dataclass(frozen=True, slots=True)
class Row:
    """What one line says, with its cells by column."""

    place: Place
    said: Any
    """an instance of the table's model"""
    words: Mapping[str, str]
    """language -> the cell of its column"""


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table as it is written: its header and its lines, each with its number in the file."""

    file: str
    header: tuple[str, ...]
    lines: tuple[tuple[int, tuple[str, ...]], ...]


def read_csv(data: bytes, *, file: str, mistakes: Mistakes) -> WrittenTable | None:
    """The cells of a CSV file; None where it cannot be read as a table at all."""
    place = Place(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        mistakes.note(Place(file, line), "This line is not UTF-8 text: save the table as UTF-8.", code="file-encoding")
        return None
    reader = csv.reader(text.replace("\r\n", "\n").split("\n"), strict=True)
    lines: list[tuple[int, tuple[str, ...]]] = []
    number = 0
    try:
        for cells in reader:
            if reader.line_num > number + 1:
                told = "A cell goes over several lines; write it on one."
                mistakes.note(Place(file, number + 1), told, code="table-form")
                return None
            number = reader.line_num
            if cells:
                lines.append((number, tuple(cells)))
    except csv.Error as error:
        told = f"This line is no line of a table with commas: {error}."
        mistakes.note(Place(file, number + 1), told, code="table-form")
        return None
    if not lines:
        mistakes.note(place, "The table is empty: its first line names the columns.", code="table-empty")
        return None
    return WrittenTable(file, lines[0][1], tuple(lines[1:]))


def rows_of(
    sheet: WrittenTable, *, table: str, model: type[Strict], languages: Sequence[str] | None, mistakes: Mistakes
) -> Iterator[Row]:
    """What each line says; lines with mistakes are told and left out. ``languages`` None: nobody knows which there are."""
    if not _check_header(sheet, table=table, model=model, languages=languages, mistakes=mistakes):
        return
    if len(sheet.lines) > ROWS_MAX:
        mistakes.note(Place(sheet.file), f"The table has more than {ROWS_MAX:,} lines.", code="table-long")
        return
    for number, cells in sheet.lines:
        place = Place(sheet.file, number)
        if len(cells) != len(sheet.header):
            told = f"This line has {len(cells)} cells; the header has {len(sheet.header)} columns."
            mistakes.note(place, told, code="row-width")
            continue
        row = _row(dict(zip(sheet.header, cells, strict=True)), place=place, model=model, mistakes=mistakes)
        if row is not None:
            yield row


def columns_of(model: type[Strict]) -> tuple[str, ...]:
    """The columns of a table, by their names in its header."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _check_header(
    sheet: WrittenTable, *, table: str, model: type[Strict], languages: Sequence[str] | None, mistakes: Mistakes
) -> bool:
    place, known = Place(sheet.file, 1), columns_of(model)
    worded = _worded(sheet, table=table, languages=languages)
    before = len(mistakes.found)
    if len(sheet.header) == 1 and ";" in sheet.header[0]:
        mistakes.note(place, "The columns are divided by semicolons: save the table with commas.", code="table-form")
        return False
    for name in dict.fromkeys(sheet.header):
        if sheet.header.count(name) > 1:
            mistakes.note(place, f"The column {name!r} is there twice.", code="column-twice", column=name)
        if name not in known and name not in worded:
            hint = meant(name, known=[*known, *worded])
            mistakes.note(
                place, f"There is no column {name!r} in this table{hint}.", code="column-unknown", column=name
            )
    for name in known:
        if name not in sheet.header:
            mistakes.note(place, f"The column {name!r} is missing.", code="column-missing", column=name)
    return len(mistakes.found) == before


def _worded(sheet: WrittenTable, *, table: str, languages: Sequence[str] | None) -> list[str]:
    """The columns by language that the table may have."""
    if table not in WORDED:
        return []
    if languages is None:
        return [name for name in sheet.header if name.startswith(f"{WORDED[table]}_")]
    return [f"{WORDED[table]}_{language}" for language in languages]


def _row(cells: Mapping[str, str], *, place: Place, model: type[Strict], mistakes: Mistakes) -> Row | None:
    before = len(mistakes.found)
    own = columns_of(model)
    for column, cell in cells.items():
        if cell != cell.strip():
            mistakes.note(place, "The cell begins or ends with a space.", code="cell-space", column=column)
        elif len(cell) > CELL_MAX:
            mistakes.note(place, f"The cell is longer than {CELL_MAX} characters.", code="cell-long", column=column)
    words = {name.partition("_")[2]: cell for name, cell in cells.items() if name not in own and cell}
    for language, text in words.items():
        check_words(text, place=place, column=language, mistakes=mistakes)
    if len(mistakes.found) > before:
        return None
    said = {name: _value(cells[name], model=model, column=name) for name in own}
    try:
        return Row(place, model.model_validate_json(json.dumps(said)), words)
    except ValidationError as error:
        tell(error, place=place, cells=cells, mistakes=mistakes)
        return None


def tell(error: ValidationError, *, place: Place, cells: Mapping[str, str], mistakes: Mistakes) -> None:
    """Every cell of a line that is not as it must be."""
    for one in error.errors(include_url=False, include_input=False):
        column = str(one["loc"][0]) if one["loc"] else ""
        cell = cells.get(column, "")
        code = "cell-form" if cell else "cell-empty"
        told = (
            f"{cell[:60]!r}: {_lowered(words_of(one))}" if cell else "The cell is empty, and something is needed here"
        )
        mistakes.note(place, f"{told}.", code=code, column=column)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _value(cell: str, *, model: type[Strict], column: str) -> str | int:
    """A cell as its field takes it: digits are a number where the field is one."""
    field = next(info for name, info in model.model_fields.items() if (info.alias or name) == column)
    return int(cell) if field.annotation is int and _WHOLE.match(cell) else cell
