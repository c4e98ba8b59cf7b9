"""Health and metrics of a gateway: is it alive, does it take events, how much does it do.

``/healthz``: the process works as far as it can; restart it where it does not. ``/readyz``: it would take an event now, or the
reasons why not. ``/metrics``: figures in the text format of Prometheus, without a label that names a person, key or event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custody.gateway.readiness import Readiness, readiness_answer
from custody.ports import Alarm

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


def health_routes(figures: Figures, *, is_alive: Callable[[], bool], readiness: Callable[[], Readiness]) -> list[Route]:
    """The three routes. ``readiness`` says whether an event would be taken now, or why not."""

    async def healthz(_: Request) -> Response:
        failed = Alarm("gateway-failed", "The gateway's writer has stopped; restart it.")
        alive = is_alive()
        return readiness_answer(Readiness(SERVICE, "alive" if alive else "failed", alive, () if alive else (failed,)))

    async def readyz(_: Request) -> Response:
        return readiness_answer(readiness())

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
