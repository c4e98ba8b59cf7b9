"""Around every request: whose it is and his share, one line in the log, figures, and headers that browsers obey.

An address that has used up its share is told so before a body is read; but where a key is proven at that address, an event is
read, for it may be that key's, and of longer bodies so much as a key may send (``shares``).

A line names the method, the route as it is documented, the status, times and sizes: no address, path, query, key or content.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from custody.gateway.figures import Figures
from custody.gateway.forwarded import Proxies
from custody.gateway.problems import TooMany, problem
from custody.gateway.shares import BYTES_AN_ENTRY, NOTHING_NEW_COST, Shares
from custody.serving.query import CODE, SENTENCE, is_repeated
from schemas.envelope import ENTRY_BYTES_MAX
from schemas.errors import Misused, OutcomeUnknown
from schemas.gateway import BATCH_BYTES_MAX

_METHODS: Final = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_FREE: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Not limited: whoever watches the gateway must see it when others flood it."""
_EVENTS: Final = "/v1/events"
REFUSED_S: Final = 0.5
"""How long whoever asks for more than his share waits to hear it: so he asks only so often, and his asking delays nobody else."""
_SENDER: Final = "custody.sender"
_PAID: Final = "custody.paid"
_UNDECLARED: Final = {_EVENTS: ENTRY_BYTES_MAX, f"{_EVENTS}/batch": BATCH_BYTES_MAX}
"""How long a body counts that does not say its length."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardParts:
    """What the guard asks and tells: the shares of all senders, whose word about addresses counts, requests an address."""

    shares: Shares
    figures: Figures
    journal: FilteringBoundLogger
    proxies: Proxies
    at_once: int


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, *, watched: GuardParts) -> None:
        self._app = app
        self._shares = watched.shares
        self._figures = watched.figures
        self._journal = watched.journal
        self._proxies = watched.proxies
        self._at_once = watched.at_once
        self._under_way: Counter[str] = Counter()

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
                message = {**message, "headers": _guarded(message["headers"])}
            told.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._serve(scope, receive=counting, send=noting, told=told)
        finally:
            self._note(scope, told=told, seconds=time.perf_counter() - begin)

    async def _serve(self, scope: Scope, *, receive: Receive, send: Send, told: _Told) -> None:
        sender = scope[_SENDER] = self._proxies.sender(scope)
        refused = None if scope["path"] in _FREE else self._refused(scope, sender=sender)
        if refused is not None:
            self._figures.limited.labels("address").inc()
            await asyncio.sleep(min(refused.wait_s, REFUSED_S))
            await problem(refused, is_closing=True)(scope, receive, send)
            return
        if is_repeated(scope):
            await problem(Misused(CODE, SENTENCE), is_closing=True)(scope, receive, send)
            return
        self._under_way[sender] += 1
        try:
            await self._answer(scope, receive=receive, send=send, told=told)
        finally:
            self._under_way[sender] -= 1
            if not self._under_way[sender]:
                del self._under_way[sender]

    def _refused(self, scope: Scope, *, sender: str) -> TooMany | None:
        if self._under_way[sender] >= self._at_once:
            return TooMany("This address has too many requests under way; wait.", wait_s=1.0)
        length, at_s = _length(scope), time.monotonic()
        paid = scope[_PAID] = 1 + NOTHING_NEW_COST * (length // BYTES_AN_ENTRY)
        wait_s = self._shares.charge_request(sender, count=paid, at_s=at_s)
        if not wait_s or (scope["path"] in _UNDECLARED and self._shares.may_be_read(sender, length=length, at_s=at_s)):
            return None
        return TooMany("This address asks for more than its share; wait.", wait_s=wait_s)

    async def _answer(self, scope: Scope, *, receive: Receive, send: Send, told: _Told) -> None:
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


def _guarded(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and those of every answer that it does not state otherwise, as the files of the app do."""
    own = [(name, value) for name, value in headers if (name, value) not in _HEADERS]
    stated = {name.lower() for name, _ in own}
    return [*own, *((name, value) for name, value in _HEADERS if name not in stated)]


def address_of(scope: Scope) -> str:
    """Whom this request is charged to, as the guard found it."""
    sender: str = scope[_SENDER]
    return sender


def paid_of(scope: Scope) -> int:
    """What was charged for this request's entries already."""
    paid: int = scope[_PAID] - 1
    return paid


def _length(scope: Scope) -> int:
    """How many bytes there are to read, by the head: whole batches are charged before they are read."""
    if scope["path"] not in _UNDECLARED:
        return 0
    headers = dict(scope["headers"])
    # What comes in chunks has no length, whatever else the head says (RFC 9112, 6.1).
    stated = b"" if b"transfer-encoding" in headers else headers.get(b"content-length", b"")
    return int(stated) if stated.isdigit() and len(stated) < 16 else _UNDECLARED[scope["path"]]


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str):
        return path
    return scope["path"] if scope["path"] in _FREE else "-"
