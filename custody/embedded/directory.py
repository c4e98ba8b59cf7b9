"""One election's directory as the embedded programs use it: the paths in it and how each part is opened.

demo.json keystore.json log-key.json   of a demonstration: seed, everybody's keys, the log's key
log.sqlite                             the log
books/ derived.json                    ledger store, views and what follows from the whole log, disposable
tiles/ checkpointer.json               the checkpointer's tiles and what it signed last
archive/ root.txt                      what an auditor gets, and the root to pin
devices/                               one outbox for each device
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consumers.ledger import LedgerRun
from consumers.rebuild import keep_up, rebuild
from custody.adapters.lock import held
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.admission import Checked, check_entry
from custody.core.evidence.postings import Balances, balances
from custody.core.ledger import Ledger
from custody.embedded.derived_file import write_derived
from custody.ports import LogReader, LogRecord
from projections.stores.books import Books, create_books, open_books
from schemas.errors import Misused, Unavailable

_READ = 500
_WAIT_MS_MAX = 60_000
"""How long to wait for another command on the same books: what was appended is on the log, whoever enters it."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The paths of one directory; nothing is opened by making one."""

    path: Path

    @property
    def log(self) -> Path:
        """The embedded log."""
        return self.path / "log.sqlite"

    @property
    def books(self) -> Path:
        """Ledger store and views."""
        return self.path / "books"

    @property
    def derived(self) -> Path:
        """What follows from the whole log at its end."""
        return self.path / "derived.json"

    @property
    def tiles(self) -> Path:
        """The checkpointer's live tile folder."""
        return self.path / "tiles"

    @property
    def checkpointer(self) -> Path:
        """What the checkpointer signed last."""
        return self.path / "checkpointer.json"

    @property
    def log_key(self) -> Path:
        """The keystore of the log key, which only the checkpointer's process opens."""
        return self.path / "log-key.json"

    @property
    def keystore(self) -> Path:
        """The demonstration's people and devices."""
        return self.path / "keystore.json"

    @property
    def archive(self) -> Path:
        """The exported archive."""
        return self.path / "archive"

    @property
    def root(self) -> Path:
        """The election id, for ``--root``."""
        return self.path / "root.txt"

    @property
    def devices(self) -> Path:
        """One outbox for each device."""
        return self.path / "devices"

    @property
    def demo_file(self) -> Path:
        """Seed, domain and PIN of a demonstration."""
        return self.path / "demo.json"

    def demo(self) -> dict[str, Any]:
        """The demonstration's settings; Misused where this directory is no demonstration."""
        try:
            settings = json.loads(self.demo_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Misused("no-demo", self.absent("no demonstration")) from error
        if not isinstance(settings, dict):
            raise Misused("no-demo", f"{self.demo_file} is not what custody demo writes.")
        return settings

    def absent(self, what: str) -> str:
        """The sentence for something that is not here: no such folder, no election in it, or that part alone is missing."""
        if not self.path.is_dir():
            kind = "is a file, and not the folder of an election" if self.path.exists() else "does not exist"
            return f"{self.path} {kind}: name another --dir, or run custody demo --dir DIR first."
        if self.log.is_file() and what == "no books":
            return f"{self.path} holds no books: run custody rebuild --dir {self.path}."
        return f"{self.path} holds {what}: name another --dir, or run custody demo --dir {self.path} first."

    @contextmanager
    def open_log(self) -> Iterator[SqliteLog]:
        """The log, to read and append; Misused where there is none."""
        if not self.log.is_file():
            raise Misused("no-log", self.absent("no log"))
        with SqliteLog.open(self.log) as log:
            yield log

    @contextmanager
    def open_books(self) -> Iterator[Books]:
        """The books, to read; Misused where there are none."""
        if not self.books.is_dir():
            raise Misused("no-books", self.absent("no books"))
        with open_books(self.books) as books:
            yield books


def reading_of(
    log: LogReader, *, before: Callable[[Ledger, LogRecord], None] | None = None
) -> tuple[LedgerRun[Checked], Ledger]:
    """How a log is folded from position 0, and the ledger that does it; ``before`` is shown it before each entry."""
    ledger = Ledger.empty()

    def check(record: LogRecord) -> Checked:
        if before is not None:
            before(ledger, record)
        return check_entry(record.entry, position=record.position, keys=ledger.public_key)

    return LedgerRun(log=log, check=check, fold=ledger), ledger


def folded(log: LogReader, *, until: int | None = None) -> Ledger:
    """The ledger after the log's entries before position ``until`` (all, where None)."""
    reading, ledger = reading_of(log)
    fold_on(reading, start=0, until=log.end() if until is None else until)
    return ledger


def fold_on(reading: LedgerRun[Checked], *, start: int, until: int) -> None:
    """Fold the entries from position ``start`` on, up to before ``until``."""
    log, position = reading.log, start
    end = min(until, log.end())
    while position < end:
        records = log.read(start=position, limit=min(_READ, end - position))
        for record in records:
            reading.fold.apply(reading.check(record))
        position += len(records)


def catch_up(directory: Directory) -> Ledger:
    """Bring the books up to the end of the log, and return the ledger that they were made with.

    Books that another version of this program made are made anew: they are disposable, and the log is not.
    """
    with directory.open_log() as log, held(directory.path / "books.lock", wait_ms_max=_WAIT_MS_MAX):
        watched = LastEntryWatch(log.end())
        reading, ledger = reading_of(log, before=watched)
        try:
            with create_books(directory.books) as books:
                keep_up(reading, books=books, pause=sleep_ms)
        except Unavailable as error:
            if error.code != "books-outdated":
                raise
            reading, ledger = reading_of(log, before=watched)
            rebuild(reading, folder=directory.books, pause=sleep_ms)
        watched.keep(ledger, directory=directory)
        return ledger


@dataclass(slots=True)
class LastEntryWatch:
    """The balances before the last entry of a log that has ``end`` of them, and that entry."""

    end: int
    held: Balances = field(default_factory=dict)
    last: bytes | None = None

    def __call__(self, ledger: Ledger, record: LogRecord) -> None:
        """Called before each entry."""
        if record.position == self.end - 1:
            self.held, self.last = balances(ledger.state), record.entry

    def keep(self, ledger: Ledger, *, directory: Directory) -> None:
        """Write down what follows from the log, where it still ends with that entry."""
        if self.last is not None and ledger.state.position + 1 == self.end:
            write_derived(directory.derived, state=ledger.state, before=self.held, last=self.last)


def sleep_ms(pause_ms: int) -> None:
    """Wait; the one place where the embedded programs do."""
    time.sleep(pause_ms / 1000)


Progress = Callable[[int, int], None]
"""(done, of all)"""
