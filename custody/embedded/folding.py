"""The embedded log folded: the ledger after so many of its entries, and the books brought up to its end.

Not here: the paths of a directory (``directory``); whoever only reads books imports nothing of this.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from secrets import randbelow

from consumers.checked_ahead import ONE_IN, CheckedAhead
from consumers.ledger import LedgerRun
from consumers.rebuild import keep_up, rebuild
from custody.adapters.lock import held
from custody.audit.workers import look_at_all, workers_for
from custody.core.entries.admission import Checked, check_entry
from custody.core.evidence.postings import Balances, balances
from custody.core.ledger import Ledger
from custody.embedded.derived_docs import write_derived
from custody.embedded.directory import Directory
from custody.ports import LogReader, LogRecord, entries_before
from projections.stores.books import create_books
from schemas.errors import Unavailable

_READ = 500
_WAIT_MS_MAX = 60_000
"""How long to wait for another command on the same books: what was appended is on the log, whoever enters it."""


Before = Callable[[Ledger, LogRecord], None]
"""Shown the ledger before each entry."""


def reading_of(log: LogReader, *, before: Before | None = None) -> tuple[LedgerRun[Checked], Ledger]:
    """How a log is folded from position 0, and the ledger that does it."""
    return _reading_by(Ledger(earlier=partial(entries_before, log)), log=log, before=before)


def silent_reading_of(log: LogReader) -> tuple[LedgerRun[Checked], Ledger]:
    """The same for whoever reads the state alone: no outcome is put into words."""
    return _reading_by(Ledger.silent(earlier=partial(entries_before, log)), log=log, before=None)


def _reading_by(ledger: Ledger, *, log: LogReader, before: Before | None) -> tuple[LedgerRun[Checked], Ledger]:
    def check(record: LogRecord) -> Checked:
        return check_entry(record.entry, position=record.position, keys=ledger.public_key)

    return LedgerRun(log=log, check=_shown(check, to=before, ledger=ledger), fold=ledger), ledger


@contextmanager
def reading_ahead(
    log: LogReader, *, before: Before | None = None, workers: int | None = None
) -> Iterator[tuple[LedgerRun[Checked], Ledger]]:
    """As :func:`reading_of`, for a log read from one end to the other: worker processes check its entries ahead of the fold.

    ``workers``: how many (None: one for each core, and none for a log too short to be worth it).
    """
    ledger = Ledger(earlier=partial(entries_before, log))
    count = workers_for(log.end()) if workers is None else workers
    ahead = CheckedAhead(log, ledger=ledger, looking=partial(look_at_all, workers=count), first=randbelow(ONE_IN))
    try:
        yield LedgerRun(log=ahead, check=_shown(ahead.check, to=before, ledger=ledger), fold=ledger), ledger
    finally:
        ahead.close()


def _shown(
    check: Callable[[LogRecord], Checked], *, to: Before | None, ledger: Ledger
) -> Callable[[LogRecord], Checked]:
    if to is None:
        return check

    def shown(record: LogRecord) -> Checked:
        to(ledger, record)
        return check(record)

    return shown


def folded(log: LogReader, *, until: int | None = None) -> Ledger:
    """The ledger after the log's entries before position ``until`` (all, where None)."""
    reading, ledger = silent_reading_of(log)
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
