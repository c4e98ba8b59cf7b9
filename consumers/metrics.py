"""The figures of a service, for Prometheus; each service has a registry of its own.

custody_ready                        1 while the service does its work
custody_alarm{code}                  1 while an alarm stands, 0 once it is over
custody_log_end                      the next position of the log
custody_position{follower}           how far ledger, views, checkpointer have come
custody_lag_entries{follower}        how many entries that is behind the end of the log
custody_entries_total{follower}      entries taken in by this process
custody_last_batch_milliseconds      how long the last batch took
custody_parked                       outcomes that views had to set aside
custody_checkpoint_age_seconds       since the newest checkpoint was published
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

from custody.ports import Alarm


class ServiceMetrics:
    """The figures of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._ready = self._gauge("custody_ready", "1 while the service does its work")
        self._alarm = self._gauge("custody_alarm", "1 while the alarm stands", labels=("code",))
        self._end = self._gauge("custody_log_end", "Next position of the log")
        self._position = self._gauge("custody_position", "Entries taken in", labels=("follower",))
        self._lag = self._gauge("custody_lag_entries", "Entries behind the end of the log", labels=("follower",))
        self._batch_ms = self._gauge("custody_last_batch_milliseconds", "How long the last batch took")
        self._parked = self._gauge("custody_parked", "Outcomes that views had to set aside")
        self._entries = Counter(
            "custody_entries", "Entries taken in by this process", labelnames=("follower",), registry=self.registry
        )
        self._age_s: Gauge | None = None
        self._known: dict[str, int] = {}
        self._raised: set[str] = set()

    def tell_ready(self, is_ready: bool, *, alarms: Iterable[Alarm]) -> None:  # noqa: FBT001 - the figure itself
        """Whether the service does its work, and what stands in its way."""
        self._ready.set(is_ready)
        codes = {alarm.code for alarm in alarms}
        for code in self._raised | codes:
            self._alarm.labels(code=code).set(code in codes)
        self._raised |= codes

    def tell_position(self, follower: str, *, position: int, end: int) -> None:
        """How far a follower has come on a log that ends at ``end``."""
        before = self._known.get(follower, position)
        self._known[follower] = position
        self._end.set(end)
        self._position.labels(follower=follower).set(position)
        self._lag.labels(follower=follower).set(max(end - position, 0))
        self._entries.labels(follower=follower).inc(max(position - before, 0))

    def tell_batch(self, elapsed_ms: float) -> None:
        """How long the last batch took."""
        self._batch_ms.set(elapsed_ms)

    def tell_parked(self, parked: int) -> None:
        """How many outcomes views had to set aside."""
        self._parked.set(parked)

    def tell_checkpoint_age(self, age_s: float) -> None:
        """How old the newest checkpoint is."""
        if self._age_s is None:
            self._age_s = self._gauge("custody_checkpoint_age_seconds", "Since the newest checkpoint was published")
        self._age_s.set(age_s)

    def _gauge(self, name: str, text: str, *, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, text, labelnames=labels, registry=self.registry)
