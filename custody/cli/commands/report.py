"""``custody report`` and ``custody sample``: an election at a position as tables and a document, and a drawn sample."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.cli.commands.prove_fork import opened
from custody.cli.document_form import check_document, in_form
from custody.cli.lines.spoken import Lang
from custody.cli.reading_books import log_position
from custody.core.wording.messages import render
from custody.core.wording.numbers import positions_held
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_in
from custody.embedded.named_files import write_bytes
from custody.report.csv_files import as_csv, dictionary, encoded, indicator_sheet
from custody.report.document_files import as_html, as_pdf, as_svg, as_text
from custody.report.report import citation, report
from custody.report.reported_log import ReportedLog, gather
from custody.report.sample import checklist, drawing_of
from custody.report.tables import all_sheets
from custody.sandbox.acting import log_entries
from schemas.errors import Misused, Unavailable

_DICE: Final = re.compile(r"[0-9]{1,100}")
From = Annotated[
    str, typer.Option("--from", help="An election's directory, an archive, or a log as kafka://HOST:PORT/TOPIC.")
]
At = Annotated[
    str | None,
    typer.Option("--at", help="As it was at this log position, or at this time.", metavar="POSITION|TIME"),
]


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("report")(report_command)
    app.command("sample")(sample)


def report_command(
    *,
    to: Annotated[Path, typer.Option("--to", help="The folder that the files go into; made where there is none.")],
    at: At = None,
    source: From = ".demo",
    bom: Annotated[
        bool, typer.Option("--bom", help="With a byte order mark, by which older spreadsheets know UTF-8.")
    ] = False,
    lang: Lang = "en",
) -> None:
    """Report on the election at a position: tables as CSV, indicators, drawings, and one document as HTML and PDF."""
    gathered = gathered_at(source, at=at)
    sheets = [*all_sheets(gathered, language=lang), indicator_sheet(gathered, language=lang)]
    document = report(gathered, sheets=sheets, language=lang)
    folder = _folder(to)
    files = {f"{sheet.name}.csv": encoded(as_csv(sheet), has_bom=bom) for sheet in sheets}
    files["dictionary.csv"] = encoded(dictionary(sheets, language=lang), has_bom=bom)
    files |= {f"{bars.slug}.svg": as_svg(bars) for bars in document.charts()}
    files |= {"report.html": as_html(document), "report.pdf": as_pdf(document)}
    files["citation.txt"] = f"{render(citation(gathered), language=lang)}\n".encode()
    for name, data in files.items():
        write_bytes(folder / name, data)
    typer.echo(document.lead)
    typer.echo(render(citation(gathered), language=lang))


def sample(
    *,
    stations: Annotated[int, typer.Option("--stations", help="How many stations are checked.", min=1, max=100_000)],
    seed: Annotated[str, typer.Option("--seed", help="Digits thrown with dice in public, 20 or more.", metavar="DICE")],
    at: At = None,
    source: From = ".demo",
    to: Annotated[
        Path | None, typer.Option("--to", help="Where it goes: a .pdf, a .html or a .txt; default: shown here.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Draw stations with public dice, and print what is compared with paper at each of them."""
    if to is not None:
        check_document(to)
    if _DICE.fullmatch(seed) is None:
        raise Misused("sample-seed", "The dice are digits, 1 to 100 of them: 20 or more, thrown in public.")
    gathered = gathered_at(source, at=at)
    drawing = drawing_of(gathered, dice=seed, number=stations)
    document = checklist(gathered, drawing=drawing, language=lang)
    if to is None:
        typer.echo(as_text(document).rstrip())
        return
    write_bytes(to, in_form(document, path=to))


def gathered_at(source: str, *, at: str | None) -> ReportedLog:
    """What a log says at a position.  Misused."""
    position = _position(source, at=at)
    with opened(source) as (log, _):
        end = log.end()
        if position is not None and not 0 <= position < end:
            raise Misused("report-at", f"The log holds {positions_held(end)}.")
        found = gather(log_entries(log, until=None if position is None else position + 1))
    names = names_in(Path(source), digest=found.source.genesis.names or "")
    return replace(found, source=replace(found.source, names=names.stations))


def _position(source: str, *, at: str | None) -> int | None:
    """A position by itself, also of an archive; a time is looked up in the books of an election's directory."""
    return int(at) if at is not None and at.isdecimal() else log_position(Directory(Path(source)), at=at)


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable("report-folder", f"{path} cannot be made a folder for the report.") from error
    return path
