"""A crowd at one address: what very many ask for within a second is answered from memory for a quarter of one.

An address that is asked for more than :data:`HOT` times a second is *hot*. One reader has the answer made, the others get the
same bytes, until they are :data:`FRESH_S` old; while one has it made anew, the others get what is there, at most
:data:`STALE_S` old. All others are answered from the books at once. Only whole public answers are kept: with a strong ETag, to no
token, and no stream.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from projections.web.serving.responder import holds

HOT: Final = 8
"""Requests for one address in a second."""
FRESH_S: Final = 0.25
STALE_S: Final = 1.0
FAILED_STALE_S: Final = 5.0
"""What is there is given for so long where it cannot be made anew, as while the views take in new entries."""
WAIT_S: Final = 5.0
"""So long a reader waits for the answer that another has made."""
KEPT_MAX: Final = 256
BODY_BYTES_MAX: Final = 256 * 1024
NEVER: Final = ("/static/", "/healthz", "/readyz", "/metrics", "/api/v1/live", "/logs/", "/record")
_ASKED_BY: Final = ("accept", "accept-encoding", "accept-language")

Key = tuple[str, bytes, str, str, str]


@dataclass(slots=True)
class Address:
    """One address with what makes its answers differ, how often it was asked for, and the answer if it is hot."""

    since: float = float("-inf")
    asked: int = 0
    before: int = 0
    """Requests in the second before."""
    made_at: float = float("-inf")
    is_made: bool = False
    """Whether somebody has it made right now."""
    start: Message | None = None
    body: bytes = b""
    tag: str = ""
    done: anyio.Event = field(default_factory=anyio.Event)
    """Set when what is being made is made."""

    def is_hot(self, now: float) -> bool:
        """Count one more request; whether there are many in this second, or were in the one before."""
        if now - self.since > 1.0:
            self.before = self.asked if now - self.since < 2.0 else 0
            self.since, self.asked = now, 0
        self.asked += 1
        return max(self.asked, self.before) > HOT

    def can_give(self, now: float) -> bool:
        """Whether what is there may be given."""
        age = now - self.made_at
        return self.start is not None and (age < FRESH_S or (self.is_made and age < STALE_S))


@dataclass(slots=True)
class HotAddresses:
    """The middleware; runs in the one thread of the event loop."""

    app: ASGIApp
    clock: Callable[[], float] = time.monotonic
    _addresses: OrderedDict[Key, Address] = field(default_factory=OrderedDict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        """One request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        is_public = scope["type"] == "http" and scope["method"] == "GET" and "authorization" not in headers
        if not is_public or scope["path"].startswith(NEVER):
            await self.app(scope, receive, send)
            return
        address = self._address((scope["path"], scope["query_string"], *(headers.get(name, "") for name in _ASKED_BY)))
        now, has = self.clock(), headers.get("if-none-match", "")
        is_hot = address.is_hot(now)
        if address.can_give(now):
            await _give(address, send, has=has)
        elif is_hot and not address.is_made:
            await self._make(address, scope, receive=receive, send=send)
        elif is_hot and await self._wait(address):
            await _give(address, send, has=has)
        else:
            await self.app(scope, receive, send)

    def _address(self, key: Key) -> Address:
        address = self._addresses.pop(key, None) or Address()
        self._addresses[key] = address
        while len(self._addresses) > KEPT_MAX:
            self._addresses.popitem(last=False)
        return address

    async def _wait(self, address: Address) -> bool:
        """Wait for the answer that somebody has made right now; whether there is one then."""
        made_before = address.made_at
        with anyio.move_on_after(WAIT_S):
            await address.done.wait()
        return address.start is not None and address.made_at > made_before

    async def _make(self, address: Address, scope: Scope, *, receive: Receive, send: Send) -> None:
        """Have the whole answer made, keep it for the others, and give it to this reader."""
        messages: list[Message] = []

        async def sent(message: Message) -> None:
            messages.append(message)

        has = Headers(scope=scope).get("if-none-match", "")
        whole = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]}
        address.is_made, address.done = True, anyio.Event()
        try:
            await self.app(whole, receive, sent)
            is_kept = self._keep(address, messages)
        finally:
            address.is_made = False
            address.done.set()
        is_failed = messages[0].get("status", 0) >= 500 and self.clock() - address.made_at < FAILED_STALE_S
        if is_kept or is_failed:
            await _give(address, send, has=has)
            return
        for message in messages:
            await send(message)

    def _keep(self, address: Address, messages: list[Message]) -> bool:
        """Keep an answer that may be kept; whether it was."""
        if len(messages) != 2 or messages[0].get("status") != 200 or messages[1].get("more_body"):
            return False
        headers = Headers(raw=messages[0]["headers"])
        body = bytes(messages[1].get("body", b""))
        is_public = "etag" in headers and headers.get("cache-control", "").startswith("public")
        if not is_public or len(body) > BODY_BYTES_MAX:
            return False
        start = {**messages[0], "headers": list(messages[0]["headers"])}
        address.start, address.body, address.tag, address.made_at = start, body, headers["etag"], self.clock()
        return True


async def _give(address: Address, send: Send, *, has: str) -> None:
    """What is kept; 304 if the reader has it."""
    start = address.start or {}
    if has and holds(has, tag=address.tag):
        kept = [
            pair
            for pair in start["headers"]
            if pair[0] not in {b"content-length", b"content-type", b"content-encoding"}
        ]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({**start, "headers": list(start["headers"])})
    await send({"type": "http.response.body", "body": address.body})
