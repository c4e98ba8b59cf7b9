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
from custody.cli.telling import in_language, in_words, tell
from custody.core.wording.messages import message


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
            _tell(look)
    failed = sum(not look.is_good for look in looks)
    if as_json:
        typer.echo(json.dumps({"ok": not failed, "looks": [look.to_json() for look in looks]}, indent=1))
    else:
        tell(
            message("look.failed", failed=failed, looks=len(looks))
            if failed
            else message("look.well", looks=len(looks))
        )
    if failed:
        raise typer.Exit(UNAVAILABLE)


def _tell(look: CheckResult) -> None:
    name = in_language(message("look.name", name=look.name))
    verdict = in_language(message("look.good") if look.is_good else message("look.bad"))
    # The names of libraries and their versions are the same in every language.
    told = look.sentence if look.is_good and look.name == "libraries" else in_words(look.sentence, code="look-told")
    tell(f"{verdict}  {name:<22} {told}")
    if look.advice:
        tell(f"{'':<{len(verdict)}}  {'':<22} {in_words(look.advice, code='look-told')}")


def _all(places: list[Path]) -> Iterator[CheckResult]:
    yield from look_at_program()
    yield from look_at_settings(SETTINGS)
    yield from look_at_keystore()
    yield from look_at_witnesses()
    yield from look_at_kafka()
    yield from look_at_postgres()
    yield from look_at_disk(places)
