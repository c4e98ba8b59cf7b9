"""``custody evidence export`` and ``verify``: receipts that the log contradicts, out of a device, and checked by anybody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from custody.cli.commands.prove_fork import opened
from custody.cli.device_session import handset
from custody.cli.telling import tell, tell_wrong
from custody.core.evidence.falsified_receipts import (
    EVIDENCE_BYTES_MAX,
    Falsified,
    counterparts,
    format_evidence,
    parse_evidence,
    receipt_conflicts,
    verify_false_receipt,
)
from custody.core.wording.messages import message
from custody.embedded.directory import Directory
from custody.embedded.file_kinds import check_kind
from custody.embedded.folding import folded
from custody.embedded.named_files import check_writable, read_bytes, write_bytes
from custody.ports import LogReader
from schemas.envelope import entry_hash
from schemas.errors import Misused, Refused
from schemas.receipts import RECEIPT_TYPE, Receipt, parse_statement, read_statement


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
        kept = [item.statement for item in box.evidence()]
        all_held = [item.statement for item in box.kept() if item.statement is not None]
    if not kept:
        raise Refused("evidence-absent", f"{held.badge} has kept no receipt that the log contradicts.")
    beside = [one for one in counterparts(all_held, of=kept) if one not in kept]
    write_bytes(to, format_evidence([*kept, *beside]))
    tell(message("done.receipts-kept", count=len(kept), file=str(to)))


def verify(
    file: Annotated[Path, typer.Argument(help="Evidence that was exported.")],
    source: Annotated[
        str,
        typer.Argument(
            help="An election's directory, an archive, or a log as kafka://HOST:PORT/TOPIC.", metavar="[SOURCE]"
        ),
    ] = ".demo",
    *,
    gateway: Annotated[
        str | None,
        typer.Option(help="The gateway's public key, 64 hex digits, from a source you trust: no log is read."),
    ] = None,
) -> None:
    """Compare receipts with a log: each is by one of its gateways, and its position holds something else.

    With --gateway no log is needed: two receipts by that key for one position and different entries contradict each other.
    """
    data = read_bytes(file, bytes_max=EVIDENCE_BYTES_MAX)
    check_kind("evidence verify", path=file, data=data)
    statements = parse_evidence(data)
    if gateway is not None:
        _verify_alone(statements, gateway=gateway)
        return
    with opened(source) as (log, _):
        proven, refused = _judged(statements, log=log)
    if not proven:
        raise next(iter(refused), Refused("evidence-not-proven", "No receipt in it is contradicted by the log."))
    for error in refused:
        tell_wrong(error.sentence, code=error.code)
    for one in proven:
        tell(one.sentence())
    tell(message("done.proven-receipts", count=len(proven)))


def _verify_alone(statements: Sequence[bytes], *, gateway: str) -> None:
    if re.fullmatch(r"[0-9a-f]{64}", gateway) is None:
        raise Misused("gateway-key", "--gateway takes the gateway's public key, 64 lower-case hex digits.")
    proven = receipt_conflicts(statements, public=bytes.fromhex(gateway))
    if not proven:
        told = "No two receipts by this key contradict each other: nothing is proven without a log."
        raise Refused("evidence-not-proven", told)
    for one in proven:
        tell(one.sentence())
    tell(message("done.proven-opposed", count=len(proven)))


def _judged(statements: Sequence[bytes], *, log: LogReader) -> tuple[list[Falsified], list[Refused]]:
    """What each receipt proves, or why it proves nothing: one that proves nothing takes no other's proof away."""
    state, proven, refused = folded(log).state, list[Falsified](), list[Refused]()
    for one in _accusing(tuple(dict.fromkeys(statements)), log=log):
        try:
            proven.append(verify_false_receipt(one, state=state, entry_at=lambda position: _entry(log, position)))
        except Refused as error:
            refused.append(error)
    return proven, refused


def _accusing(statements: Sequence[bytes], *, log: LogReader) -> list[bytes]:
    """All of them, but for a true receipt that stands beside a false one for the same position."""
    beside = set(counterparts(statements, of=statements))
    return [one for one in statements if one not in beside or not _is_kept(one, log=log)]


def _is_kept(statement: bytes, *, log: LogReader) -> bool:
    """Whether the log holds what a receipt says, whoever signed it."""
    receipt = read_statement(parse_statement(statement, payload_type=RECEIPT_TYPE).payload, model=Receipt)
    entry = _entry(log, receipt.position)
    return entry is not None and entry_hash(entry) == receipt.entry


def _entry(log: LogReader, position: int) -> bytes | None:
    return log.read(start=position, limit=1)[0].entry if position < log.end() else None
