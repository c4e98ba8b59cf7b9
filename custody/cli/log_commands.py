"""``custody checkpointer``, ``export``, ``rebuild``: the log's own services on the embedded log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from consumers.checkpointer import checkpointing
from consumers.rebuild import rebuild
from custody.adapters.keystore import Keystore
from custody.adapters.lock import held
from custody.cli.directory import Directory, folded, reading_of, sleep_ms
from custody.cli.making import export_archive
from custody.core.derived import origin_of

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
_DEMO: Path = Path(".demo")
_INTERVAL_MS = 5_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("checkpointer")(checkpointer)
    app.command("export")(export)
    app.command("rebuild")(rebuild_books)


def checkpointer(
    directory: Dir = _DEMO,
    once: Annotated[bool, typer.Option("--once", help="Sign what the log holds now, and end.")] = False,
) -> None:
    """Keep the log's tiles and sign its checkpoints; the only process that opens the log key."""
    place = Directory(directory)
    pin = os.environ.get("CUSTODY_PIN") or str(place.demo()["pin"])
    with place.open_log() as log:
        ledger = folded(log, until=1)
        origin = origin_of(genesis=ledger.state.genesis, election=ledger.election)
        store = Keystore(place.log_key)
        key = store.unlock(keyid=store.find(badge="log-key", role="log").keyid, pin=pin)
        with checkpointing(log=log, folder=place.tiles, state=place.checkpointer, origin=origin, key=key) as keeper:
            while True:
                signed = keeper.step()
                typer.echo(f"signed {signed.size:,} entries, root {signed.root.hex()}")
                if once:
                    return
                sleep_ms(_INTERVAL_MS)


def export(
    to: Annotated[Path, typer.Option("--to", help="The archive to write (an earlier archive there is replaced).")],
    directory: Dir = _DEMO,
) -> None:
    """Write the folder that is all an auditor needs, except the root to pin."""
    place = Directory(directory)
    with place.open_log() as log:
        ledger = folded(log)
    export_archive(place, to=to, ledger=ledger)
    typer.echo(f"wrote {to}; audit it with: custody audit {to} --root {ledger.election}")


def rebuild_books(directory: Dir = _DEMO) -> None:
    """Make ledger store and views anew from the log alone, and say whether they come out as they were."""
    place = Directory(directory)
    with place.open_log() as log, held(place.path / "books.lock"):
        reading, ledger = reading_of(log)
        done = rebuild(reading, folder=place.books, pause=sleep_ms)
    for name, digest in sorted(done.digests.items()):
        state = "CHANGED" if name in done.changed else "same" if done.compared else "new"
        typer.echo(f"{name:<12} {digest}  {state}")
    typer.echo(
        f"{done.head.position:,} entries, {done.compared:,} compared with the books before; state digest {ledger.state_digest()}"
    )
    if done.changed:
        raise typer.Exit(1)
