"""``custody init secrets`` and ``custody init election``: the two jobs that docker-compose.yml runs before everything else.

``secrets`` makes passwords, PINs and keystores. ``election`` makes users, topic, rights and roles with them, and puts the
genesis and the preparation of a demonstration on the log. Both may run any number of times; a further run changes nothing.

Not here: the ceremony of a real election, whose keys are drawn on the machines that use them (docs/operating.md).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.commands.election_folder import read
from custody.cli.settings.books import books_address
from custody.cli.settings.kafka import kafka_access, replicas
from custody.cli.telling import tell
from custody.core.wording.messages import message
from custody.sandbox.installation import Installation, install
from custody.sandbox.secret_files import Secrets, make_secrets
from schemas.errors import Misused

Folder = Annotated[Path, typer.Option("--dir", help="The folder of all secrets.")]
Seed = Annotated[int, typer.Option(help="Of the demonstration: its keys and its preparation follow from it.")]

Named = Annotated[
    Path | None, typer.Option("--election", help="The folder of an election; default: the reference election.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    init = typer.Typer(help="Set up a demonstration: its secrets, and its election on the log.", no_args_is_help=True)
    init.command("secrets")(secrets)
    init.command("election")(election)
    app.add_typer(init, name="init")


def secrets(folder: Folder, seed: Seed = 1, named: Named = None) -> None:
    """Make every password, PIN and keystore that is missing; run as root, each file is given to its owner."""
    made = 0
    for name in make_secrets(folder, seed=seed, election=None if named is None else read(named)):
        tell(message("done.secret", name=str(name)))
        made += 1
    if not made:
        tell(message("done.secrets-all", folder=str(folder)))
        return
    tell(message("done.secrets", count=made, folder=str(folder)))


def election(folder: Folder, seed: Seed = 1, named: Named = None) -> None:
    """Make users, topic, rights and roles, and open the election on the log, with what the secrets in the folder say.

    Where Kafka and PostgreSQL are, and who their superusers are, comes from CUSTODY_ settings.
    """
    books = books_address()
    if books is None:
        raise Misused("no-books", "Set CUSTODY_POSTGRES: where the books will be, as a superuser.")
    what = Installation(
        secrets=Secrets(folder),
        admin=kafka_access(),
        replicas=replicas(),
        postgres=books.conninfo,
        seed=seed,
        now=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        election=None if named is None else read(named),
    )
    opened = install(what)
    counts = (opened.appended, opened.entries)
    tell(message("done.installed", appended=counts[0], entries=counts[1], election=opened.election))
