"""``custody evidence export`` and ``verify``: receipts that the log contradicts, out of a device, and checked by anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custody.cli.directory import Directory, folded
from custody.cli.files import check_writable, read_bytes, write_bytes
from custody.cli.fork_command import opened
from custody.cli.handset import handset
from custody.core.falsified import EVIDENCE_BYTES_MAX, format_evidence, parse_evidence, verify_false_receipt
from custody.core.words import counted
from custody.ports import LogReader
from schemas.errors import Refused


def register(app: typer.Typer) -> None:
    """Add the commands."""
    evidence = typer.Typer(help="Receipts that a gateway signed and the log contradicts.", no_args_is_help=True)
    evidence.command("export")(export)
    evidence.command("verify")(verify)
    app.add_typer(evidence, name="evidence")


def export(
    device: Annotated[str, typer.Option("--device", help="A device's folder, or its badge in the demonstration.")],
    to: Annotated[Path, typer.Option("--to", help="The file for whoever is to see it.")],
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
) -> None:
    """Write all evidence that a device has kept to a file; it stays on the device."""
    check_writable(to)
    held = handset(device, place=Directory(directory), pin_file=None)
    with held.outbox() as box:
        kept = box.evidence()
    if not kept:
        raise Refused("evidence-absent", f"{held.badge} has kept no receipt that the log contradicts.")
    write_bytes(to, format_evidence([item.statement for item in kept]))
    typer.echo(f"{counted(len(kept), one='receipt', many='receipts')} that the log contradicts: {to}")


def verify(
    file: Annotated[Path, typer.Argument(help="Evidence that was exported.")],
    source: Annotated[
        str,
        typer.Argument(
            help="An election's directory, an archive, or a log as kafka://HOST:PORT/TOPIC.", metavar="[SOURCE]"
        ),
    ] = ".demo",
) -> None:
    """Compare receipts with a log: each is by one of its gateways, and its position holds something else."""
    statements = parse_evidence(read_bytes(file, bytes_max=EVIDENCE_BYTES_MAX))
    with opened(source) as (log, _):
        state = folded(log).state
        proven = [
            verify_false_receipt(one, state=state, entry_at=lambda position: _entry(log, position))
            for one in statements
        ]
    for one in proven:
        typer.echo(one.sentence())
    typer.echo(f"PROVEN  {counted(len(proven), one='false receipt', many='false receipts')}")


def _entry(log: LogReader, position: int) -> bytes | None:
    return log.read(start=position, limit=1)[0].entry if position < log.end() else None
