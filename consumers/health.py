"""What a service says of itself over HTTP: whether it lives, whether it does its work, and its figures.

    /healthz   200 as long as the process answers
    /readyz    200 while the service does its work; 503 with the reasons while it does not (custody.gateway.readiness)
    /metrics   figures in the text format of Prometheus

For machines inside the operator's network: it has no secrets, but it is not for the public.

Not here: what the service does, and when it is ready (``service``).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custody.gateway.readiness import Readiness, readiness_answer
from schemas.errors import Misused, Unavailable

_STOPS_WITHIN_S: Final = 5
_NO_STORE: Final = {"cache-control": "no-store"}


def health_routes(readiness: Callable[[], Readiness], *, registry: CollectorRegistry) -> list[Route]:
    """The three routes, for any ASGI application of Starlette or FastAPI; ``readiness`` is asked in its event loop."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NO_STORE)

    async def readyz(_: Request) -> Response:
        return readiness_answer(readiness())

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST, headers=_NO_STORE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def health_app(readiness: Callable[[], Readiness], *, registry: CollectorRegistry) -> Starlette:
    """The three routes as an application of their own."""
    return Starlette(routes=health_routes(readiness, registry=registry))


@contextmanager
def serving(app: Starlette, *, listen: str) -> Iterator[str]:
    """Serve the application at ``host:port`` in a thread while inside; the address that it got (port 0: any free one).

    Misused for what is no address, Unavailable if it is taken.
    """
    with _bound(listen) as listener:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_keep_alive=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])), name="health", daemon=True
        )
        thread.start()
        try:
            host, port = listener.getsockname()[:2]
            yield f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(_STOPS_WITHIN_S)


@contextmanager
def _bound(listen: str) -> Iterator[socket.socket]:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise Misused("listen", "An address to listen at is written host:port.")
    host = host.removeprefix("[").removesuffix("]")
    try:
        listener = socket.create_server((host, int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Unavailable(
            "listen", f"Nothing can listen at port {port}: {error.strerror or 'no such host'}."
        ) from error
    with listener:
        yield listener
