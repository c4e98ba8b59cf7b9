"""``custody restore`` and ``custody refeed``: a log that was lost is put back, from the tiles and from the devices (design D7).

docs/operating.md has the whole recovery step by step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consumers.restore import proven, restore
from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLog
from custody.adapters.tilefolder import TileFolder
from custody.cli.commands.audit import check_root, progress_bar
from custody.cli.commands.play import now
from custody.cli.device_session import handset
from custody.cli.settings.environment import setting
from custody.cli.settings.kafka import kafka_access
from custody.cli.telling import tell, tell_wrong
from custody.core.wording.messages import message
from custody.courier.refeed import refeed
from custody.embedded.directory import Directory
from custody.embedded.folding import sleep_ms
from schemas.errors import Misused


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("restore")(restore_log)
    app.command("refeed")(refeed_log)


def restore_log(
    tiles: Annotated[Path, typer.Option("--tiles", help="The checkpointer's tile folder, or a copy of it.")],
    root: Annotated[str | None, typer.Option(help="Election id to pin, 64 hex digits; else CUSTODY_ROOT.")] = None,
) -> None:
    """Put the exact bytes of the tiles back into an empty topic, up to the checkpoint, after proving them.

    The topic and the user come from CUSTODY_KAFKA_ settings. A topic that holds a first part of the entries is completed;
    one that holds anything else is refused, and nothing is written. Stop the gateways first.
    """
    pinned = root or setting("CUSTODY_ROOT")
    if pinned is None:
        raise Misused("root-missing", "Name the election with --root: nothing else says which one to restore.")
    check_root(pinned)
    signed = proven(TileFolder(tiles), root=pinned)
    with KafkaLog.open(kafka_access()) as log, progress_bar(is_shown=True) as progress:
        done = restore(log, tiles=signed, pause=sleep_ms, progress=progress)
    size, head = done.checkpoint.size, done.checkpoint.root.hex()
    tell(message("done.restored", appended=done.appended, entries=size, root=head))


def refeed_log(
    device: Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")],
    gateway: Annotated[str, typer.Option("--gateway", help="A gateway's address, as https://gateway.example.")],
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
) -> None:
    """After a restore: hand in again what this device knows and the log has no longer, then sync."""
    held = handset(device, place=Directory(directory), pin_file=None)
    with GatewayClient(gateway) as client, held.outbox() as box:
        before = box.learned_end()
        report = refeed(box, submitter=client, at=now())
        after = box.learned_end()
    tell(message("done.refed", recorded=report.recorded, before=before, after=after))
    for sentence in (*report.refused, *report.differs, *report.stripped, *filter(None, [report.interrupted])):
        tell_wrong(sentence, code="sync-told")
    if report.differs or report.stripped:
        raise typer.Exit(1)
    if report.interrupted:
        raise typer.Exit(75)
