"""Health and metrics of a gateway: is it alive, does it take events, how much does it do.

``/healthz``: the process works as far as it can; restart it where it does not. ``/readyz``: it would take an event now, or the
reasons why not. ``/metrics``: figures in the text format of Prometheus, without a label that names a person, key or event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.strict_json import canonical

_SECONDS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)

Reason = tuple[str, str]
"""(code, sentence)"""


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


def health_routes(
    figures: Figures, *, is_alive: Callable[[], bool], reasons: Callable[[], Sequence[Reason]]
) -> list[Route]:
    """The three routes. ``reasons`` says why nothing is taken now, empty while all is well."""

    async def healthz(_: Request) -> Response:
        return _said([] if is_alive() else [("gateway-failed", "The gateway's writer has stopped; restart it.")])

    async def readyz(_: Request) -> Response:
        return _said(reasons())

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _said(reasons: Sequence[Reason]) -> Response:
    said = [{"code": code, "sentence": sentence} for code, sentence in reasons]
    body = canonical({"status": "not-ready" if said else "ok", "reasons": said})
    return Response(body, status_code=503 if said else 200, media_type="application/json")
