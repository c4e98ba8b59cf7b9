"""``custody demo --scenario NAME``: a scenario file is played through the front door and compared with what it expects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import typer

from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.commands.play import gateway_key
from custody.cli.exits import UNEXPECTED
from custody.cli.lines.audit import gap_line
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.demo.scenario_file import ScenarioFile, load, names
from custody.election.model import Election
from custody.election.reference import following, reference_election, voting_for
from custody.embedded.directory import Directory
from custody.embedded.folding import catch_up
from custody.gateway.front_door import FrontDoor
from custody.sandbox.create import PIN, checkpoint, export_archive, make, renewed
from custody.sandbox.keyring import Keyring
from custody.sandbox.scenario_player import PlayedScenario, Player
from custody.sandbox.scenario_report import ScenarioResult, outcome_lines, outcome_of, story_json, story_lines
from custody.sandbox.story_sentences import told
from schemas.errors import Misused, Refused
from schemas.scenario import Scenario


def list_scenarios(builtin: Sequence[tuple[str, str]], *, language: Language) -> None:
    """Every scenario that ships with the program, by name, with its title."""
    titles = ((name, told(load(name).scenario.title, language=language)) for name in names())
    rows = [*((name, told(title, language=language)) for name, title in builtin), *titles]
    width = max(len(name) for name, _ in rows)
    for name, title in rows:
        typer.echo(f"{name:<{width}}  {title}")


def run_scenario(
    place: Directory,
    *,
    name: str,
    seed: int,
    as_json: bool,
    language: Language,
    election: Election | None = None,
) -> None:
    """Make the directory, play, audit, tell; exits with UNEXPECTED where it came to something else than expected."""
    file = load(name)
    with renewed(place) as new:
        played, outcome = play_file(file, place=new, seed=seed, election=election)
        checkpoint(new)
        ledger = catch_up(new)
        export_archive(new, to=new.archive, ledger=ledger)
        report = audit_archive(Request(source=new.archive, root=ledger.election))
    if as_json:
        _say_json(file, played=played, outcome=outcome, report=report)
    else:
        _say(file, played=played, outcome=outcome, report=report, language=language)
    if report.verdict is not AuditVerdict.VERIFIED:
        raise typer.Exit(1 if report.verdict is AuditVerdict.TAMPERED else 2)
    if outcome.differences:
        raise typer.Exit(UNEXPECTED)


def play_file(
    file: ScenarioFile, *, place: Directory, seed: int, election: Election | None = None
) -> tuple[PlayedScenario, ScenarioResult]:
    """Set up an election (default: the reference one) with the scenario's stations, play it, and compare."""
    codes = file.scenario.stations
    chosen = _as_told(election or reference_election(), scenario=file.scenario)
    made = make(place, scenario="empty", seed=seed, progress=lambda done, total: None, only=codes, election=chosen)
    ring = Keyring(place, pin=PIN)
    with place.open_log() as log:
        door = FrontDoor(log, private=gateway_key(ring))
        played = Player(file, ring=ring, door=door, election=made.stage.election).play()
    findings = list(catch_up(place).state.findings)
    with place.open_books() as books:
        try:
            outcome = outcome_of(played, findings=findings, books=books, expected=file.scenario.expect)
        except (Misused, Refused) as error:
            where = f"{file.name}, line {file.line('expect')}"
            raise Refused(error.code, f"{where}: {error.sentence}") from error
    return played, outcome


def _as_told(election: Election, *, scenario: Scenario) -> Election:
    """The election with the styles of papers and the days of voting that a scenario names."""
    voting = voting_for(election, days=scenario.voting_days) if scenario.voting_days > 1 else election
    if scenario.carried_over:
        voting = following(voting, seals=scenario.carried_over)
    return replace(voting, styles=tuple(scenario.styles) or voting.styles)


def _say_json(file: ScenarioFile, *, played: PlayedScenario, outcome: ScenarioResult, report: AuditReport) -> None:
    told = {"scenario": file.name, **story_json(file.scenario, played=played, outcome=outcome)}
    audited = report.to_json()
    shown = {name: audited[name] for name in ("entries", "events", "signatures", "verdict", "state_digest")}
    typer.echo(json.dumps({**told, **shown}, ensure_ascii=False))


def _say(
    file: ScenarioFile, *, played: PlayedScenario, outcome: ScenarioResult, report: AuditReport, language: Language
) -> None:
    story = story_lines(file.scenario, played=played, language=language)
    for line in [*story, "", *outcome_lines(outcome, language=language)]:
        typer.echo(line)
    for gap in report.gaps:
        typer.echo(gap_line(gap, language=language))
    last = message(
        "demo.last",
        verdict=message("audit.verdict", verdict=report.verdict.value),
        stations=len(file.scenario.stations),
        entries=report.tally.entries,
        findings=len(outcome.findings),
    )
    typer.echo(render(last, language=language))
