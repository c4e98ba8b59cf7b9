"""``custody fsck``: the topic against the checkpointer's tree, and a lost tree built anew out of the topic.

Exit codes: 0 the log holds what the tree commits to; 1 it holds something else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consumers.fsck import check, rebuild
from consumers.restore import proven
from custody.adapters.kafka import KafkaLogReader
from custody.adapters.tilefolder import TileFolder
from custody.audit.two_histories import log_key
from custody.cli.commands.audit import check_root, progress_bar
from custody.cli.settings.environment import setting
from custody.cli.settings.kafka import kafka_access
from custody.cli.telling import tell, tell_wrong
from custody.core.tlog.notes import NOTE_BYTES_MAX
from custody.core.wording.messages import message
from custody.embedded.named_files import read_bytes
from custody.ports import LogReader
from schemas.errors import Misused, Refused


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fsck")(fsck)


def fsck(
    tiles: Annotated[
        Path, typer.Option("--tiles", help="The checkpointer's tile folder, or with --rebuild an empty one.")
    ],
    root: Annotated[str | None, typer.Option(help="Election id to pin, 64 hex digits; else CUSTODY_ROOT.")] = None,
    from_checkpoint: Annotated[
        Path | None,
        typer.Option("--rebuild", help="Build the tree anew out of the log, under this checkpoint that was kept."),
    ] = None,
) -> None:
    """Compare the topic with the checkpointer's tree, entry by entry; or build a lost tree anew out of the topic."""
    pinned = root or setting("CUSTODY_ROOT")
    if pinned is None:
        raise Misused("root-missing", "Name the election with --root: nothing else says whose log this is.")
    check_root(pinned)
    with KafkaLogReader.open(kafka_access()) as log:
        ended = run_fsck(log, tiles=TileFolder(tiles), root=pinned, kept=from_checkpoint)
    raise typer.Exit(ended)


def run_fsck(log: LogReader, *, tiles: TileFolder, root: str, kept: Path | None) -> int:
    """Check, or with a kept checkpoint rebuild; the exit code."""
    with progress_bar(is_shown=True) as progress:
        if kept is not None:
            note = read_bytes(kept, bytes_max=NOTE_BYTES_MAX)
            first = log.read(start=0, limit=1)
            if not first:
                raise Refused("fsck-missing", "The log has no entries: there is nothing to build a tree of.")
            key = log_key(first[0].entry, root=root)
            done = rebuild(log, to=tiles, note=note, key=key, progress=progress)
            tell(message("done.tree-rebuilt", entries=done))
            return 0
        found = check(log, tiles=proven(tiles, root=root), folder=tiles, progress=progress)
    for sentence in found.wrong:
        tell_wrong(sentence, code="fsck-wrong")
    tell(message("done.tree-compared", entries=found.entries, beyond=found.beyond))
    return 1 if found.wrong else 0
