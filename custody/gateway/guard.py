"""Around every request: the limit for each address, one line in the log, figures, and headers that browsers obey.

A line names the method, the route as it is documented, the status, times and sizes: no address, path, query, key or content.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from custody.gateway.health import Figures
from custody.gateway.limits import Buckets, sender_of
from custody.gateway.problems import TooMany, problem
from custody.gateway.query import CODE, SENTENCE, is_repeated
from schemas.errors import Misused, OutcomeUnknown

_METHODS: Final = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_FREE: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Not limited: whoever watches the gateway must see it when others flood it."""
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


@dataclass(slots=True)
class _Told:
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


class Guard:
    """ASGI middleware; ``addresses`` is the table of all senders, whom the routes charge too."""

    def __init__(self, app: ASGIApp, *, figures: Figures, addresses: Buckets, journal: FilteringBoundLogger) -> None:
        self._app = app
        self._figures = figures
        self._addresses = addresses
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - ASGI has it so
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        told = _Told()

        async def counting() -> Message:
            message = await receive()
            told.bytes_in += len(message.get("body", b""))
            return message

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.status = message["status"]
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            told.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._serve(scope, receive=counting, send=noting, told=told)
        finally:
            self._note(scope, told=told, seconds=time.perf_counter() - begin)

    async def _serve(self, scope: Scope, *, receive: Receive, send: Send, told: _Told) -> None:
        wait_s = 0.0
        if scope["path"] not in _FREE:
            wait_s = self._addresses.take(address_of(scope), count=1, at_s=time.monotonic())
        if wait_s:
            self._figures.limited.labels("address").inc()
            refused = TooMany("This address asks for more than its share; wait.", wait_s=wait_s)
            await problem(refused, is_closing=True)(scope, receive, send)
            return
        if is_repeated(scope):
            await problem(Misused(CODE, SENTENCE), is_closing=True)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the last line of defence: say so, without what was in it
            self._journal.error("internal", error=type(error).__name__)
            if not told.status:
                unknown = OutcomeUnknown(
                    "internal", "The gateway failed; what was sent may have been taken. Send it again."
                )
                await problem(unknown, is_closing=True)(scope, receive, send)

    def _note(self, scope: Scope, *, told: _Told, seconds: float) -> None:
        route = _route(scope)
        self._figures.requests.labels(route, str(told.status)).inc()
        self._figures.seconds.labels(route).observe(seconds)
        self._journal.info(
            "request",
            method=scope["method"] if scope["method"] in _METHODS else "-",
            route=route,
            status=told.status,
            ms=round(seconds * 1_000, 1),
            bytes_in=told.bytes_in,
            bytes_out=told.bytes_out,
        )


def address_of(scope: Scope) -> str:
    """Whom this request is charged to: the address at the other end of the connection; no header is believed."""
    client: tuple[str, int] | None = scope.get("client")
    return sender_of(client[0]) if client else "-"


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str):
        return path
    return scope["path"] if scope["path"] in _FREE else "-"
