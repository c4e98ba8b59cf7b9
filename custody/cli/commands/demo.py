"""``custody demo``: the reference election from the printer to the verdict, in one directory."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from custody.adapters.reference import REFERENCE
from custody.audit.audit import Request, audit_archive
from custody.audit.sayings import MEANING
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.commands.scenario import list_scenarios, run_scenario
from custody.cli.exits import UNEXPECTED
from custody.cli.lines.audit import gap_line, shown_audited
from custody.cli.lines.board import board_lines, totals_json
from custody.cli.lines.spoken import Lang
from custody.cli.settings.ports import PORT_DEFAULT, SPEED_MAX
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.demo.people import demo_domain
from custody.election.model import Election
from custody.election.reference import reference_election
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at, speaking_at
from custody.sandbox.create import (
    MESSY,
    SCENARIOS,
    MadeElection,
    check_place,
    checkpoint,
    export_archive,
    make,
    renewed,
)
from custody.sandbox.local_witnesses import LocalWitnesses

_PROGRAM: Final = ".venv/bin/custody"
_MESSY_STATION: Final = "BER"
_TITLES = (
    (REFERENCE, "The reference election of April 2015: 65 stations, from the printer to the verdict"),
    (MESSY, "65 stations, honest people, and everything that goes wrong in an honest election"),
    ("empty", "A set-up election in which nothing has moved yet, to be played by script"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was played, what to look at now, and in which language it is told."""

    following: Message
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
    ] = REFERENCE,
    seed: Annotated[int, typer.Option(help="The same seed makes the same election, byte for byte.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the board.")] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Then play it again while its pages move; ends by itself.")
    ] = False,
    speed: Annotated[int, typer.Option(min=1, max=SPEED_MAX, help="With --live: entries in a second.")] = 25,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="With --live: where the pages are.")] = PORT_DEFAULT,
    lang: Lang = "en",
) -> None:
    """Play the reference election of April 2015: 65 stations abroad, from the printer to the verdict."""
    if scenario == "list":
        list_scenarios(_TITLES, language=lang)
        return
    chosen = "" if scenario == REFERENCE else scenario
    place = Directory(directory)
    play_scenario(place, election=None, scenario=chosen, seed=seed, as_json=as_json, lang=lang)
    if live:
        from custody.cli.commands.web import serve_play  # noqa: PLC0415 - a demonstration without pages needs no server
        from custody.cli.live_play import played_again  # noqa: PLC0415

        with played_again(place, speed=speed) as play:
            serve_play(play, port=port, beside=place)


def play_scenario(
    place: Directory,
    *,
    election: Election | None,
    scenario: str,
    seed: int,
    as_json: bool,
    lang: Language = "en",
) -> None:
    """Make a directory with an election (None: the reference one), its whole journey or a scenario, audit it and tell."""
    if scenario and scenario not in SCENARIOS:
        run_scenario(place, name=scenario, seed=seed, as_json=as_json, language=lang, election=election)
        return
    check_place(place)
    started = time.monotonic()
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    told = election or reference_election()
    if not scenario:
        console.print(_opening(told, language=lang))
    with _bar(console) as bar:
        task = bar.add_task("", total=None, note="")

        def tell(done: int, total: int) -> None:
            bar.update(
                task,
                completed=done,
                total=total,
                note=render(message("demo.progress", done=done, total=total), language=lang),
            )

        with renewed(place) as new, _witnesses(new, election=told, scenario=scenario, seed=seed) as witnesses:
            made = make(
                new,
                scenario=scenario or REFERENCE,
                seed=seed,
                progress=tell,
                election=election,
                witnesses=witnesses,
            )
            checkpoint(new, settings={} if witnesses is None else witnesses.settings())
            export_archive(new, to=new.archive, ledger=made.ledger)
            report = audit_archive(Request(source=new.archive, root=made.ledger.election))
        seconds = time.monotonic() - started
        count = len(made.stations)
        entries = report.tally.entries
        ended = message("demo.progress-end", done=count, total=count, entries=entries, seconds=round(seconds))
        bar.update(task, note=render(ended, language=lang))
    following = _next(scenario, made=made, place=place)
    spoken = speaking_at(place, language=lang)
    shown = Told(following=following, stations=len(made.stations), seconds=round(seconds), language=spoken)
    _say(place, report=report, as_json=as_json, told=shown)
    if report.verdict is not AuditVerdict.VERIFIED:
        raise typer.Exit(1 if report.verdict is AuditVerdict.TAMPERED else 2)
    for complaint in made.complaints:
        typer.echo(f"Not as quiet as it should be: {complaint}", err=True)
    if made.complaints:
        raise typer.Exit(UNEXPECTED)


def _opening(election: Election, *, language: Language) -> str:
    voters = sum(station.voters for station in election.stations)
    usual = message("demo.stations", stations=len(election.stations), voters=voters)
    note = election.rehearsal.note if language == "en" else ""
    return render(message("demo.opening", slug=election.slug, note=note or usual), language=language)


def _next(scenario: str, *, made: MadeElection, place: Directory) -> Message:
    """What to look at now: for a whole journey the first station at which something goes wrong, else the first one."""
    election = made.stage.election
    codes = [code for code in election.rehearsal.troubles if code in election.by_station]
    station = next(iter((*codes, *election.by_station)))
    if scenario == "empty":
        return message("demo.next-empty", custody=_PROGRAM, dir=str(place.path))
    if scenario == MESSY:
        return message("demo.next-messy", custody=_PROGRAM, dir=str(place.path), station=_MESSY_STATION)
    return message("demo.next-whole", custody=_PROGRAM, dir=str(place.path), station=station)


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
        lines = board_lines(books, language=told.language, names=names_at(place))
    meaning = render(MEANING, language=told.language)
    for line in ["", *lines, "", *shown_audited(report, language=told.language), meaning]:
        typer.echo(line)
    for gap in report.gaps:
        typer.echo(gap_line(gap, language=told.language))
    typer.echo(render(message("demo.next", command=told.following), language=told.language))
    verdict = message("audit.verdict", verdict=report.verdict.value)
    entries, stations = report.tally.entries, told.stations
    last = message("demo.last", verdict=verdict, stations=stations, entries=entries, findings=findings)
    typer.echo(render(last, language=told.language))


def _witnesses(
    directory: Directory, *, election: Election, scenario: str, seed: int
) -> AbstractContextManager[LocalWitnesses | None]:
    """A whole journey has log witnesses, as processes of their own, where somebody logs what they sign."""
    if scenario or not election.holders("checkpointer"):
        return nullcontext()
    return LocalWitnesses(directory.witnesses, seed=seed, domain=demo_domain(election))


def _bar(console: Console) -> Progress:
    return Progress(BarColumn(bar_width=30), TextColumn("{task.fields[note]}"), console=console)
