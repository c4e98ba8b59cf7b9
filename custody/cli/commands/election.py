"""``custody election``: a commission's own election from a folder of tables, checked, rehearsed and opened without code.

The folder and its columns: docs/own-election.md. Opening it for real: docs/ceremony.md (``custody.cli.commands.ceremony``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from custody.adapters.timezones import EDITION
from custody.cli.commands.ceremony import key, open_, sign
from custody.cli.commands.demo import play_scenario
from custody.cli.commands.election_folder import Folder, folder_of, read
from custody.cli.commands.run_off import follows, run_off
from custody.cli.language import language_here
from custody.cli.lines.election import election_lines, station_row, uncovered
from custody.cli.lines.spoken import Lang
from custody.cli.telling import tell
from custody.core.wording.messages import message, render
from custody.core.wording.numbers import counted
from custody.election.reading import CheckedFolder, look
from custody.election.starting import NewElection, plan_row, start, table_text
from custody.election.tables import BYTES_MAX
from custody.election.troubles import with_troubles
from custody.embedded.directory import Directory
from custody.embedded.named_files import read_bytes, write_bytes
from schemas.errors import Refused

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
REFUSED = 65


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="A commission's own election, from a folder of tables.", no_args_is_help=True)
    group.command("new")(new)
    group.command("check")(check)
    group.command("rehearse")(rehearse)
    group.command("import-plan")(import_plan)
    group.command("run-off")(run_off)
    group.command("follows")(follows)
    group.command("key")(key)
    group.command("sign")(sign)
    group.command("open")(open_)
    app.add_typer(group, name="election")


def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist yet.")],
    *,
    slug: Annotated[str, typer.Option(prompt="Short name (letters, digits, hyphens)")] = "our-election",
    name: Annotated[str, typer.Option(prompt="Name of the election")] = "Our election",
    language: Annotated[str, typer.Option(prompt="Its main language (en, ru, ...)")] = "en",
    domain: Annotated[str, typer.Option(prompt="Domain under which its log is run")] = "elections.example",
    day: Annotated[str, typer.Option(prompt="First day of voting (YYYY-MM-DD)")] = "2027-05-16",
    days: Annotated[int, typer.Option(help="How many days are voted.")] = 1,
    timezone: Annotated[str, typer.Option(prompt="The commission's time zone (IANA name)")] = "Europe/Berlin",
    country: Annotated[str, typer.Option(prompt="Country of the stations (two letters)")] = "DE",
) -> None:
    """Write a small complete folder: three stations with their people, couriers and plan, to be filled with one's own."""
    stated = NewElection(slug, name, language, domain, day, days, timezone, country)
    for path in start(folder, stated=stated):
        tell(message("done.wrote", file=str(path)))
    tell(message("done.next", command=f"custody election check {folder}"))


def check(folder: Folder, *, as_json: AsJson = False, lang: Lang = "en") -> None:
    """Every mistake of the folder in one run; without one, what it comes to: papers, times, who signs what."""
    looked = look(folder_of(folder))
    if as_json:
        typer.echo(json.dumps(_told(looked), ensure_ascii=False))
    elif looked.election is None:
        for mistake in looked.mistakes:
            typer.echo(mistake.told_in(lang))
        typer.echo(render(message("check.mistakes", count=len(looked.mistakes)), language=lang), err=True)
    else:
        for line in election_lines(looked.election, language=lang):
            typer.echo(line)
    if looked.election is None:
        raise typer.Exit(REFUSED)


def rehearse(
    folder: Folder,
    *,
    directory: Annotated[
        Path, typer.Option("--dir", help="Where the rehearsal is made (an earlier one is replaced).")
    ] = Path(".rehearsal"),
    seed: Annotated[int, typer.Option(help="The same seed makes the same rehearsal, byte for byte.")] = 1,
    troubles: Annotated[
        str,
        typer.Option(help="What goes wrong where: none, or STATION=TROUBLE,...; default: as election.toml says."),
    ] = "",
    scenario: Annotated[
        str, typer.Option(help="The whole journey, 'empty' (nothing has moved yet), or a scenario's name or file.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Play the whole journey of the folder's own stations with keys that anybody can compute, and audit what comes of it."""
    election = with_troubles(read(folder), stated=troubles)
    play_scenario(Directory(directory), election=election, scenario=scenario, seed=seed, as_json=as_json)


def import_plan(
    folder: Annotated[Path, typer.Argument(help="The folder of the election.")],
    file: Annotated[Path, typer.Argument(help="The plan, as CSV or XLSX, in the columns of plan.csv.")],
) -> None:
    """Take a plan that was drawn up elsewhere: checked with the whole folder first, then in the place of plan.csv."""
    looked = look(folder, instead={f"plan{file.suffix.lower()}": read_bytes(file, bytes_max=BYTES_MAX)})
    election = looked.election
    if election is None:
        for mistake in looked.mistakes:
            typer.echo(mistake.told_in(language_here()), err=True)
        count = counted(len(looked.mistakes), one="mistake")
        raise Refused("election-folder", f"With this plan {folder} has {count}; nothing was changed.")
    write_bytes(folder / "plan.csv", table_text("plan", [plan_row(row) for row in election.plan]).encode())
    (folder / "plan.xlsx").unlink(missing_ok=True)
    tell(message("done.plan-taken", count=len(election.plan), file=str(folder / "plan.csv")))


def _told(looked: CheckedFolder) -> dict[str, object]:
    election = looked.election
    told: dict[str, object] = {"mistakes": [mistake.to_json() for mistake in looked.mistakes]}
    if election is None:
        return told
    return {
        **told,
        "slug": election.slug,
        "name": dict(election.names),
        "days": list(election.days),
        "tzdata": EDITION,
        "stations": [station_row(station, election=election) for station in election.stations],
        "voters": sum(station.voters for station in election.stations),
        "papers": sum(map(election.allocation, election.stations)),
        "not_covered": uncovered(election),
    }
