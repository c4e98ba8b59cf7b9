"""The shell of every service that is no web server: it begins the work, watches the topic, says how it stands, and ends.

    state        what it means                                                            /readyz
    starting     nothing was done yet                                                     503
    following    the work is done, and nothing is wrong                                   200
    standby      another process does the work; this one takes over when that is gone     503
    waiting      the log, the database or a disk does not answer; it is tried again       503
    alarmed      the topic is not as it must be; work goes on when it is again            503
    halted       going on would be wrong: a person must look, repair, and start it anew   503

While an alarm stands nothing is handled.  What halts: records were deleted, the topic was made anew, the log is shorter
or other than what was read before, the books are not what this program makes of the log, an entry that the fold cannot
take.  SIGTERM and SIGINT end the service behind the batch that it is in, with exit code 0 in every state.

Not here: what the work is (``ledger_service``, ``checkpointer_service``, ``monitor``).
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol

from structlog.typing import FilteringBoundLogger

from consumers.journal import LibraryLines, journal
from consumers.loop import TRANSIENT
from consumers.metrics import ServiceMetrics
from custody.adapters.backoff import Backoff
from custody.ports import Alarm, LogReader, LogRecord
from custody.serving.health import health_app, serving
from custody.serving.readiness import Readiness
from schemas.errors import Contradicted, CustodyError, Fenced, LogUnavailable

WATCH_S: Final = 15
"""How often the topic is looked at, unless said otherwise; drift is an alarm within a minute (design D6)."""
IDLE_S: Final = 0.2
_WAITS: Final = Backoff(first_ms=400, most_ms=5_000)
_STANDBY_S: Final = 1.0
"""How often whoever stands by asks whether the work is free."""

LASTING: Final = frozenset({"records-deleted", "topic-recreated", "log-shorter", "log-changed"})
"""Alarms that do not go away by themselves: the log is no longer the one that was read."""
HALTING: Final = frozenset({"books-outdated", "books-corrupt", "books-conflict", "books-stream", "books-encoding"})
"""Codes of Unavailable that waiting does not mend: the books must be rebuilt."""


class LogWatch(Protocol):
    """Looks at the topic of the log."""

    def check(self) -> Sequence[Alarm]:
        """Everything that is not as it must be; LogUnavailable if nobody answers."""


class Unwatched:
    """The embedded log has no topic: its own file says what is wrong with it when it is read."""

    def check(self) -> Sequence[Alarm]:
        """See the port."""
        return ()


class Work(Protocol):
    """What a service does once it has begun."""

    def turn(self) -> bool:
        """Handle a batch or so; False if there was nothing to do.  Raises as ``loop.step`` does."""

    def close(self) -> None:
        """Give everything back, the right to do this work too."""


class Stopping(Exception):
    """The service was asked to end while the log was being read."""


@dataclass(slots=True)
class ServiceStatus:
    """What the threads of one service tell each other."""

    name: str
    log: FilteringBoundLogger
    metrics: ServiceMetrics = field(default_factory=ServiceMetrics)
    stop: threading.Event = field(default_factory=threading.Event)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _state: str = "starting"
    _own: tuple[Alarm, ...] = ()
    _topic: tuple[Alarm, ...] = ()
    _found: tuple[Alarm, ...] = ()

    def readiness(self) -> Readiness:
        """How the service stands."""
        with self._guard:
            wrong = (*self._topic, *self._own)
            state = "alarmed" if self._topic and self._state in {"starting", "following", "waiting"} else self._state
            return Readiness(self.name, state, state == "following" and not wrong, (*wrong, *self._found))

    def is_halted(self) -> bool:
        """Whether a person must look."""
        return self._state == "halted"

    def topic_alarms(self) -> tuple[Alarm, ...]:
        """What is wrong with the topic."""
        return self._topic

    def tell(self, state: str, *alarms: Alarm) -> None:
        """The work stands so from now on; a line is written if that is new."""
        with self._guard:
            is_new = (state, [alarm.code for alarm in alarms]) != (self._state, [alarm.code for alarm in self._own])
            self._state, self._own = state, alarms
        if is_new:
            told = [{"code": alarm.code, "sentence": alarm.sentence} for alarm in alarms]
            level = logging.INFO if state in {"following", "standby"} else logging.ERROR
            self.log.log(level, state, **({"alarms": told} if told else {}))
        self._show()

    def tell_topic(self, alarms: Sequence[Alarm]) -> None:
        """The topic stands so from now on; alarms that last stay."""
        with self._guard:
            before = self._topic
            kept = {alarm.code: alarm for alarm in before if alarm.code in LASTING}
            self._topic = tuple({**_one_to_a_code(alarms), **kept}.values())
        self._note(before, self._topic)

    def tell_found(self, alarms: Sequence[Alarm]) -> None:
        """What a monitor found wrong with others; it does its own work all the same."""
        with self._guard:
            before, self._found = self._found, tuple(alarms)
        self._note(before, self._found)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until the service is to end."""
        self.stop.wait(seconds)

    def pause(self, pause_ms: int) -> None:
        """:meth:`wait` as the loop wants it."""
        self.stop.wait(pause_ms / 1000)

    def _note(self, before: Sequence[Alarm], now: Sequence[Alarm]) -> None:
        """A line for each alarm that is new or over."""
        known, stands = {alarm.code for alarm in before}, {alarm.code for alarm in now}
        for alarm in now:
            if alarm.code not in known:
                self.log.error("alarm-raised", code=alarm.code, sentence=alarm.sentence)
        for code in sorted(known - stands):
            self.log.info("alarm-over", code=code)
        self._show()

    def _show(self) -> None:
        now = self.readiness()
        self.metrics.tell_ready(now.is_ready, alarms=now.alarms)


@dataclass(frozen=True, slots=True)
class GuardedLog:
    """A log that is not read while an alarm stands, nor when the service is to end."""

    log: LogReader
    desk: ServiceStatus

    def end(self) -> int:
        """See the port."""
        return self.log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port; also Contradicted for an alarm that lasts, LogUnavailable for any other, Stopping."""
        if self.desk.stop.is_set():
            raise Stopping
        for alarm in self.desk.topic_alarms():
            kind = Contradicted if alarm.code in LASTING else LogUnavailable
            raise kind(alarm.code, alarm.sentence)
        return self.log.read(start=start, limit=limit)


def check_root(election: Callable[[LogReader], str], *, log: LogReader, root: str | None) -> None:
    """Hold what the log opens against the election id that was given, if one was.

    LogUnavailable("log-empty") while nothing was opened, Contradicted("root-differs").
    """
    if root is None:
        return
    if log.end() == 0:
        raise LogUnavailable("log-empty", "The log holds no entry yet: the election was not opened.")
    if election(log) != root:
        raise Contradicted("root-differs", "The log does not begin with the election whose id was given.")


def attend(begin: Callable[[ServiceStatus], Work], *, desk: ServiceStatus) -> None:
    """Do the work until the service is to end, whatever happens to log and database; see the table above."""
    work: Work | None = None
    failures = 0
    try:
        while not desk.stop.is_set():
            if desk.is_halted() or desk.topic_alarms():
                desk.wait(IDLE_S)
                continue
            try:
                work = work or begin(desk)
                has_moved = work.turn()
                failures = 0
                desk.tell("following")
                desk.wait(0 if has_moved else IDLE_S)
            except CustodyError as error:
                failures += 1
                work = _after(error, work=work, desk=desk)
                desk.wait(_STANDBY_S if error.code == "runner-active" else _WAITS.wait_ms(failures) / 1_000)
            except Stopping:
                return
    finally:
        if work is not None:
            work.close()


def _after(error: CustodyError, *, work: Work | None, desk: ServiceStatus) -> Work | None:
    """Say what happened; the work to go on with, or None where it must begin anew."""
    alarm = Alarm(error.code, error.sentence)
    if error.code == "runner-active":
        desk.tell("standby", alarm)
        return work
    if isinstance(error, TRANSIENT) and error.code not in HALTING:
        desk.tell("waiting", alarm)
        return work
    desk.tell("waiting" if isinstance(error, Fenced) else "halted", alarm)
    if work is not None:
        work.close()
    return None


@dataclass(frozen=True, slots=True)
class Shell:
    """What is the same for every service."""

    listen: str | None
    """Where it answers for its health, host:port; None: nowhere."""
    watch_s: float = WATCH_S


def run_service(
    body: Callable[[ServiceStatus], None], *, name: str, watch: Callable[[], LogWatch], shell: Shell
) -> None:
    """Run ``body`` until a signal ends it.  Misused or Unavailable if it cannot even begin to listen."""
    desk = ServiceStatus(name, journal(name))
    with (
        _signals(desk.stop),
        _libraries(desk.log),
        _healthy(desk, listen=shell.listen),
        _watched(desk, watch, every_s=shell.watch_s),
    ):
        body(desk)
        desk.log.info("stopped")


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _libraries(log: FilteringBoundLogger) -> Iterator[None]:
    handler = LibraryLines(log)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


@contextmanager
def _healthy(desk: ServiceStatus, *, listen: str | None) -> Iterator[None]:
    if listen is None:
        desk.log.info("started")
        yield
        return
    with serving(health_app(desk.readiness, registry=desk.metrics.registry), listen=listen) as address:
        desk.log.info("started", health=address)
        yield


@contextmanager
def _watched(desk: ServiceStatus, watch: Callable[[], LogWatch], *, every_s: float) -> Iterator[None]:
    """Look at the topic now, and again and again beside the work."""
    look = _Look(desk, watch)
    look.once()

    def repeat() -> None:
        due = monotonic() + every_s
        while not desk.stop.wait(max(due - monotonic(), 0)):
            look.once()
            due = monotonic() + every_s

    thread = threading.Thread(target=repeat, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        desk.stop.set()


def _one_to_a_code(alarms: Sequence[Alarm]) -> dict[str, Alarm]:
    told: dict[str, Alarm] = {}
    for alarm in alarms:
        before = told.get(alarm.code)
        told[alarm.code] = alarm if before is None else Alarm(alarm.code, f"{before.sentence} {alarm.sentence}")
    return told


class _Look:
    """One watch, made when the topic first answers, and kept: it remembers what the topic was like."""

    def __init__(self, desk: ServiceStatus, make: Callable[[], LogWatch]) -> None:
        self._desk = desk
        self._make = make
        self._watch: LogWatch | None = None

    def once(self) -> None:
        try:
            self._watch = self._watch or self._make()
            alarms = tuple(self._watch.check())
        except CustodyError as error:
            alarms = (Alarm(error.code, error.sentence),)
        except Exception as error:  # noqa: BLE001 - a watch that fails must be seen, whatever it raises
            alarms = (Alarm("watch-failed", f"The topic cannot be looked at: {type(error).__name__}."),)
        self._desk.tell_topic(alarms)
