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
from custody.core.wording.numbers import counted, plural
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
from schemas.errors import Misused, Refused
from schemas.scenario import Scenario


def list_scenarios(builtin: Sequence[tuple[str, str]]) -> None:
    """Every scenario that ships with the program, by name, with its title."""
    rows = [*builtin, *((name, load(name).scenario.title) for name in names())]
    width = max(len(name) for name, _ in rows)
    for name, title in rows:
        typer.echo(f"{name:<{width}}  {title}")


def run_scenario(place: Directory, *, name: str, seed: int, as_json: bool, election: Election | None = None) -> None:
    """Make the directory, play, audit, tell; exits with UNEXPECTED where it came to something else than expected."""
    file = load(name)
    with renewed(place) as new:
        played, outcome = play_file(file, place=new, seed=seed, election=election)
        checkpoint(new)
        ledger = catch_up(new)
        export_archive(new, to=new.archive, ledger=ledger)
        report = audit_archive(Request(source=new.archive, root=ledger.election))
    _say(file, played=played, outcome=outcome, report=report, as_json=as_json)
    if report.verdict is not AuditVerdict.VERIFIED:
        raise typer.Exit(1 if report.verdict is AuditVerdict.TAMPERED else 2)
    if outcome.differences:
        raise typer.Exit(UNEXPECTED)


def play_file(
    file: ScenarioFile, *, place: Directory, seed: int, election: Election | None = None
) -> tuple[PlayedScenario, ScenarioResult]:
    """Set up an election (default: the reference one) with the scenario's stations, play it, and compare."""
    codes = file.scenario.stations
    told = _as_told(election or reference_election(), scenario=file.scenario)
    made = make(place, scenario="empty", seed=seed, progress=lambda done, total: None, only=codes, election=told)
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
    told = voting_for(election, days=scenario.voting_days) if scenario.voting_days > 1 else election
    if scenario.carried_over:
        told = following(told, seals=scenario.carried_over)
    return replace(told, styles=tuple(scenario.styles) or told.styles)


def _say(
    file: ScenarioFile, *, played: PlayedScenario, outcome: ScenarioResult, report: AuditReport, as_json: bool
) -> None:
    told = {"scenario": file.name, **story_json(file.scenario, played=played, outcome=outcome)}
    if as_json:
        audited = report.to_json()
        shown = {name: audited[name] for name in ("entries", "events", "signatures", "verdict", "state_digest")}
        typer.echo(json.dumps({**told, **shown}, ensure_ascii=False))
        return
    for line in [*story_lines(file.scenario, played=played), "", *outcome_lines(outcome)]:
        typer.echo(line)
    for gap in report.gaps:
        typer.echo(gap_line(gap))
    count = len(file.scenario.stations)
    tally = f"{plural(count, noun='station')}  {counted(report.tally.entries, one='entry', many='entries')}"
    typer.echo(f"{report.verdict.value}  {tally}  {plural(len(outcome.findings), noun='finding')}")
