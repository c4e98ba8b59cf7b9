"""``custody prove-fork``: a portable proof that a device has two histories, made from a log or verified without one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from custody.adapters.archive import LOGS, ArchiveLog
from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.cli.commands.audit import SCHEME, check_root
from custody.cli.telling import tell
from custody.core.evidence.fork_proofs import PROOF_BYTES_MAX, format_proof, make_proof, parse_proof, verify_proof
from custody.core.state.state import State
from custody.core.wording.messages import message
from custody.embedded.directory import Directory
from custody.embedded.file_kinds import check_kind
from custody.embedded.folding import folded
from custody.embedded.named_files import check_writable, read_bytes, write_bytes
from custody.ports import LogReader
from custody.sandbox.acting import log_entries
from schemas.errors import Misused, Refused


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("prove-fork")(prove_fork)


def prove_fork(
    source: Annotated[
        str,
        typer.Argument(
            help="An election's directory, an archive, or a log as kafka://HOST:PORT/TOPIC.", metavar="[SOURCE]"
        ),
    ] = ".demo",
    *,
    device: Annotated[str, typer.Option(help="Badge or key id of the device; default: the only one that forked.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where the proof goes.")] = None,
    verify: Annotated[
        Path | None, typer.Option("--verify", help="A proof to verify, with nothing but it and --root.")
    ] = None,
    root: Annotated[
        str | None, typer.Option(help="Election id to pin, 64 hex digits, from a source you trust.")
    ] = None,
) -> None:
    """Prove that a device made two events that cannot both be in its chain, or verify such a proof."""
    check_root(root)
    if verify is not None:
        if root is None:
            raise Misused("root-missing", "Give the election id to pin: --root.")
        data = read_bytes(verify, bytes_max=PROOF_BYTES_MAX)
        check_kind("prove-fork", path=verify, data=data)
        proven = verify_proof(parse_proof(data), root=root)
        tell(proven.sentence())
        tell(message("done.proven-fork", recorded=proven.recorded, entries=proven.entries))
        return
    if Path(source).is_file():
        told = f"{source} is a file: a proof is verified with --verify {source} --root ROOT, and made from a directory"
        raise Misused("fork-source", f"{told}, an archive or a log.")
    if out is None:
        raise Misused("out-missing", "Say where the proof goes: --out FILE.")
    check_writable(out)
    with opened(source) as (log, checkpoint):
        ledger, entries = folded(log), list(log_entries(log))
    key = _device(device, state=ledger.state)
    proof = make_proof(entries, ledger=ledger, device=key, checkpoint=checkpoint)
    proven = verify_proof(proof, root=ledger.election)
    write_bytes(out, format_proof(proof))
    tell(proven.sentence())
    tell(message("done.fork-proof", entries=proven.entries, recorded=proven.recorded, file=str(out)))


@contextmanager
def opened(source: str) -> Iterator[tuple[LogReader, bytes | None]]:
    """The log of a source and its signed checkpoint, where it has one."""
    if source.startswith(SCHEME):
        from custody.adapters.kafka import KafkaLogReader  # noqa: PLC0415 - takes longer to import than the rest to run
        from custody.cli.settings.kafka import kafka_access  # noqa: PLC0415

        with KafkaLogReader.open(kafka_access(source)) as log:
            yield log, None
        return
    path = Path(source)
    tiles = path / LOGS / "0"
    if tiles.is_dir():
        yield ArchiveLog(tiles), TileFolder(tiles).read_checkpoint()
        return
    place = Directory(path)
    has_checkpoint = (place.tiles / CHECKPOINT).is_file()
    with place.open_log() as own:
        yield own, TileFolder(place.tiles).read_checkpoint() if has_checkpoint else None


def _device(stated: str, *, state: State) -> str:
    forked = sorted(state.devices.forked)
    if not stated:
        if not forked:
            told = "No device of this log has two histories: there is nothing to prove."
            raise Refused("fork-proof-absent", told)
        if len(forked) != 1:
            raise Refused(
                "fork-proof-absent", f"{len(forked)} devices of this log have two histories; name one: --device."
            )
        return forked[0]
    named = state.roster.with_badge(stated)
    return stated if named is None else named.keyid
