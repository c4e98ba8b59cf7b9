"""The work of ``custody monitor``: looks at log, ledger, views and checkpoints from outside, and raises alarms.

    log-shorter, log-changed         the log is not the one that the books were made of
    ledger-absent                    no process keeps the books
    ledger-silent, views-silent      there are entries to take in, and nobody has moved for a while
    views-incomplete                 views had to set outcomes aside
    checkpoint-missing, -old         entries wait for a checkpoint longer than they should
    and what the watch finds of the topic, and what does not answer (log-..., books-..., checkpoint-...)

Alarms are kept beside the views, shown as metrics, and written as log lines when they begin and end.

Not here: silence of couriers and stations, which the same service notes on the log (``silence``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, time
from typing import Final

from consumers.service import ServiceStatus
from consumers.silence import Noting
from custody.adapters.durable import read_file
from custody.core.tlog.checkpoint import parse_checkpoint
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.notes import NOTE_BYTES_MAX, parse_note
from custody.ports import Alarm, LogReader
from projections import queries
from projections.stores.alarms import AlarmBook
from projections.stores.books import Books
from projections.stores.ports import LEDGER, Head
from projections.stores.standstill import Standstill
from schemas.errors import CustodyError

LOOK_S: Final = 2.0
"""How often everything is looked at."""
SILENT_S: Final = 60.0
"""How long somebody who has work may stand still."""
CHECKPOINT_S: Final = 60.0
"""How long an entry may wait for a checkpoint."""
CONTRADICTIONS: Final = frozenset({"log-shorter", "log-changed", "records-deleted", "topic-recreated"})
"""Alarms that say: what is there contradicts what was there."""


@dataclass(frozen=True, slots=True)
class MonitorParts:
    """What is looked at."""

    log: Callable[[], AbstractContextManager[LogReader]]
    books: Callable[[], AbstractContextManager[Books]]
    alarms: AlarmBook
    holder: Callable[[], str | None]
    """Who keeps the books; None: nobody."""
    checkpoint: Path | None = None
    """The published checkpoint, where the monitor can see it."""
    silent_s: float = SILENT_S
    noting: Noting | None = None
    """What notes silence on the log; None: this monitor signs nothing."""


@dataclass(slots=True)
class Monitor:
    """One monitor, which remembers since when somebody stands still."""

    parts: MonitorParts
    desk: ServiceStatus
    _stack: ExitStack = field(default_factory=ExitStack)
    _seen: tuple[LogReader, Books] | None = None
    _moved: dict[str, tuple[int, float]] = field(default_factory=dict)

    def look(self) -> list[Alarm]:
        """Everything that is wrong now, one alarm to a code; the desk and the alarm book are told."""
        found = {alarm.code: alarm for alarm in self.desk.topic_alarms()}
        if self.parts.noting is not None:
            found |= {alarm.code: alarm for alarm in self.parts.noting.look(self.desk)}
        try:
            found |= {alarm.code: alarm for alarm in self._looked()}
        except CustodyError as error:
            self._forget()
            found[error.code] = Alarm(error.code, error.sentence)
            self.desk.tell("waiting", found[error.code])
        else:
            self.desk.tell("following")
        alarms = [found[code] for code in sorted(found)]
        self.desk.tell_found(alarms)
        self._keep(alarms)
        return alarms

    def close(self) -> None:
        """Give log and books back."""
        self._forget()
        if self.parts.noting is not None:
            self.parts.noting.close()

    def _looked(self) -> Iterator[Alarm]:
        if self._seen is None:
            log = self._stack.enter_context(self.parts.log())
            self._seen = (log, self._stack.enter_context(self.parts.books()))
        log, books = self._seen
        end, tracked = log.end(), queries.tracked(books)
        metrics = self.desk.metrics
        metrics.tell_position(LEDGER, position=tracked.ledger.position, end=end)
        metrics.tell_parked(len(tracked.parked))
        for name, head in tracked.views.items():
            metrics.tell_position(name, position=head.position, end=end)
        yield from _history(log, head=tracked.ledger, end=end)
        yield from self._runner(tracked.ledger.position, end=end)
        slowest = min(head.position for head in tracked.views.values())
        if self._stands_still("views", position=slowest, goal=tracked.ledger.position):
            yield Alarm(
                "views-silent", f"The views stand at {slowest} of {tracked.ledger.position} entries and do not move."
            )
        if tracked.parked:
            sentence = f"The views had to leave out {len(tracked.parked)} outcome(s): what is shown is incomplete."
            yield Alarm(queries.VIEWS_INCOMPLETE, sentence)
        yield from self._checkpoint(end)

    def _runner(self, position: int, *, end: int) -> Iterator[Alarm]:
        is_kept = self.parts.holder() is not None
        if self._stands_still("runner", position=int(is_kept), goal=1):
            yield Alarm("ledger-absent", "No ledger keeps the books: what is shown falls behind the log.")
        if self._stands_still(LEDGER, position=position, goal=end):
            stopped = Standstill(position, end).sentence
            yield Alarm("ledger-silent", f"{stopped} The ledger does not move.")

    def _stands_still(self, who: str, *, position: int, goal: int) -> bool:
        """Whether somebody has had work and not moved for longer than it may.

        While the topic itself is not as it must be everybody stands still, and the cause is an alarm already.
        """
        now = monotonic()
        before, since = self._moved.get(who, (position, now))
        is_excused = position >= goal or bool(self.desk.topic_alarms())
        if position != before or is_excused:
            since = now
        self._moved[who] = (position, since)
        return not is_excused and now - since >= self.parts.silent_s

    def _checkpoint(self, end: int) -> Iterator[Alarm]:
        path = self.parts.checkpoint
        if path is None or end == 0:
            return
        try:
            size = parse_checkpoint(parse_note(read_file(path, bytes_max=NOTE_BYTES_MAX)).text).size
            age_s = max(time() - path.stat().st_mtime, 0)
        except FileNotFoundError:
            if self._stands_still("checkpoint", position=0, goal=1):
                yield Alarm("checkpoint-missing", "There is no checkpoint, although the log has entries.")
            return
        except (OSError, CustodyError):
            yield Alarm("checkpoint-unreadable", "The published checkpoint cannot be read.")
            return
        self.desk.metrics.tell_checkpoint_age(age_s)
        if size < end and age_s >= CHECKPOINT_S and self._stands_still("checkpoint", position=size, goal=end):
            yield Alarm("checkpoint-old", f"The newest checkpoint is over {size} of {end} entries and is not renewed.")

    def _keep(self, alarms: list[Alarm]) -> None:
        try:
            self.parts.alarms.tell(alarms, at=datetime.now(tz=UTC).isoformat(timespec="seconds"))
        except CustodyError as error:
            self.desk.log.error("alarms-not-kept", code=error.code)

    def _forget(self) -> None:
        self._seen = None
        self._stack.close()


def watch_over(parts: MonitorParts) -> Callable[[ServiceStatus], None]:
    """What the service does."""

    def body(desk: ServiceStatus) -> None:
        monitor = Monitor(parts, desk)
        try:
            while not desk.stop.is_set():
                monitor.look()
                desk.wait(LOOK_S)
        finally:
            monitor.close()

    return body


def _history(log: LogReader, *, head: Head, end: int) -> Iterator[Alarm]:
    """Whether the log still has what the ledger has taken in."""
    if end < head.position:
        yield Alarm("log-shorter", f"The books were made of {head.position} entries, and the log has {end}.")
    elif head.position > 0:
        (record, *_) = log.read(start=head.position - 1, limit=1)
        if leaf_hash(record.entry).hex() != head.leaf:
            yield Alarm("log-changed", f"Entry {head.position - 1} is not the one that the books were made of.")
