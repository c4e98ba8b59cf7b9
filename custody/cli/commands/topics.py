"""``custody topics create`` and ``check``: the topic that is the log, and whether it still is as it must be."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from custody.adapters.kafka_topic import check_topic, create_topic, settings_for
from custody.cli.lines.spoken import Lang
from custody.cli.settings.kafka import kafka_access, replicas
from custody.cli.telling import tell
from custody.core.wording.messages import message, told_of_code

Replicas = Annotated[
    int | None, typer.Option("--replicas", min=1, max=9, help="How many replicas; else CUSTODY_KAFKA_REPLICAS, or 3.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    topics = typer.Typer(help="The topic that is the log: create it, check it.", no_args_is_help=True)
    topics.command("create")(create)
    topics.command("check")(check)
    app.add_typer(topics, name="topics")


def create(count: Replicas = None, lang: Lang = "en") -> None:
    """Create the topic with its exact settings and everybody's rights, as a superuser; any number of times.

    Ends with 2 if a topic that was there already is not as it must be.
    """
    access, wanted = kafka_access(), count or replicas()
    create_topic(access, replicas=wanted)
    check(wanted, lang=lang)


def check(
    count: Replicas = None,
    as_json: Annotated[bool, typer.Option("--json", help="The alarms as JSON, nothing else.")] = False,
    lang: Lang = "en",
) -> None:
    """Compare the topic with what it must be: 0 if all is well, 2 with a line for each alarm."""
    access, wanted = kafka_access(), count or replicas()
    alarms = check_topic(access, replicas=wanted)
    if as_json:
        typer.echo(json.dumps([{"code": alarm.code, "sentence": alarm.sentence} for alarm in alarms]))
    else:
        for alarm in alarms:
            typer.echo(f"{alarm.code}: {told_of_code(alarm.code, sentence=alarm.sentence, language=lang)}")
        if not alarms:
            settings = ", ".join(f"{name}={value}" for name, value in settings_for(wanted).items())
            tell(message("done.topic", topic=access.topic, replicas=wanted, settings=settings))
    if alarms:
        raise typer.Exit(2)
