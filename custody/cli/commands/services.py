"""``custody ledger``, ``checkpointer`` and ``rebuild``: what follows the log. The monitor is in ``monitor``.

Where things are they read from CUSTODY_* settings (docs/operating.md); with ``--dir`` the log and, unless CUSTODY_POSTGRES
says otherwise, the books are those of an embedded election.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import run_once
from consumers.checkpointer_service import (
    CheckpointerParts,
    CheckpointFacts,
    collecting,
    second_key,
    sign_checkpoints,
)
from consumers.ledger_service import LedgerParts, keep_books
from consumers.noted_checkpoints import ROLE, NoteParts
from consumers.rebuild import Rebuilt, rebuild
from consumers.rebuild_postgres import rebuild_postgres
from consumers.service import run_service
from custody.adapters.keystore import Keystore
from custody.cli.language import language_here
from custody.cli.settings.asked_witnesses import AskedWitnesses, asked_of
from custody.cli.settings.books import books_address
from custody.cli.settings.environment import secret, setting
from custody.cli.settings.services import LogAndBooks, place_of, service_shell
from custody.cli.telling import in_language, tell
from custody.core.tlog.checkpoint import origin_of
from custody.core.wording.messages import message
from custody.courier.signatories import Signatory
from custody.embedded.directory import Directory
from custody.embedded.folding import LastEntryWatch, folded, reading_ahead, reading_of, sleep_ms
from custody.embedded.signed_log import check_signed
from custody.ports import LogReader
from schemas.errors import Misused

Embedded = Annotated[
    Path | None, typer.Option("--dir", help="Follow the embedded log of this directory; otherwise Kafka's.")
]
Tiles = Annotated[Path | None, typer.Option("--tiles", help="The folder of the log's tiles and checkpoint.")]
_DEMO = Path(".demo")
_LOG_KEY = "log-key"
_STATE_FILE = "checkpointer.json"
_OFFICE = "CEC"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ledger")(ledger)
    app.command("checkpointer")(checkpointer)
    app.command("rebuild")(rebuild_books)


def ledger(directory: Embedded = None) -> None:
    """Follow the log and keep ledger and views; of several processes one works and the others stand by."""
    place = place_of(directory)
    parts = LedgerParts(
        books_lock=place.books_lock("custody ledger"),
        log=place.log,
        books=place.books,
        reading=lambda log: reading_of(log)[0],
        election=lambda log: folded(log, until=1).election,
        root=setting("CUSTODY_ROOT"),
        told=place.told,
    )
    run_service(keep_books(parts), name="ledger", watch=place.watch, shell=service_shell())


def checkpointer(
    directory: Embedded = None,
    tiles: Tiles = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="The folder of what was signed last, best on another disk.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Sign what the log holds now, and end.")] = False,
) -> None:
    """Keep the log's tiles and sign its checkpoints; the only process that opens the log key."""
    place = place_of(directory, usual=_DEMO)
    with asked_of(place) as asked:
        parts = _checkpointer_parts(place, tiles=tiles, state=state, asked=asked)
        if not once:
            run_service(sign_checkpoints(parts), name="checkpointer", watch=place.watch, shell=service_shell())
            return
        _sign_once(parts)


def _sign_once(parts: CheckpointerParts) -> None:
    with parts.log() as log, collecting(parts) as collector:
        facts = _genesis(log)
        signed = run_once(
            log=log,
            folder=parts.tiles,
            state=parts.state,
            origin=facts.origin,
            key=parts.key,
            second=second_key(parts, facts=facts),
            cosigned=collector.cosigned,
        )
    tell(message("done.checkpointed", entries=signed.size, root=signed.root.hex()))


def rebuild_books(directory: Embedded = None) -> None:
    """Make ledger store and views anew from the log alone, and say whether they come out as they were."""
    address = books_address()
    place = place_of(directory, usual=_DEMO)
    with place.log() as log, place.books_lock("custody rebuild")():
        if place.directory is not None:
            check_signed(place.directory, log=log)
        watched = LastEntryWatch(log.end())
        with reading_ahead(log, before=watched) as (reading, folding):
            if address is not None:
                done = rebuild_postgres(reading, address=address, pause=sleep_ms)
            else:
                done = rebuild(reading, folder=place.folder().books, pause=sleep_ms)
                watched.keep(folding, directory=place.folder())
    _say(done, state_digest=folding.state_digest())
    if done.changed:
        raise typer.Exit(1)


def _say(done: Rebuilt, *, state_digest: str) -> None:
    width = 12 if language_here() == "en" else 16
    for name, digest in sorted(done.digests.items()):
        state = "CHANGED" if name in done.changed else "same" if done.compared else "new"
        told = in_language(message("done.book", state=state))
        typer.echo(f"{in_language(message('done.book-name', name=name)):<{width}} {digest}  {told}")
    entries, compared = done.head.position, done.compared
    tell(message("done.rebuilt", entries=entries, compared=compared, digest=state_digest))


def _checkpointer_parts(
    place: LogAndBooks, *, tiles: Path | None, state: Path | None, asked: AskedWitnesses
) -> CheckpointerParts:
    folder = place.directory
    if folder is not None:
        tiles = tiles or folder.tiles
        file = folder.checkpointer if state is None else state / _STATE_FILE
    elif tiles is None or state is None:
        raise Misused("no-tiles", "Name the folders --tiles and --state.")
    else:
        file = state / _STATE_FILE
    return CheckpointerParts(
        log=lambda: asked.reading(place.log),
        genesis=_genesis,
        key=_log_key(folder),
        tiles=tiles,
        state=file,
        root=setting("CUSTODY_ROOT"),
        witnesses=asked.witnesses,
        noting=_noting(place, asked=asked),
    )


def _noting(place: LogAndBooks, *, asked: AskedWitnesses) -> NoteParts | None:
    """Who logs cosigned notes: the one key of a checkpointer in the keystore of the log key, where there is one."""
    keystore, pin = setting("CUSTODY_KEYSTORE"), secret("CUSTODY_PIN")
    if keystore is None or pin is None:
        return None
    store = Keystore(Path(keystore))
    names = [name for name in store.names() if name.role == ROLE]
    if len(names) > 1:
        raise Misused(
            "no-keystore", "The keystore holds several keys of a checkpointer: leave the one that logs notes."
        )
    if not names:
        return None
    private = store.unlock(keyid=names[0].keyid, pin=pin)
    clock = asked.clock
    now = (lambda: int(time.time())) if clock is None else (lambda: clock() or 0)
    return NoteParts(place.writable, Signatory(names[0].badge, "checkpointer", _OFFICE, None, private), now)


def _genesis(log: LogReader) -> CheckpointFacts:
    first = folded(log, until=1)
    if not first.election:
        raise Misused("no-election", "The log does not begin with the opening of an election.")
    genesis = first.state.opening()
    origin = origin_of(genesis=genesis, election=first.election)
    second = genesis.log_key_ml_dsa_44
    return CheckpointFacts(election=first.election, origin=origin, log_key=genesis.log_key, second=second)


def _log_key(folder: Directory | None) -> Ed25519PrivateKey:
    keystore = setting("CUSTODY_KEYSTORE")
    path = Path(keystore) if keystore else None if folder is None else folder.log_key
    if path is None:
        raise Misused("no-keystore", "Name the keystore of the log key: CUSTODY_KEYSTORE.")
    pin = secret("CUSTODY_PIN") or (None if folder is None else str(folder.demo()["pin"]))
    if pin is None:
        raise Misused("no-pin", "Give the PIN of the log key: CUSTODY_PIN_FILE names the file that holds it.")
    store = Keystore(path)
    name = store.find(badge=setting("CUSTODY_BADGE") or _LOG_KEY, role="log")
    return store.unlock(keyid=name.keyid, pin=pin)
