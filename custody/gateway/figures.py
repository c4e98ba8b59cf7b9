"""The figures of a gateway, in the text format of Prometheus: no label names a person, a key or an event.

Not here: how they are answered (``custody.serving.health``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

SERVICE: Final = "gateway"


class Figures:
    """The gateway's metrics, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "custody_gateway_requests_total", "Answers given.", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "custody_gateway_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self.entries = Counter(
            "custody_gateway_entries_total",
            "Submitted entries by what became of them.",
            ["status"],
            registry=self.registry,
        )
        self.limited = Counter(
            "custody_gateway_limited_total", "Asked for more than their share.", ["by"], registry=self.registry
        )

    def gauge(self, name: str, *, about: str, read: Callable[[], float]) -> None:
        """A figure that is read when it is asked for."""
        Gauge(f"custody_gateway_{name}", about, registry=self.registry).set_function(read)
