"""``custody doctor``: looks at everything that the settings name, and says line by line what is well and what to do.

Ends with 0 if all is well, 69 if something is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.doctor.kafka import look_at_kafka
from custody.cli.doctor.looks import (
    CheckResult,
    look_at_disk,
    look_at_keystore,
    look_at_postgres,
    look_at_program,
    look_at_settings,
    look_at_witnesses,
)
from custody.cli.exits import UNAVAILABLE
from custody.cli.settings.names import SETTINGS


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    *,
    places: Annotated[
        list[Path] | None,
        typer.Option("--disk", help="A folder whose disk must have room; more than one may be named."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, nothing else.")] = False,
) -> None:
    """Look at settings, secrets, Kafka, PostgreSQL, disks and clock, with the CUSTODY_* settings of this environment.

    Ends with 0 if all is well, 69 if not. No secret is shown, and nothing is changed.
    """
    looks = []
    for look in _all(places or [Path()]):
        looks.append(look)
        if not as_json:
            typer.echo(f"{'OK  ' if look.is_good else 'FAIL'}  {look.name:<22} {look.sentence}")
            if look.advice:
                typer.echo(f"      {'':<22} {look.advice}")
    failed = sum(not look.is_good for look in looks)
    if as_json:
        typer.echo(json.dumps({"ok": not failed, "looks": [look.to_json() for look in looks]}, indent=1))
    else:
        typer.echo(f"{failed} of {len(looks)} need somebody" if failed else f"all {len(looks)} are well")
    if failed:
        raise typer.Exit(UNAVAILABLE)


def _all(places: list[Path]) -> Iterator[CheckResult]:
    yield from look_at_program()
    yield from look_at_settings(SETTINGS)
    yield from look_at_keystore()
    yield from look_at_witnesses()
    yield from look_at_kafka()
    yield from look_at_postgres()
    yield from look_at_disk(places)
