"""``custody sim``: elections with honest, careless and cheating people on failing machines, checked at every step."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from custody.cli.exits import UNEXPECTED
from custody.core.wording.numbers import counted
from custody.embedded.named_files import write_bytes
from custody.sim.election import ElectionRun, run
from custody.sim.plan import Plan, plan_for
from custody.sim.population import PEOPLE
from custody.sim.replay import first_violation
from custody.sim.shrink import shrink
from custody.sim.stations import STATIONS_MAX
from custody.sim.watch import Violation
from schemas.errors import Misused

_REPLAYED: Final = ("tree", "views", "custody", "findings", "papers", "repetition", "order")
"""Checks that need nothing but the entries, so that a failure of theirs can be shrunk."""

_ONE: Final = {
    "stations": "station",
    "entries": "entry",
    "findings": "finding",
    "cheats": "cheat",
    "duplicates": "duplicate",
    "steps": "step",
}
"""What a figure is called where there is one of it."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sim")(sim)


def sim(
    *,
    seed: Annotated[int, typer.Option(help="The same seed plays the same election.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, help="How many elections: with this seed and the ones after it.")] = 1,
    stations: Annotated[
        int | None, typer.Option(help=f"How many stations, 1 to {STATIONS_MAX:,}; left out: a few, by the seed.")
    ] = None,
    people: Annotated[str, typer.Option(help=f"How people behave: {', '.join(PEOPLE)}.")] = "mixed",
    keep: Annotated[
        Path | None, typer.Option(help="A new folder for the fewest entries on which a check fails.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each election.")] = False,
) -> None:
    """Simulate elections, and check everything after each entry. Ends with 3 at the first check that fails."""
    if keep is not None and keep.exists():
        raise Misused("sim-keep", f"{keep} exists already; name a new folder.")
    plan_for(seed, people=people, stations=stations)  # what cannot be simulated is said before anything is shown
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with Progress(BarColumn(bar_width=30), TextColumn("{task.fields[note]}"), console=console) as bar:
        task = bar.add_task("", total=seeds, note="")
        for number in range(seed, seed + seeds):
            started = time.monotonic()
            plan = plan_for(number, people=people, stations=stations)
            course = run(plan)
            bar.update(task, advance=1, note=f"seed {number}")
            typer.echo(_told(plan, course=course, as_json=as_json, seconds=time.monotonic() - started))
            if course.violations:
                _explain(course, seed=number, keep=keep)
                raise typer.Exit(UNEXPECTED)


def _told(plan: Plan, *, course: ElectionRun, as_json: bool, seconds: float) -> str:
    counts = {
        "stations": len(plan.stations),
        "entries": len(course.entries),
        "findings": course.findings,
        "cheats": len(course.tried),
        "refused": course.refused,
        "duplicates": course.duplicates,
        "truncated": course.truncated,
        "steps": course.replay.steps,
    }
    if as_json:
        violations = [asdict(violation) for violation in course.violations]
        cheats = [{"name": item.name, "station": item.station} for item in course.tried]
        return json.dumps(
            {"seed": plan.seed, "people": plan.mix.people, **counts, "tried": cheats, "violations": violations}
        )
    words = "  ".join(counted(value, one=_ONE.get(name, name), many=name) for name, value in counts.items())
    held = "all checks held" if not course.violations else "A CHECK FAILED"
    return f"seed {plan.seed}  {plan.mix.people}  {words}  {seconds:.1f} s  {held}"


def _explain(course: ElectionRun, *, seed: int, keep: Path | None) -> None:
    """What failed, and the fewest entries on which it still does."""
    violation = course.violations[0]
    typer.echo(f"{violation.check}: {violation.sentence}")
    if violation.check not in _REPLAYED:
        typer.echo(f"It needs more than the entries: custody sim --seed {seed} plays it again.")
        return
    kept = shrink(course.entries, fails=lambda entries: _fails(entries, like=violation, seed=seed))
    typer.echo(f"{len(kept)} of {len(course.entries)} entries are enough for it.")
    if keep is not None:
        keep.mkdir(parents=True)
        for number, entry in enumerate(kept):
            write_bytes(keep / f"{number:04d}.event", entry)
        typer.echo(f"They are in {keep}, in order.")


def _fails(entries: Sequence[bytes], *, like: Violation, seed: int) -> bool:
    found = first_violation(entries, seed=seed)
    return found is not None and found.check == like.check
