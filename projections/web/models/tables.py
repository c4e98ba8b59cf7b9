"""Tables of the election for people who compute: rows of plain cells, each column with what it means.

One description makes the lists of the pages, CSV for a spreadsheet, JSON, and the data dictionary. A cell that nobody stated, or
that is withheld, is null and empty in CSV; zero means that somebody stated zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from projections.web.models.answers import Answer, Page
from projections.web.models.parts import Model, Sentences

Cell = str | int | bool | None
Row = Mapping[str, Cell]
CellType = Literal["text", "number", "time", "yes or no"]


class ColumnDoc(Model):
    """One column of a table."""

    name: str = Field(examples=["counted"])
    type: CellType
    means: Sentences = Field(description="What a cell says in each language.")


class TableDoc(Model):
    """One table of the data dictionary."""

    table: str = Field(examples=["accounts"])
    row_is: Sentences = Field(description="What one row is.")
    columns: tuple[ColumnDoc, ...]
    sorted_by: str = Field(description="The column by which rows stand unless asked otherwise.")
    filters: tuple[str, ...] = Field(description="Columns that the query can ask to equal something.")


class DictionaryAnswer(Answer):
    """The data dictionary: every table with every column, and what an empty cell means."""

    empty_means: Sentences
    tables: tuple[TableDoc, ...]


class TableAnswer(Page):
    """Rows of one table, with the columns in their order."""

    table: str
    columns: tuple[str, ...]
    sort: str = Field(description="The column by which the rows stand; after a minus sign, downwards.")
    withheld: bool = Field(description="Figures from inside the boxes are null until the last station has closed.")
    items: tuple[dict[str, Cell], ...]
