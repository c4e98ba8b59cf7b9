"""``custody watch``: what a log and its witnesses show, again and again, against everything that was shown before.

It needs the root, the served log, and nothing of the operator's. Exit codes: 0 nothing is wrong (with --once), 1 the log was set
back, is another one, or signed two histories, 2 what is needed is not there or not signed. ``--verify`` reads a proof.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.adapters.durable import read_file
from custody.adapters.served_tiles import ServedLogClient
from custody.audit.held_evidence import FORMAT as HELD
from custody.audit.held_evidence import HELD_BYTES_MAX, verify_held
from custody.audit.two_histories import PROOF_BYTES_MAX, log_key, verify_histories
from custody.audit.watching import LOG, Heard, LogWatcher, Trouble
from custody.cli.commands.audit import check_root
from custody.cli.telling import in_words, tell
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.notes import parse_note
from custody.core.tlog.tiles import tile_nodes
from custody.core.wording.messages import message
from schemas.errors import LogUnavailable, Misused, NotEstablished

_NOT_ESTABLISHED: Final = frozenset({"watch-unsigned", "watch-unread", "watch-silent"})
_TILES_KEPT: Final = 4_096


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("watch")(watch)


def watch(
    log: Annotated[
        str, typer.Argument(help="A served log, https://HOST/logs/0; or with --verify a file.", metavar="LOG")
    ],
    *,
    root: Annotated[str, typer.Option(help="Election id to pin, 64 hex digits, from a source you trust.")],
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", help="A log witness's address for monitors, https://HOST; repeatable."),
    ] = None,
    keep: Annotated[Path, typer.Option("--keep", help="Where checkpoints and evidence are kept.")] = Path("watch"),
    every: Annotated[int, typer.Option("--every", min=1, help="Seconds between two looks.")] = 60,
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Verify evidence that somebody kept, of two histories or of a log held against an archive."
        ),
    ] = False,
) -> None:
    """Hold the checkpoints that a log and its witnesses show against each other, and keep what proves two histories."""
    check_root(root)
    if verify:
        _verify(Path(log), root=root)
        return
    while True:
        found = _look(log, root=root, witnesses=witness or [], keep=keep)
        for trouble in found:
            _tell(trouble)
        if found:
            raise typer.Exit(2 if all(one.code in _NOT_ESTABLISHED for one in found) else 1)
        if once:
            return
        time.sleep(every)


def _tell(trouble: Trouble) -> None:
    told = in_words(trouble.sentence, code=trouble.code)
    if trouble.evidence is None:
        tell(message("done.trouble", code=trouble.code, told=told))
    else:
        tell(message("done.trouble-proof", code=trouble.code, told=told, file=trouble.evidence))


def _look(log: str, *, root: str, witnesses: Sequence[str], keep: Path) -> list[Trouble]:
    with closing(ServedLogClient(log)) as client:
        note = client.note()
        shown = parse_checkpoint(parse_note(note).text)
        genesis = client.first_entry(shown.size)
        key = log_key(genesis, root=root)
        silent: list[Trouble] = []
        heard = [Heard(LOG, note), *_witnesses(witnesses, origin=key.name, silent=silent)]
        tile = lru_cache(maxsize=_TILES_KEPT)(client.tile)
        watcher = LogWatcher(key, genesis, keep)
        found = watcher.look(heard, nodes_of=lambda checkpoint: tile_nodes(read=tile, size=checkpoint.size))
        names = tuple(item.name for item in heard)
        tell(message("done.looked", entries=shown.size, root=shown.root.hex()[:16], who=names))
        return [*found, *silent]


def _witnesses(addresses: Sequence[str], *, origin: str, silent: list[Trouble]) -> Iterator[Heard]:
    """What each witness cosigned last of the log."""
    for address in addresses:
        with closing(ServedLogClient(f"{address.rstrip('/')}/{sha256(origin.encode()).hexdigest()}")) as client:
            try:
                yield Heard(address, client.note())
            except (LogUnavailable, NotEstablished) as error:
                silent.append(Trouble("watch-silent", f"{address} shows nothing of this log: {error.sentence}"))


def _verify(path: Path, *, root: str) -> None:
    try:
        data = read_file(path, bytes_max=max(PROOF_BYTES_MAX, HELD_BYTES_MAX))
    except OSError as error:
        raise Misused("watch-file", f"{path} cannot be read: {error.strerror}.") from error
    if f'"format":"{HELD}"'.encode() in data:
        held = verify_held(data, root=root)
        tell(message("label.position", position=held.position, entries=held.position + 1))
        tell(message("done.held-proven", check=held.check, both="yes" if held.is_conviction else "no"))
        return
    found = verify_histories(data, root=root)
    tell(message("done.log", origin=found.one.origin))
    for one in (found.one, found.other):
        tell(message("done.root", root=one.root.hex(), entries=one.size))
    tell(message("done.two-histories"))
