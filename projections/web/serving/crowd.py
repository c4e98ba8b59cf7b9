"""A crowd at one address: what very many ask for within a second is answered from memory for a moment.

Who asks for what is being made right now waits for that. An address that is asked for more than :data:`HOT` times a second is
*hot*: the bytes that one reader has made are given to the others until they are :data:`FRESH_S` old, or older where making all
that is hot takes more than :data:`SHARE` of the time, at most :data:`FRESH_MAX_S`; while they are made anew, the others get what
is there, at most :data:`STALE_S` old. An address that few ask for is answered from the books at once. Only whole public answers
are kept: with a strong ETag, to no token, and no stream. This stands before all else, so that a kept answer costs its bytes.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from projections.web.serving.addresses import form_of, is_page, place_of, takes_gzip
from projections.web.serving.parameters import TAGS_CHARACTERS_MAX
from projections.web.serving.responder import holds

HOT: Final = 3
"""Requests for one address in a second."""
FRESH_S: Final = 0.25
FRESH_MAX_S: Final = 1.0
SHARE: Final = 0.25
"""So much of the time may go into making what is hot anew, while that can be held by giving it for longer."""
STALE_S: Final = 3.0
FAILED_STALE_S: Final = 5.0
"""What is there is given for so long where it cannot be made anew, as while the views take in new entries."""
WAIT_S: Final = 15.0
"""So long a reader waits for the answer that another has made."""
MAKING_MAX: Final = 1
"""So many hot answers are made at a time: more would be slower together, and slow down the thread that gives them."""
KEPT_MAX: Final = 256
BODY_BYTES_MAX: Final = 256 * 1024
NEVER: Final = ("/static/", "/healthz", "/readyz", "/metrics", "/api/v1/live", "/logs/", "/record")
TOLD_KEY: Final = "custody.told"
"""Where the scope of a request has a table in which the application says by which route it answered."""
_OF_BODIES: Final = frozenset({b"content-length", b"content-type", b"content-encoding"})

Key = tuple[str, bytes, str, bool, str]


class Count(Protocol):
    """Counts one kept answer."""

    def __call__(self, route: str, *, status: int, seconds: float) -> None:
        """Count it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer."""

    start: Message
    body: bytes
    tag: str
    route: str
    made_at: float
    cost_s: float
    """How long it took to be made."""

    async def give(self, send: Send, *, has: str) -> int:
        """Send it; 304 if the reader has it.  The status."""
        if has and (has.strip() == "*" or holds(has, tag=self.tag)):
            fields = [pair for pair in self.start["headers"] if pair[0] not in _OF_BODIES]
            await send({"type": "http.response.start", "status": 304, "headers": fields})
            await send({"type": "http.response.body", "body": b""})
            return 304
        await send({**self.start, "headers": list(self.start["headers"])})
        await send({"type": "http.response.body", "body": self.body})
        return 200


@dataclass(slots=True)
class Making:
    """An answer that is being made right now."""

    done: anyio.Event = field(default_factory=anyio.Event)
    kept: Kept | None = None


@dataclass(slots=True)
class Address:
    """One address with what makes its answers differ, how often it was asked for, and the answer if it is hot."""

    since: float = float("-inf")
    asked: int = 0
    before: int = 0
    """Requests in the second before."""
    kept: Kept | None = None
    making: Making | None = None

    def is_hot(self, now: float) -> bool:
        """Count one more request; whether there are many in this second, or were in the one before."""
        if now - self.since > 1.0:
            self.before = self.asked if now - self.since < 2.0 else 0
            self.since, self.asked = now, 0
        self.asked += 1
        return max(self.asked, self.before) > HOT

    def to_give(self, now: float, *, fresh_s: float) -> Kept | None:
        """What is there, if it may be given."""
        age = float("inf") if self.kept is None else now - self.kept.made_at
        return self.kept if age < fresh_s or (self.making is not None and age < STALE_S) else None


def _uncounted(route: str, *, status: int, seconds: float) -> None:
    """Count nothing."""


@dataclass(slots=True)
class HotAddresses:
    """The middleware; runs in the one thread of the event loop."""

    app: ASGIApp
    count: Count = _uncounted
    clock: Callable[[], float] = time.monotonic
    _addresses: OrderedDict[Key, Address] = field(default_factory=OrderedDict)
    _fresh_s: float = FRESH_S
    _turns: list[anyio.Semaphore] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(NEVER):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        has = headers.get(b"if-none-match", b"").decode("latin-1")
        if b"authorization" in headers or len(has) > TAGS_CHARACTERS_MAX:
            await self.app(scope, receive, send)
            return
        address, now = self._address(_key(scope, headers)), self.clock()
        is_hot = address.is_hot(now)
        kept = address.to_give(now, fresh_s=self._fresh_s) if is_hot else None
        if kept is None and address.making is None:
            await self._make(address, scope, receive=receive, send=send, is_hot=is_hot)
            return
        kept = kept or await _made(address.making)
        if kept is None:
            await self.app(scope, receive, send)
            return
        status = await kept.give(send, has=has)
        self.count(kept.route, status=status, seconds=self.clock() - now)

    def _address(self, key: Key) -> Address:
        address = self._addresses.pop(key, None) or Address()
        self._addresses[key] = address
        while len(self._addresses) > KEPT_MAX:
            self._addresses.popitem(last=False)
        return address

    async def _make(self, address: Address, scope: Scope, *, receive: Receive, send: Send, is_hot: bool) -> None:
        """Have the whole answer made, give it to all who wait, and keep it if the address is hot."""
        messages: list[Message] = []

        async def sent(message: Message) -> None:
            messages.append(message)

        told: dict[str, Any] = {}
        has = Headers(scope=scope).get("if-none-match", "")
        plain = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
        making = address.making = Making()
        try:
            async with self._turn(scope, is_hot=is_hot):
                began = self.clock()
                await self.app({**scope, "headers": plain, TOLD_KEY: told}, receive, sent)
            making.kept = _kept(messages, route=told.get("route", ""), began=began, now=self.clock())
        finally:
            address.making = None
            making.done.set()
        if is_hot and making.kept is not None:
            address.kept = making.kept
            self._fresh_s = self._fresh_for()
        kept = making.kept or self._instead(address, status=messages[0].get("status", 0))
        if kept is not None:
            await kept.give(send, has=has)
            return
        for message in messages:
            await send(message)

    def _turn(self, scope: Scope, *, is_hot: bool) -> AbstractAsyncContextManager[Any]:
        """A turn among what is made; none for what few ask for, nor for the past, which may take seconds."""
        if not is_hot or b"at=" in scope["query_string"]:
            return nullcontext()
        if not self._turns:
            self._turns.append(anyio.Semaphore(MAKING_MAX, fast_acquire=True))
        return self._turns[0]

    def _instead(self, address: Address, *, status: int) -> Kept | None:
        """What is there, where an answer failed."""
        is_young = address.kept is not None and self.clock() - address.kept.made_at < FAILED_STALE_S
        return address.kept if status >= 500 and is_young else None

    def _fresh_for(self) -> float:
        """How long answers are given, by how long it takes to make all that were made lately."""
        since = self.clock() - STALE_S
        kept = (address.kept for address in self._addresses.values())
        cost_s = sum(one.cost_s for one in kept if one is not None and one.made_at > since)
        return min(FRESH_MAX_S, max(FRESH_S, cost_s / SHARE))


def _key(scope: Scope, headers: dict[bytes, bytes]) -> Key:
    """An address, and what else its answer depends on: the form that is asked for, packed or not, the language liked."""
    path = scope["path"]
    place = place_of(path)
    form = form_of(headers.get(b"accept", b"").decode("latin-1")) if is_page(place.path) else ""
    packed = takes_gzip(headers.get(b"accept-encoding", b"").decode("latin-1"))
    likes = "" if place.language is not None else headers.get(b"accept-language", b"").decode("latin-1")
    return path, scope["query_string"], form, packed, likes


async def _made(making: Making | None) -> Kept | None:
    """Wait for the answer that somebody has made right now; None where nothing came of it that may be given to others."""
    if making is None:
        return None
    with anyio.move_on_after(WAIT_S):
        await making.done.wait()
    return making.kept


def _kept(messages: list[Message], *, route: str, began: float, now: float) -> Kept | None:
    """An answer that may be given to others; None for any other."""
    if len(messages) != 2 or messages[0].get("status") != 200 or messages[1].get("more_body"):
        return None
    fields = Headers(raw=messages[0]["headers"])
    body = bytes(messages[1].get("body", b""))
    is_public = "etag" in fields and fields.get("cache-control", "").startswith("public")
    if not is_public or len(body) > BODY_BYTES_MAX:
        return None
    start = {**messages[0], "headers": list(messages[0]["headers"])}
    return Kept(start, body, fields["etag"], route, now, now - began)
