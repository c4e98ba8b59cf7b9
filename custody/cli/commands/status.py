"""``custody status``: how far log, books and checkpoint of a directory have come, what waits, and what is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from custody.cli.coverage import Coverage, coverage
from custody.cli.reading_books import comparing_log
from custody.core.wording.numbers import counted
from custody.embedded.directory import Directory
from projections import queries
from projections.stores.books import Books
from projections.stores.standstill import standstill

_UNSETTLED = ("open", "acknowledged")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """How far log, books and checkpoint have come, what waits, and what is open."""
    place = Directory(directory)
    with comparing_log(place, as_json=as_json) as gone:
        covered = coverage(place)
        with place.open_books() as books:
            told = {**_told(books, covered=covered), "entries_missing": gone}
        if as_json:
            typer.echo(json.dumps(told))
            return
        for line in _lines(told, covered=covered):
            typer.echo(line)


def _told(books: Books, *, covered: Coverage) -> dict[str, Any]:
    found = standstill(books, log_entries=covered.entries)
    findings, taken = queries.findings(books), books.ledger.head().position
    return {
        "entries": covered.entries,
        "books": max(taken, covered.entries) if found is None else found.entries,
        "signed": covered.signed,
        "unsigned": covered.left,
        "waiting": queries.waiting(books),
        "findings": len(findings),
        "unsettled": sum(doc["status"] in _UNSETTLED for doc in findings),
    }


def _lines(told: dict[str, Any], *, covered: Coverage) -> list[str]:
    behind = covered.entries - told["books"]
    books = "hold them all" if not behind else f"hold {told['books']:,}: run custody rebuild --dir {covered.place.path}"
    if behind < 0:
        books = f"hold {told['books']:,}, more than the log"
    return [
        f"log         {counted(told['entries'], one='entry', many='entries')}",
        f"books       {books}",
        f"checkpoint  {covered.sentence}",
        f"waiting     {counted(told['waiting'], one='act')} for what they follow",
        f"findings    {told['findings']:,}, {told['unsettled']:,} not settled",
    ]
