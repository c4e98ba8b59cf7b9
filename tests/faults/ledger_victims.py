"""Forks ledgers that keep books in PostgreSQL, and kills each one after a random time, while the log grows.

    python -m tests.faults.ledger_victims DIRECTORY URL RUNS

One process imports everything once, then forks: a kill costs milliseconds.  The last ledger is not killed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from time import sleep

from consumers.journal import journal
from consumers.ledger_service import LedgerParts, LedgerWork
from consumers.service import ServiceStatus
from custody.adapters.sqlite import SqliteLog
from custody.embedded.directory import Directory
from custody.embedded.folding import reading_of
from projections.stores.postgres_books import create_postgres_books
from projections.stores.postgres_lock import held
from projections.stores.postgres_recorder import BooksAddress
from schemas.errors import Unavailable
from tests.faults.ledger_processes import election

ENTRIES_MAX = 3
"""In one transaction: so few that a kill finds many of them under way."""


def keep_books(directory: Directory, *, url: str, told: int) -> None:
    """Keep the books until the kill, or, where nothing kills, up to the end of the log."""
    address = BooksAddress(url)
    parts = LedgerParts(
        books_lock=lambda: held(address, name="victim"),
        log=directory.open_log,
        books=lambda: create_postgres_books(address),
        reading=lambda log: reading_of(log)[0],
        election=lambda _: "",
        entries_max=ENTRIES_MAX,
    )
    work = None
    while work is None:
        with suppress(Unavailable):  # the server takes a moment to see that the one before is gone
            work = LedgerWork(parts, desk=ServiceStatus("ledger", journal("ledger")))
    os.write(told, b"ready\n")
    while work.turn():
        pass
    work.close()


def victim(directory: Directory, *, url: str, after_s: float | None) -> None:
    """Fork one ledger; kill it so many seconds after it began to work."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            keep_books(directory, url=url, told=writing)
            os._exit(0)
        except BaseException:  # noqa: BLE001 - the parent hears of it, and of nothing else
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        told.readline()
        if after_s is not None:
            sleep(after_s)
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Kill as many ledgers as asked, then let one finish."""
    directory, url, runs = Directory(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    entries, choice = election(), random.Random(runs)
    share = -(-len(entries) // runs)
    for run in range(runs):
        with SqliteLog.create(directory.log) as log:
            log.append(entries[run * share : (run + 1) * share])
        victim(directory, url=url, after_s=choice.random() * 0.3)
    victim(directory, url=url, after_s=None)


if __name__ == "__main__":
    main()
