"""Lists: every table as a page, as JSON and as CSV; sorting and filters stand in the address, so that a list can be shared.

``/stations?sort=-open_findings``, ``/handovers.csv?state=refused``; in the API ``/api/v1/tables/stations``. A column that the
table has not is refused; a filter that it has not is left aside on a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response

from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from projections.web import pages
from projections.web.api import BOM, COMMON, CSV, CsvResponse
from projections.web.facts.tables import (
    TABLES,
    Cut,
    FactTable,
    dictionary_answer,
    known_columns,
    sorting,
    table_answer,
    table_csv,
    table_named,
    type_of,
)
from projections.web.models import words
from projections.web.models.languages import Spoken, Tongue
from projections.web.models.tables import DictionaryAnswer, TableAnswer
from projections.web.serving.parameters import LIMIT_DEFAULT, ByteOrderMark, Limit, Offset, Question
from projections.web.snapshots.snapshot import Snapshot

SHOWN_MAX: Final = 100
"""Rows on one page of a list."""
_WORD: Final = r"^[A-Za-z0-9_ -]{1,40}$"
_IN_WORDS: Final[Mapping[str, str]] = {
    "status": "status",
    "severity": "severity",
    "worst": "severity",
    "basis": "basis",
    "kind": "form.kind-of-unit",
    "condition": "seal.state",
    "direction": "direction",
}
"""Column -> the catalogue's entry that says its codes."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("open", "acknowledged", "settled", "adjudicated"),
    "severity": ("serious", "attention", "information"),
    "worst": ("serious", "attention"),
    "direction": ("out", "back"),
    "basis": ("confirmed", "claimed", "uncertain", "adjudicated"),
    "kind": ("batch", "pack", "box", "pouch", "ballot box", "stock"),
    "condition": ("intact", "broken", "missing", "altered", "removed"),
}
"""Column -> what a form offers to filter it by; other columns are filtered by what is typed."""

Column = Annotated[
    str | None,
    Query(
        pattern=r"^-?[a-z_]{1,40}$",
        description="Column to sort by; downwards after a minus sign.",
        examples=["-station"],
    ),
]


def filters(  # noqa: PLR0913 - one parameter of the query for each column that is filtered by
    *,
    station: Annotated[str | None, Query(pattern=_WORD, description="Rows of this station.", examples=["AAA"])] = None,
    country: Annotated[str | None, Query(pattern=_WORD, description="Rows of this country.", examples=["TR"])] = None,
    state: Annotated[str | None, Query(pattern=_WORD, description="Rows in this state.", examples=["refused"])] = None,
    status: Annotated[str | None, Query(pattern=_WORD, description="Rows of this status.", examples=["open"])] = None,
    severity: Annotated[str | None, Query(pattern=_WORD, description="Rows of this severity.")] = None,
    worst: Annotated[str | None, Query(pattern=_WORD, description="Rows with this greatest severity.")] = None,
    code: Annotated[str | None, Query(pattern=_WORD, description="Rows of this code.")] = None,
    direction: Annotated[str | None, Query(pattern=_WORD, description="out or back.", examples=["out"])] = None,
    kind: Annotated[str | None, Query(pattern=_WORD, description="Rows of this kind.", examples=["pouch"])] = None,
    basis: Annotated[str | None, Query(pattern=_WORD, description="Rows held on this basis.")] = None,
    condition: Annotated[str | None, Query(pattern=_WORD, description="Rows in this condition.")] = None,
    style: Annotated[str | None, Query(pattern=_WORD, description="Rows of this style of papers.")] = None,
) -> dict[str, str]:
    """Column -> what the rows asked for must have in it."""
    asked = locals()
    return {name: said for name, said in asked.items() if said}


Filters = Annotated[dict[str, str], Depends(filters)]
TableName = Annotated[
    str, Path(pattern=r"^[a-z]{1,20}$", description="Name of a table of the data dictionary.", examples=["stations"])
]

api: Final = APIRouter(prefix="/api/v1", responses=COMMON)
router: Final = APIRouter(include_in_schema=False)


@api.get("/dictionary", response_model=DictionaryAnswer)
def dictionary(ask: Question) -> Response:
    """The data dictionary: every table, every column, what each cell and an empty one means."""
    return ask.json(dictionary_answer)


@api.get("/tables/{table}", response_model=TableAnswer)
def table_rows(
    ask: Question,
    table: TableName,
    *,
    asked: Filters,
    sort: Column = None,
    limit: Limit = LIMIT_DEFAULT,
    offset: Offset = 0,
) -> Response:
    """Rows of a table, sorted and filtered by columns that it has."""
    known = known_columns(table_named(table), asked=asked)
    return ask.json(_answer(known, asked=asked, sort=sort, limit=limit, offset=offset))


@api.get(
    "/tables/{table}/csv",
    response_class=CsvResponse,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
def table_as_csv(
    ask: Question, table: TableName, *, asked: Filters, sort: Column = None, bom: ByteOrderMark = "0"
) -> Response:
    """A whole table for a spreadsheet (RFC 4180)."""
    known = known_columns(table_named(table), asked=asked)
    return _csv(ask, known, cut=_cut(known, asked=asked, sort=sort), bom=bom)


def _cut(table: FactTable, *, asked: Mapping[str, str], sort: str | None) -> Cut:
    sorting(table, sort)
    return Cut(sort=sort, asked={name: said for name, said in asked.items() if name in table.columns})


def _answer(
    table: FactTable, *, asked: Mapping[str, str], sort: str | None, limit: int, offset: int
) -> Callable[[Snapshot], TableAnswer]:
    cut = _cut(table, asked=asked, sort=sort)
    return lambda reading: table_answer(reading, table, cut=cut, offset=offset, limit=limit)


def _csv(ask: Question, table: FactTable, *, cut: Cut, bom: str) -> Response:
    mark = BOM if bom == "1" else ""
    response = ask.text(lambda reading: mark + table_csv(reading, table, cut=cut), media=f"{CSV}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.csv"'
    return response


def _add(table: FactTable) -> None:
    """The addresses of one table among the pages."""
    path = f"/{table.name}"

    def as_json(ask: Question, *, asked: Filters, sort: Column = None, offset: Offset = 0) -> Response:
        """The list, as JSON."""
        return ask.json(_answer(table, asked=asked, sort=sort, limit=SHOWN_MAX, offset=offset))

    def as_csv(ask: Question, *, asked: Filters, sort: Column = None, bom: ByteOrderMark = "0") -> Response:
        """The list, as CSV."""
        return _csv(ask, table, cut=_cut(table, asked=asked, sort=sort), bom=bom)

    def as_page(ask: Question, *, tongue: Spoken, asked: Filters, sort: Column = None, offset: Offset = 0) -> Response:
        """The list."""
        answer = _answer(table, asked=asked, sort=sort, limit=SHOWN_MAX, offset=offset)
        kept = {name: said for name, said in asked.items() if name in table.columns}
        extra = {"sort": sort} if sort else {}
        return ask.page(
            _page(table, answer, tongue=tongue, asked=kept, kept={**kept, **extra}), language=tongue.language
        )

    router.add_api_route(f"{path}.csv", as_csv, name=f"{table.name}_csv")
    if table.name != "findings":  # its page and its JSON are lists of findings told in full
        router.add_api_route(f"{path}.json", as_json, name=f"{table.name}_list_json")
        router.add_api_route(path, as_page, name=f"{table.name}_list")


for _table in TABLES.values():
    _add(_table)


def _page(
    table: FactTable,
    answer: Callable[[Snapshot], TableAnswer],
    *,
    tongue: Tongue,
    asked: Mapping[str, str],
    kept: Mapping[str, str],
) -> Callable[[Snapshot], str]:
    def made(reading: Snapshot) -> str:
        page = answer(reading)
        return pages.shown(
            "list.html",
            reading,
            page=page,
            path=f"/{table.name}",
            kept=kept,
            asked=asked,
            tongue=tongue,
            columns=[heading(name, language=tongue.language) for name in table.columns],
            filters=[(heading(name, language=tongue.language), CHOICES.get(name, ())) for name in table.filters],
            in_words_by=_IN_WORDS,
        )

    return made


def heading(column: str, *, language: Language) -> dict[str, str]:
    """A column with its heading and what its cells are."""
    said = words.FIGURES.get(column) or message("table.head", column=column)
    told = render(said, language=language)
    return {"name": column, "head": told[:1].upper() + told[1:], "type": type_of(column)}


@router.get("/data.json")
def data_json(ask: Question) -> Response:
    """The data dictionary, as JSON."""
    return ask.json(dictionary_answer)


@router.get("/data")
def data(ask: Question, *, tongue: Spoken) -> Response:
    """The data dictionary: which tables there are and what their columns mean."""
    values: dict[str, Any] = {"path": "/data", "kept": {}, "tongue": tongue}
    return ask.page(
        lambda reading: pages.shown("data.html", reading, page=dictionary_answer(reading), **values),
        language=tongue.language,
    )
