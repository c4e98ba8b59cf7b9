"""A gateway that starts while its log does not answer: it waits, tries again and again, and says so.

The addresses are answered meanwhile: alive, not ready because of what the log said last, and 503 for everything else, so that
devices keep what they have. What waiting does not mend (a wrong password, another election, a key that is not enrolled) is raised
at once. Not here: what is to be opened.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import sleep
from typing import Final, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.typing import FilteringBoundLogger

from custody.adapters.backoff import Backoff
from custody.gateway.figures import SERVICE, Figures
from custody.gateway.problems import problem
from custody.gateway.serving import make_server
from custody.ports import Alarm
from custody.serving.health import health_routes
from custody.serving.readiness import Readiness
from schemas.errors import LogUnavailable

PASSING: Final = frozenset({"log-not-reached", "log-silent", "log-unreachable"})
"""Codes of a log that may answer later without anybody's doing."""
_WAITS: Final = Backoff(first_ms=500, most_ms=10_000)
_METHODS: Final = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]

Begun = TypeVar("Begun")


def begun(
    begin: Callable[[], Begun],
    *,
    sockets: Sequence[socket.socket],
    log: FilteringBoundLogger,
    wait: Callable[[float], None] = sleep,
) -> Begun:
    """What ``begin`` returns, once the log answers; ``sockets`` are answered until then. Raises as ``begin`` otherwise."""
    try:
        return begin()
    except LogUnavailable as error:
        if error.code not in PASSING:
            raise
        trouble = [error]
    with _answering(sockets, trouble=trouble):
        failures = 0
        while True:
            failures += 1
            wait_s = _WAITS.wait_ms(failures) / 1_000
            log.error("waiting", code=trouble[-1].code, sentence=trouble[-1].sentence, again_in_s=wait_s)
            wait(wait_s)
            try:
                return begin()
            except LogUnavailable as error:
                if error.code not in PASSING:
                    raise
                trouble[:] = [error]


@contextmanager
def _answering(sockets: Sequence[socket.socket], *, trouble: Sequence[LogUnavailable]) -> Iterator[None]:
    """Answer at these addresses in a thread while inside; the sockets stay as they are."""
    server = make_server(_app(trouble))
    copies = [listener.dup() for listener in sockets]
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=copies)), name="custody-starting", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        for copy in copies:
            copy.close()


def _app(trouble: Sequence[LogUnavailable]) -> Starlette:
    async def not_yet(_: Request) -> Response:
        return problem(trouble[-1], is_closing=True)

    def readiness() -> Readiness:
        reasons = [Alarm(error.code, error.sentence) for error in trouble]
        return Readiness(SERVICE, "waiting", is_ready=False, alarms=reasons)

    health = health_routes(readiness, registry=Figures().registry)
    return Starlette(routes=[*health, Route("/{path:path}", not_yet, methods=_METHODS)])
