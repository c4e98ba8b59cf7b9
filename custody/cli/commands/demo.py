"""``custody demo``: the reference election from the printer to the verdict, in one directory."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.commands.scenario import list_scenarios, run_scenario
from custody.cli.exits import UNEXPECTED
from custody.cli.lines.audit import MEANING, audit_lines
from custody.cli.lines.board import board_lines, totals_json
from custody.cli.lines.spoken import Lang
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.embedded.directory import Directory
from custody.sandbox.create import MESSY, SCENARIOS, check_place, checkpoint, export_archive, make, renewed

_NEXT = {
    "kz-2015": "show AYT --dir {} | make tamper (flips one bit, audits again)",
    MESSY: "findings --dir {} | show BER --dir {}",
    "empty": "people --dir {} | docs/playing.md (plays any scenario in it)",
}
_TITLES = (
    ("kz-2015", "The reference election of April 2015: 65 stations, from the printer to the verdict"),
    (MESSY, "65 stations, honest people, and everything that goes wrong in an honest election"),
    ("empty", "A set-up election in which nothing has moved yet, to be played by script"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was played, and in which language it is told."""

    scenario: str
    stations: int
    seconds: int
    language: Language


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    *,
    directory: Annotated[
        Path, typer.Option("--dir", help="Where the demonstration is made (an earlier one is replaced).")
    ] = Path(".demo"),
    scenario: Annotated[
        str,
        typer.Option(help=f"{', '.join(SCENARIOS)}, a scenario's name or file; 'list' shows all with their titles."),
    ] = "kz-2015",
    seed: Annotated[int, typer.Option(help="The same seed makes the same election, byte for byte.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the board.")] = False,
    lang: Lang = "en",
) -> None:
    """Play the reference election of April 2015: 65 stations abroad, from the printer to the verdict."""
    if scenario == "list":
        list_scenarios(_TITLES)
        return
    place = Directory(directory)
    if scenario not in SCENARIOS:
        run_scenario(place, name=scenario, seed=seed, as_json=as_json)
        return
    check_place(place)
    started = time.monotonic()
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    if scenario == "kz-2015":
        console.print(render(message("demo.reference"), language=lang))
    with _bar(console) as bar:
        task = bar.add_task("", total=None, note="")

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, note=f"{done}/{total} stations")

        with renewed(place) as new:
            made = make(new, scenario=scenario, seed=seed, progress=tell)
            checkpoint(new)
            export_archive(new, to=new.archive, ledger=made.ledger)
            report = audit_archive(Request(source=new.archive, root=made.ledger.election))
        seconds = time.monotonic() - started
        bar.update(
            task,
            note=f"{len(made.stations)}/{len(made.stations)} stations   {report.tally.entries:,} entries   {seconds:.0f} s",
        )
    told = Told(scenario=scenario, stations=len(made.stations), seconds=round(seconds), language=lang)
    _say(place, report=report, as_json=as_json, told=told)
    if report.verdict is not AuditVerdict.VERIFIED:
        raise typer.Exit(1 if report.verdict is AuditVerdict.TAMPERED else 2)
    for complaint in made.complaints:
        typer.echo(f"Not as quiet as it should be: {complaint}", err=True)
    if made.complaints:
        raise typer.Exit(UNEXPECTED)


def _say(place: Directory, *, report: AuditReport, as_json: bool, told: Told) -> None:
    findings = sum(report.tally.findings.values())
    with place.open_books() as books:
        if as_json:
            totals = totals_json(books)
            audited = report.to_json()
            shown = {
                name: audited[name]
                for name in ("entries", "events", "signatures", "findings", "verdict", "state_digest")
            }
            typer.echo(json.dumps({"stations": told.stations, **totals, **shown, "seconds": told.seconds}))
            return
        lines = board_lines(books, language=told.language)
    meaning = render(MEANING, language=told.language)
    for line in ["", *lines, "", next(audit_lines(report, language=told.language)), meaning]:
        typer.echo(line)
    for gap in report.gaps:
        typer.echo(f"{gap.name}: {gap.sentence}")
    following = f".venv/bin/custody {_NEXT[told.scenario].replace('{}', str(place.path))}"
    typer.echo(render(message("demo.next", command=following), language=told.language))
    verdict = message("audit.verdict", verdict=report.verdict.value)
    entries, stations = report.tally.entries, told.stations
    last = message("demo.last", verdict=verdict, stations=stations, entries=entries, findings=findings)
    typer.echo(render(last, language=told.language))


def _bar(console: Console) -> Progress:
    return Progress(BarColumn(bar_width=30), TextColumn("{task.fields[note]}"), console=console)
