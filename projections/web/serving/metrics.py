"""Counts of the program, for /metrics.

Counts only: no path, key, name or address of anybody is in a metric; routes are named by their templates.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class WebMetrics:
    """The figures of one application."""

    def __init__(self) -> None:
        """A registry of its own: two applications in one process do not meet in it."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "custody_web_requests", "Requests answered.", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "custody_web_seconds", "Time to an answer.", ("route",), registry=self.registry, buckets=_BUCKETS
        )
        self.kept = Counter("custody_web_kept_answers", "Answers given from those kept.", registry=self.registry)
        self.position = Gauge(
            "custody_web_position",
            "Log entries that the books had taken in at the last answer.",
            registry=self.registry,
        )
        self.alarms = Gauge("custody_web_alarms", "Alarms at the last answer.", registry=self.registry)

    def count(self, route: str, *, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
