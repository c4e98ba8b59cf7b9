"""The monitor's notes: each step of silence on the log, once, and its hourly notes while something waits, under its own key.

What was noted is what the log says, so nothing is remembered elsewhere, and a restart changes nothing.  A note says when its
step was reached, not when somebody looked, and refers to the manifest: two monitors with one key write the same bytes, which
count once; monitors with keys of their own take turns (``alone``) and read the log to its end before they write.

A note counts as made where the ledger applied it, whoever signed it, and where this monitor's own key signed it, whatever the
ledger said: what is refused once would be refused again and again.

Not here: what silence is (``custody.core.checks.silence``), what the ledger makes of a note, and where log and key come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from consumers.heartbeats import Heartbeats
from consumers.service import GuardedLog, ServiceStatus, Stopping
from custody.core.checks.log_time_limits import latest
from custody.core.checks.silence import Silence, silences
from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from custody.courier.completion import Occasion, draft, seal_up
from custody.courier.signatories import Signatory
from custody.ports import Alarm, Log, LogReader, entries_before
from schemas.errors import CustodyError, NotEstablished
from schemas.identifiers import epoch_seconds
from schemas.transfer import OverdueNoted

_READ: Final = 500
_UNITS_MAX: Final = 100
"""A report names no more; the consignment says which the others are."""
ROLE: Final = "monitor"
Clock = Callable[[int], int]
"""The newest time claimed on the log that is no contradiction -> now; both epoch seconds."""
Key = tuple[str, int, int, str]


@dataclass(slots=True)
class Notes:
    """One log, folded as far as it was read, and what is noted on it.  ``alone`` keeps other monitors out meanwhile."""

    log: Log
    monitor: Signatory
    alone: Callable[[], AbstractContextManager[object]] = nullcontext
    reader: LogReader | None = None
    """How the log is read, where that is not ``log`` itself."""
    newest: int = 0
    """The newest time that an event on the log claims and that the time of the log may come to, epoch seconds."""
    _ledger: Ledger = field(init=False)
    _next: int = 0
    _looked: tuple[int, int] | None = None
    """How far the log was read, and the minute, when nothing was left to note."""
    _noted: dict[str, tuple[Key, bool]] = field(default_factory=dict)
    """note's event id -> (what it is about, whether this monitor signed it)"""
    _heartbeats: Heartbeats = field(default_factory=Heartbeats)

    def __post_init__(self) -> None:
        self._ledger = Ledger.silent(earlier=partial(entries_before, self.reader or self.log))

    def turn(self, clock: Clock) -> list[Silence]:
        """Note what is silent by the clock and was not noted yet; what that was.

        NotEstablished("monitor-not-enrolled"); Unavailable("runner-active") if another monitor is at it; LogUnavailable or
        OutcomeUnknown: call it again, what is on the log then is not noted twice.
        """
        self._follow()
        looked = (self._next, clock(self.newest) // 60)
        if looked == self._looked or not (self._unnoted(clock) or self._hours(clock)):
            self._looked = looked
            return []
        with self.alone():
            self._follow()
            hours, due = self._hours(clock), self._unnoted(clock)
            if hours or due:
                self._check_enrolled()
                self.log.append([self._heartbeat(at) for at in hours] + [self._note(silence) for silence in due])
                self._follow()
            return due

    def _hours(self, clock: Clock) -> list[str]:
        return self._heartbeats.due(self._ledger.state, now=clock(self.newest)) if self._ledger.election else []

    def _unnoted(self, clock: Clock) -> list[Silence]:
        known = {key for event, (key, is_own) in self._noted.items() if is_own or self._is_applied(event)}
        return [silence for silence in silences(self._ledger.state, now=clock(self.newest)) if silence.key not in known]

    def _is_applied(self, event: str) -> bool:
        record = self._ledger.state.records.get(event)
        return record is not None and record.status == "applied" and not record.blocked

    def _follow(self) -> None:
        reader = self.reader or self.log
        while records := reader.read(start=self._next, limit=_READ):
            for record in records:
                checked = check_entry(record.entry, position=record.position, keys=self._ledger.public_key)
                self._ledger.apply(checked)
                self._next = record.position + 1
                self._remember(checked)

    def _remember(self, checked: Checked) -> None:
        event = checked.event
        if event is None or not checked.valid:
            return
        self._heartbeats.remember(checked, key=self.monitor.key)
        at, state = epoch_seconds(event.at), self._ledger.state
        if state.election and at <= latest(state):
            self.newest = max(self.newest, at)
        if isinstance(event, OverdueNoted) and checked.event_id is not None:
            key = (event.consignment, event.leg, epoch_seconds(event.due), event.step)
            is_own = self.monitor.key in checked.valid
            before = self._noted.get(checked.event_id, (key, False))
            self._noted[checked.event_id] = (key, is_own or before[1])

    def _check_enrolled(self) -> None:
        key = self._ledger.state.roster.get(self.monitor.key)
        if key is None or key.role != ROLE or key.revoked is not None:
            reason = "Silence cannot be noted: the log has not enrolled this key as a monitor's, or has revoked it."
            raise NotEstablished("monitor-not-enrolled", reason)

    def _note(self, silence: Silence) -> bytes:
        """The signed note; the same bytes whoever makes it under this key, and whenever."""
        consignment = silence.consignment
        said = {
            "type": "OverdueNoted",
            "consignment": consignment.consignment,
            "leg": silence.leg,
            "due": silence.due,
            "step": silence.step,
            "units": [{"unit": unit, "observed": consignment.act} for unit in consignment.units[:_UNITS_MAX]],
        }
        return self._signed(said, at=silence.since)

    def _heartbeat(self, at: str) -> bytes:
        return self._signed({"type": "HeartbeatNoted"}, at=at)

    def _signed(self, said: dict[str, Any], *, at: str) -> bytes:
        occasion = Occasion(signatories=(self.monitor,), device=None, at=at)
        drafted = draft(said, state=self._ledger.state, occasion=occasion)
        return seal_up(drafted, signatories=(self.monitor,), device=None)


@dataclass(slots=True)
class Noting:
    """The notes of a running monitor: made at each look while the topic is as it must be; what goes wrong is an alarm."""

    opening: Callable[[], AbstractContextManager[Log]]
    monitor: Signatory
    clock: Clock
    alone: Callable[[], AbstractContextManager[object]] = nullcontext
    _open: AbstractContextManager[Log] | None = None
    _notes: Notes | None = None

    def look(self, desk: ServiceStatus) -> Sequence[Alarm]:
        """Note what is due; why that does not work, where it does not."""
        if desk.topic_alarms():
            return ()
        try:
            for silence in self._opened(desk).turn(self.clock):
                desk.log.info("silence-noted", consignment=silence.key[0], leg=silence.leg, step=silence.step)
        except Stopping:
            return ()
        except CustodyError as error:
            if error.code == "runner-active":
                return ()
            self.close()
            return (Alarm(error.code, error.sentence),)
        return ()

    def close(self) -> None:
        """Give the log back; the next look begins anew."""
        opened, self._open, self._notes = self._open, None, None
        if opened is not None:
            opened.__exit__(None, None, None)

    def _opened(self, desk: ServiceStatus) -> Notes:
        if self._notes is None:
            opened = self.opening()
            log = opened.__enter__()
            self._open = opened
            self._notes = Notes(log, self.monitor, alone=self.alone, reader=GuardedLog(log, desk))
        return self._notes
