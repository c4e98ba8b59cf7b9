"""The watch over the log's topic: asked at the start and every minute, in a thread of its own.

While an alarm stands the gateway takes nothing. That the log does not answer is no alarm of that kind: it passes, and the door
finds out by itself at each attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Final

from custody.ports import Alarm
from schemas.errors import CustodyError

INTERVAL_S: Final = 60.0
UNREACHABLE: Final = "log-unreachable"

Watch = Callable[[], Sequence[Alarm]]


def no_alarms() -> Sequence[Alarm]:
    """The watch over a log that has no topic."""
    return ()


class Watching:
    """Keeps the alarms that the last check found."""

    def __init__(self, watch: Watch, *, interval_s: float = INTERVAL_S) -> None:
        self._watch = watch
        self._interval_s = interval_s
        self._end = Event()
        self._thread = Thread(target=self._run, name="custody-topic-watch", daemon=True)
        self.alarms: tuple[Alarm, ...] = ()

    def start(self) -> None:
        """Check now, then every so often."""
        self._check()
        self._thread.start()

    def stop(self) -> None:
        """Check no more."""
        self._end.set()

    def blocking(self) -> Alarm | None:
        """The first alarm because of which nothing may be taken."""
        return next((alarm for alarm in self.alarms if alarm.code != UNREACHABLE), None)

    def _run(self) -> None:
        while not self._end.wait(self._interval_s):
            self._check()

    def _check(self) -> None:
        try:
            self.alarms = tuple(self._watch())
        except CustodyError as error:
            # What stood before stands until a check says otherwise.
            kept = tuple(alarm for alarm in self.alarms if alarm.code != UNREACHABLE)
            self.alarms = (*kept, Alarm(UNREACHABLE, error.sentence))
        except Exception as error:  # noqa: BLE001 - a watch that cannot look must not look as if all were well
            self.alarms = (Alarm("log-watch-failed", f"The topic cannot be checked ({type(error).__name__})."),)
