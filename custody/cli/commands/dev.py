"""``custody dev kafka`` and ``custody dev postgres``: the real parts as processes of this machine, for developers and tests.

Each prints one JSON line when it answers, and runs until it is interrupted, ended, or its parent is gone.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import tempfile
import threading
from pathlib import Path
from typing import Annotated

import typer

from custody.sandbox.native_kafka import start_cluster
from custody.sandbox.native_postgres import start_postgres

_WATCH_S = 1.0

Parent = Annotated[
    int | None, typer.Option("--parent", help="End when the process of this number is gone.", metavar="PID")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    dev = typer.Typer(help="Kafka and PostgreSQL as processes of this machine, for developers.", no_args_is_help=True)
    dev.command("kafka")(kafka)
    dev.command("postgres")(postgres)
    app.add_typer(dev, name="dev")


def kafka(
    brokers: Annotated[int, typer.Option(min=1, max=9, help="How many brokers; fault tests want three.")] = 1,
    parent: Parent = None,
) -> None:
    """Start Kafka brokers on loopback, with SCRAM and an authorizer, from the settings that docker-compose.yml mounts."""
    passwords = {"broker": secrets.token_urlsafe(18), "admin": secrets.token_urlsafe(18)}
    admin = {"security": "SASL_PLAINTEXT", "user": "admin", "password": passwords["admin"]}
    with (
        tempfile.TemporaryDirectory(prefix="custody-kafka-") as folder,
        start_cluster(Path(folder), brokers=brokers, passwords=passwords) as cluster,
    ):
        typer.echo(json.dumps({"bootstrap": cluster.bootstrap, **admin}))
        _until_ended(parent)


def postgres(parent: Parent = None) -> None:
    """Start PostgreSQL on loopback, empty; its data are removed when it ends."""
    with start_postgres() as server:
        typer.echo(json.dumps({"url": server.url}))
        _until_ended(parent)


def _until_ended(parent: int | None) -> None:
    """Wait for an interruption, a request to end, or the end of the parent."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(_WATCH_S):
        if parent is not None and not _is_there(parent):
            return


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
