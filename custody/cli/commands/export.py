"""``custody export``: the folder for auditors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custody.cli.coverage import coverage
from custody.cli.telling import tell
from custody.core.wording.messages import message
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from custody.embedded.named_files import read_bytes
from custody.embedded.signed_log import appendable
from custody.sandbox.create import export_archive, export_tiles
from schemas.election_names import NAMES_BYTES_MAX
from schemas.errors import Misused

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
_DEMO: Path = Path(".demo")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("export")(export)


def export(
    to: Annotated[Path, typer.Option("--to", help="The archive to write (an earlier archive there is replaced).")],
    directory: Dir = _DEMO,
    tiles: Annotated[
        Path | None, typer.Option("--tiles", help="A checkpointer's tile folder, instead of a directory's.")
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option("--names", help="With --tiles: the names.json of the election, to lie beside its log."),
    ] = None,
) -> None:
    """Write the folder that is all an auditor needs, except the root to pin."""
    if not to.absolute().parent.is_dir():
        raise Misused("export-no-folder", f"{to.parent} does not exist: make it first, or name another place.")
    if names is not None and tiles is None:
        raise Misused("export-names", "--names goes with --tiles: a directory has its own names.json.")
    if tiles is None:
        place = Directory(directory)
        with appendable(place) as log:
            ledger = folded(log)
        export_archive(place, to=to, ledger=ledger)
        tell(coverage(place).sentence)
    else:
        said = None if names is None else read_bytes(names, bytes_max=NAMES_BYTES_MAX)
        ledger = export_tiles(tiles, to=to, names=said)
    tell(message("done.exported", file=str(to), command=f"custody audit {to} --root {ledger.election}"))
