"""``custody monitor``: looks at log, books and checkpoints from outside, and notes silence on the log.

As a service it needs the books in PostgreSQL; it notes silence where a keystore gives it the monitor's key, and signs nothing
otherwise.  With ``--dir`` alone, and ``--once``, it notes what is silent on an embedded log by ``--at``, and ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from consumers.journal import journal
from consumers.monitor import CONTRADICTIONS, Monitor, MonitorParts, watch_over
from consumers.service import ServiceStatus, check_root, run_service
from consumers.silence import ROLE, Clock, Notes, Noting
from custody.adapters.keystore import Keystore
from custody.adapters.lock import held as file_held
from custody.adapters.tilefolder import CHECKPOINT
from custody.cli.commands.services import Embedded, Tiles
from custody.cli.lines.spoken import Lang
from custody.cli.settings.books import books_address
from custody.cli.settings.environment import secret, setting
from custody.cli.settings.services import LogAndBooks, place_of, service_shell
from custody.cli.telling import tell
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, told_of_code
from custody.courier.signatories import Signatory
from custody.embedded.directory import Directory
from custody.embedded.folding import catch_up, folded
from custody.embedded.signed_log import appendable
from custody.ports import Log
from projections.stores.postgres_alarms import PostgresAlarms
from projections.stores.postgres_books import open_postgres_books
from projections.stores.postgres_lock import held, holder
from projections.stores.postgres_recorder import BooksAddress
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds, parse_timestamp

_BADGE: Final = "monitor-1"
_OFFICE: Final = "CEC"
_LOCK_FILE: Final = "monitor.lock"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("monitor")(monitor)


def monitor(
    directory: Embedded = None,
    tiles: Tiles = None,
    once: Annotated[
        bool,
        typer.Option("--once", help="Look once, say what is wrong, and end: 0 nothing, 1 a contradiction, 2 else."),
    ] = False,
    at: Annotated[
        str | None, typer.Option("--at", help="With --once: note what is silent at this time, RFC 3339 with offset.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Look at log, ledger, views and checkpoints from outside, raise alarms, and note silence on the log."""
    if at is not None and not once:
        raise Misused("monitor-at", "--at is a time to look at once: give --once too.")
    clock, place = _clock(at), place_of(directory)
    address = books_address()
    if address is None:
        if directory is None or not once:
            raise Misused("no-books", "Name the database of the books: CUSTODY_POSTGRES.")
        _note_once(place.folder(), clock=clock)
        return
    parts = _parts(place, address=address, tiles=tiles, clock=clock)
    if once:
        _look_once(parts, place=place, lang=lang)
    else:
        run_service(watch_over(parts), name="monitor", watch=place.watch_all, shell=service_shell())


def _parts(place: LogAndBooks, *, address: BooksAddress, tiles: Path | None, clock: Clock) -> MonitorParts:
    key = _key(place.directory)
    beside = replace(address, schema=f"{address.schema}_notes")
    noting = None
    if key is not None:

        def alone() -> AbstractContextManager[object]:
            return held(beside, name=f"custody monitor (process {os.getpid()})")

        noting = Noting(lambda: _opened(place), key, clock, alone=alone)
    return MonitorParts(
        log=place.log,
        books=lambda: open_postgres_books(address),
        alarms=PostgresAlarms(address),
        holder=lambda: holder(address),
        checkpoint=None if tiles is None else tiles / CHECKPOINT,
        noting=noting,
    )


def _look_once(parts: MonitorParts, *, place: LogAndBooks, lang: Language) -> None:
    desk = ServiceStatus("monitor", journal("monitor"))
    desk.tell_topic(place.watch_all().check())
    one = Monitor(parts, desk)
    found = one.look()
    one.close()
    for alarm in found:
        typer.echo(f"{alarm.code}: {told_of_code(alarm.code, sentence=alarm.sentence, language=lang)}")
    if found:
        raise typer.Exit(1 if any(alarm.code in CONTRADICTIONS for alarm in found) else 2)


def _note_once(folder: Directory, *, clock: Clock) -> None:
    """What is silent on an embedded log; the books come up to it."""
    key = _key(folder)
    if key is None:
        raise Misused("no-keystore", "Name the keystore of the monitor's key: CUSTODY_KEYSTORE.")
    with appendable(folder) as log:
        notes = Notes(log, key, alone=lambda: file_held(folder.path / _LOCK_FILE, wait_ms_max=60_000))
        noted = notes.turn(clock)
    catch_up(folder)
    for silence in noted:
        tell(
            message(
                "done.noted",
                consignment=silence.consignment.consignment,
                leg=silence.leg,
                step=silence.step,
                since=silence.since,
                due=silence.due,
            )
        )
    tell(message("done.noted-many", count=len(noted)))


@contextmanager
def _opened(place: LogAndBooks) -> Iterator[Log]:
    with place.writable() as log:
        check_root(lambda reader: folded(reader, until=1).election, log=log, root=setting("CUSTODY_ROOT"))
        yield log


def _clock(at: str | None) -> Clock:
    """``--at``, or what CUSTODY_CLOCK says: the clock on the wall, or for a demonstration the newest time on the log."""
    if at is not None:
        try:
            moment = epoch_seconds(parse_timestamp(at))
        except Refused as error:
            told = "--at is a time like 2027-05-11T18:00:00+02:00, with seconds and offset."
            raise Misused("monitor-at", told) from error
        return lambda _: moment
    name = setting("CUSTODY_CLOCK") or "wall"
    if name not in {"wall", "log"}:
        raise Misused("setting-clock", "CUSTODY_CLOCK is wall or log.")
    return (lambda newest: newest) if name == "log" else (lambda _: int(time.time()))


def _key(folder: Directory | None) -> Signatory | None:
    """The monitor's key; None where no keystore is named, and no directory has one."""
    named = setting("CUSTODY_KEYSTORE")
    path = Path(named) if named else None if folder is None else folder.keystore
    if path is None:
        return None
    pin = secret("CUSTODY_PIN") or (None if folder is None else str(folder.demo()["pin"]))
    if pin is None:
        raise Misused("no-pin", "Give the PIN of the monitor's key: CUSTODY_PIN_FILE names the file that holds it.")
    store = Keystore(path)
    name = store.find(badge=setting("CUSTODY_BADGE") or _BADGE, role=ROLE)
    return Signatory(name.badge, "monitor", _OFFICE, None, store.unlock(keyid=name.keyid, pin=pin))
