"""Health, told by a program over HTTP: whether it lives, whether it does its work, and its figures.

    /healthz   200 {"alive": true}; 503 with the reasons where the process must be restarted
    /readyz    200 while the program does its work; 503 with the reasons while it does not (``readiness``)
    /metrics   figures in the text format of Prometheus, without a label that names a person, key or event

For machines inside the operator's network: it has no secrets, but it is not for the public.

Not here: what the program does, when it is ready, and which figures it keeps.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from inspect import isawaitable
from typing import Final

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custody.ports import Alarm
from custody.serving.listening import address_of, bound
from custody.serving.readiness import Readiness, readiness_answer, reasons_of

_STOPS_WITHIN_S: Final = 5
_NO_STORE: Final = {"cache-control": "no-store"}

AskReadiness = Callable[[], Readiness | Awaitable[Readiness]]
"""Asked in the event loop of whoever serves; what would block it is awaited."""


def health_routes(
    readiness: AskReadiness, *, registry: CollectorRegistry, failure: Callable[[], Alarm | None] = lambda: None
) -> list[Route]:
    """The three routes, for any application of Starlette or FastAPI; ``failure`` says why the process must be restarted."""

    async def healthz(_: Request) -> Response:
        failed = failure()
        if failed is None:
            return JSONResponse({"alive": True}, headers=_NO_STORE)
        return JSONResponse({"alive": False, "reasons": reasons_of([failed])}, status_code=503, headers=_NO_STORE)

    async def readyz(_: Request) -> Response:
        now = readiness()
        return readiness_answer(await now if isawaitable(now) else now)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST, headers=_NO_STORE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def health_app(readiness: AskReadiness, *, registry: CollectorRegistry) -> Starlette:
    """The three routes as an application of their own."""
    return Starlette(routes=health_routes(readiness, registry=registry))


@contextmanager
def serving(app: Starlette, *, listen: str) -> Iterator[str]:
    """Serve the application at ``host:port`` in a thread while inside; the address that it got (port 0: any free one).

    Misused for what is no address, Unavailable if it is taken.
    """
    with bound(listen) as listener:
        config = uvicorn.Config(
            app, log_config=None, log_level="error", access_log=False, lifespan="off", ws="none", timeout_keep_alive=5
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), name="health", daemon=True
        )
        thread.start()
        try:
            yield address_of(listener)
        finally:
            server.should_exit = True
            thread.join(_STOPS_WITHIN_S)
