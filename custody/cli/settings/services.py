"""Log and books of a service: in a directory, or on Kafka and PostgreSQL as CUSTODY_* settings say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from consumers.ledger_service import BooksLock, lock_of_file
from consumers.service import LogWatch, Shell, Unwatched
from custody.adapters.kafka import KafkaLog, KafkaLogReader
from custody.adapters.kafka_access import KafkaAccess
from custody.adapters.kafka_progress import GroupProgress
from custody.adapters.kafka_watch import RightsWatch, TopicWatch
from custody.cli.settings.books import books_address
from custody.cli.settings.environment import setting
from custody.cli.settings.kafka import kafka_access, replicas, watch_s
from custody.embedded.directory import Directory
from custody.ports import Log, LogReader
from projections.stores.books import Books, create_books
from projections.stores.postgres_books import create_postgres_books
from projections.stores.postgres_lock import held
from projections.stores.postgres_recorder import BooksAddress
from schemas.errors import Misused

_TOLD_S = 1.0
"""How often the group's position is committed."""


@dataclass(slots=True)
class LogAndBooks:
    """Log and books of one election; nothing is opened by making one."""

    directory: Directory | None
    """The embedded election; None: Kafka's topic."""
    address: BooksAddress | None
    """The books in PostgreSQL; None: those of the directory."""
    access: KafkaAccess | None
    _progress: GroupProgress | None = None
    _told: float = 0.0
    _position: int = -1

    def folder(self) -> Directory:
        """The directory; Misused where there is none."""
        if self.directory is None:
            raise Misused("no-books", "Name the database of the books: CUSTODY_POSTGRES.")
        return self.directory

    @contextmanager
    def log(self) -> Iterator[LogReader]:
        """The log, to read."""
        if self.access is not None:
            with KafkaLogReader.open(self.access) as reader:
                yield reader
        else:
            with self.folder().open_log() as log:
                yield log

    @contextmanager
    def writable(self) -> Iterator[Log]:
        """The log, to read and append."""
        if self.access is not None:
            with KafkaLog.open(self.access) as log:
                yield log
        else:
            with self.folder().open_log() as embedded:
                yield embedded

    def watch(self) -> LogWatch:
        """What looks at the topic."""
        return Unwatched() if self.access is None else TopicWatch(self.access, replicas=replicas())

    def watch_all(self) -> LogWatch:
        """What looks at the topic and at everybody's rights; for the monitor, who may see them."""
        return Unwatched() if self.access is None else RightsWatch(self.access, replicas=replicas())

    def books(self) -> AbstractContextManager[Books]:
        """The books, to be kept up."""
        return create_books(self.folder().books) if self.address is None else create_postgres_books(self.address)

    def books_lock(self, name: str) -> Callable[[], AbstractContextManager[BooksLock]]:
        """How the program of this name gets the right to keep the books."""
        address = self.address
        if address is None:
            path = self.folder().path / "books.lock"
            return lambda: lock_of_file(path)
        return lambda: held(address, name=f"{name} (process {os.getpid()})")

    def told(self, position: int) -> None:
        """Commit the ledger's position under its group, now and then, so that Kafka's tools show the lag."""
        if self.access is None or position == self._position or monotonic() < self._told + _TOLD_S:
            return
        self._progress = self._progress or GroupProgress(self.access, group="custody-ledger")
        self._progress.tell(position)
        self._told, self._position = monotonic(), position


def place_of(directory: Path | None, *, usual: Path | None = None) -> LogAndBooks:
    """The place that the option or the settings name, or else the usual directory; Misused if there is none."""
    address = books_address()
    if directory is None and setting("CUSTODY_KAFKA_BOOTSTRAP") is None:
        directory = usual
    if directory is not None:
        return LogAndBooks(Directory(directory), address, None)
    return LogAndBooks(None, address, kafka_access())


def service_shell() -> Shell:
    """Where a service answers for its health, and how often it looks at the topic."""
    return Shell(listen=setting("CUSTODY_HEALTH_LISTEN"), watch_s=watch_s())
