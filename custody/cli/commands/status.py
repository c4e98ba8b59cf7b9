"""``custody status``: how far log, books and checkpoint of a directory have come, what waits, and what is open."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.cli.coverage import Coverage, coverage
from custody.cli.lines.spoken import Lang
from custody.cli.lines.witnesses import told_witnesses
from custody.cli.reading_books import comparing_log
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.embedded.directory import Directory
from projections import queries
from projections.stores.books import Books
from projections.stores.standstill import standstill

_UNSETTLED = ("open", "acknowledged")
_WIDTH: Final = {"en": 12, "ru": 20, "kk": 20}
"""Language -> the room for a word before a line."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    lang: Lang = "en",
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
        for line in _lines(told, covered=covered, language=lang):
            typer.echo(line)


def _told(books: Books, *, covered: Coverage) -> dict[str, Any]:
    found = standstill(books, log_entries=covered.entries)
    findings, taken = queries.findings(books), books.ledger.head().position
    return {
        "entries": covered.entries,
        "books": max(taken, covered.entries) if found is None else found.entries,
        "signed": covered.signed,
        "unsigned": covered.left,
        "witnesses": queries.witnesses(books),
        "waiting": queries.waiting(books),
        "findings": len(findings),
        "unsettled": sum(doc["status"] in _UNSETTLED for doc in findings),
    }


def _lines(told: dict[str, Any], *, covered: Coverage, language: Language) -> list[str]:
    rows = (
        (message("status.log"), message("status.entries", entries=told["entries"])),
        (message("status.books"), _books(told, covered=covered)),
        (message("status.checkpoint"), covered.sentence),
        (message("status.witnesses"), told_witnesses(told["witnesses"], now=int(time.time()))),
        (message("status.waiting"), message("status.acts", acts=told["waiting"])),
        (message("status.findings"), message("status.unsettled", findings=told["findings"], open=told["unsettled"])),
    )
    width = _WIDTH[language]
    return [f"{render(head, language=language):<{width}}{render(text, language=language)}" for head, text in rows]


def _books(told: dict[str, Any], *, covered: Coverage) -> Message:
    behind = covered.entries - told["books"]
    if not behind:
        return message("status.all-held")
    if behind < 0:
        return message("status.held-more", entries=told["books"])
    return message("status.behind", entries=told["books"], command=f"custody rebuild --dir {covered.place.path}")
