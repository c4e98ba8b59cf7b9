"""``custody witness`` and ``witness-init``: a log witness by itself (docs/witness.md).

It needs neither an election's directory nor Kafka or a database, and few of the packages: nothing is imported here that does.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.adapters.durable import read_file
from custody.cli.settings.environment import secret
from custody.cli.telling import tell
from custody.core.wording.messages import message
from custody.witness.home import make_home, open_home
from custody.witness.http import App
from custody.witness.logs import KnownLogs, parse_logs
from custody.witness.serving import bound, serve
from custody.witness.witness import Witness, check_played
from schemas.errors import Misused, Unavailable

_LOGS_BYTES_MAX: Final = 16 * 1024 * 1024
_DEFAULT: Final = Path("witness")
Home = Annotated[
    Path, typer.Option("--dir", envvar="CUSTODY_WITNESS_DIR", help="The folder of the witness's keys and state.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("witness")(witness)
    app.command("witness-init")(witness_init)


def witness(
    logs: Annotated[
        Path, typer.Option("--logs", envvar="CUSTODY_WITNESS_LOGS", help="The file of the logs that are witnessed.")
    ],
    directory: Home = _DEFAULT,
    listen: Annotated[
        str,
        typer.Option("--listen", envvar="CUSTODY_WITNESS_LISTEN", help="Address to listen on.", metavar="HOST:PORT"),
    ] = "127.0.0.1:8001",
    clock: Annotated[
        str, typer.Option("--clock", help="wall, or for plays under .invalid log: the time that the log states.")
    ] = "wall",
) -> None:
    """Cosign the checkpoints of logs that have only grown, over HTTP, and show what was cosigned and when."""
    if clock not in {"wall", "log"}:
        raise Misused("witness-play", "--clock is wall or log.")
    known = _read_logs(logs)
    listener = bound(listen)
    keys, state = open_home(directory, pin=_pin())
    with state:
        if clock == "log":
            check_played(keys, logs=known)
        app = App(Witness(keys, logs=known, state=state, clock=lambda: int(time.time()), told=clock == "log"))
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        serve(app, listener=listener, ready=lambda: tell(message("done.witness", address=f"{shown}:{port}")))


def witness_init(
    name: Annotated[str, typer.Option("--name", help="Its name, for ever: a domain, and a path if you like.")],
    directory: Home = _DEFAULT,
) -> None:
    """Make a witness's keys and its empty state, once, and show the lines by which a log's policy names it."""
    keys = make_home(directory, name=name, pin=_pin())
    for vkey in keys.vkeys:
        tell(message("done.witness-key", name=keys.name, key=vkey))


def _read_logs(path: Path) -> KnownLogs:
    try:
        data = read_file(path, bytes_max=_LOGS_BYTES_MAX)
        return parse_logs(data.decode())
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("witness-logs-unreadable", f"The file of logs {path.name} cannot be read as text.") from error


def _pin() -> str:
    pin = secret("CUSTODY_WITNESS_PIN")
    if pin is None:
        raise Misused("no-pin", "Set CUSTODY_WITNESS_PIN_FILE (or CUSTODY_WITNESS_PIN): the PIN of the witness's keys.")
    return pin
