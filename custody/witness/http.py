"""A log witness over HTTP: C2SP tlog-witness with its status codes, and a page for people.

    POST /add-checkpoint               cosignature lines, or 400, 403, 404, 409 (the size, text/x.tlog.size), 422
    GET /<origin hash>/checkpoint      the note that was cosigned last, for monitors; 404 before the first
    GET /<origin hash>/contradictions  JSON: checkpoints that the log signed against what was cosigned of it
    GET /                              what was cosigned and when
    GET /healthz                       200 while the process answers

Both prefixes of the specification are the address itself. Beyond it: 405, 408 and 413 for what HTTP asks, 503 where the state or
the clock cannot be used. A plain ASGI application: the witness of a university needs few packages (docs/witness.md).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from custody.witness.page import render_page
from custody.witness.submission import SUBMISSION_BYTES_MAX
from custody.witness.witness import OtherTree, Witness
from schemas.errors import CustodyError, Refused, Unavailable

STATUS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "submission-form": 400,
        "submission-old": 400,
        "log-signature": 403,
        "log-unknown": 404,
        "path-unknown": 404,
        "method": 405,
        "body-slow": 408,
        "body-oversize": 413,
        "witness-proof": 422,
        "witness-clock": 503,
        "witness-state": 503,
    }
)
"""Code -> status, for everything that is refused."""
BODY_S_MAX: Final = 10.0
_TOLD: Final = b"custody-clock"
"""The header by which the log of a play says what time it is; a witness on the clock of the wall passes it over."""
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,11}")
_MONITORED: Final = re.compile(r"/([0-9a-f]{64})/(checkpoint|contradictions)")
_TEXT: Final = "text/plain; charset=utf-8"
_JSON: Final = "application/json"
_SIZE: Final = "text/x.tlog.size"
_HTML: Final = "text/html; charset=utf-8"
_SAFE: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What is sent back."""

    status: int
    body: bytes
    type: str = _TEXT
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


class App:
    """The ASGI application over a witness."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._origins = {sha256(origin.encode()).hexdigest(): origin for origin in witness.logs.keys}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - as ASGI has it
        """One request."""
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(scope, receive=receive)
        except CustodyError as error:
            answer = _refusal(error)
        has_body = scope["method"] != "HEAD"
        headers = [
            (b"content-type", answer.type.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            *_SAFE,
            *answer.headers,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body if has_body else b""})

    async def _answer(self, scope: Scope, *, receive: Receive) -> HttpAnswer:
        path = scope["path"]
        monitored = _MONITORED.fullmatch(path)
        if path == "/add-checkpoint":
            _check_method(scope, allowed=("POST",))
            body = await _read(receive)
            return await asyncio.to_thread(self._add, body, told=_told(scope))
        if monitored is None and path not in {"/", "/healthz"}:
            raise Refused("path-unknown", "There is nothing at this path.")
        _check_method(scope, allowed=("GET", "HEAD"))
        if path == "/healthz":
            return HttpAnswer(200, b"ok\n")
        if monitored is not None:
            show = self._latest if monitored[2] == "checkpoint" else self._contradictions
            return await asyncio.to_thread(show, monitored[1])
        return await asyncio.to_thread(self._page, scope)

    def _add(self, body: bytes, *, told: int | None) -> HttpAnswer:
        answer = self._witness.add(body, told=told)
        if isinstance(answer, OtherTree):
            return HttpAnswer(409, f"{answer.size}\n".encode(), _SIZE)
        return HttpAnswer(200, answer)

    def _latest(self, origin_hash: str) -> HttpAnswer:
        origin = self._origins.get(origin_hash)
        note = None if origin is None else self._witness.latest(origin)
        if note is None:
            raise Refused("path-unknown", "This witness has cosigned no checkpoint of such a log.")
        return HttpAnswer(200, note)

    def _contradictions(self, origin_hash: str) -> HttpAnswer:
        origin = self._origins.get(origin_hash)
        if origin is None:
            raise Refused("path-unknown", "This witness knows no such log.")
        rows = [
            {"size": row.size, "at": row.at, "cosigned": row.cosigned.decode(), "other": row.other.decode()}
            for row in self._witness.state.contradictions(origin)
        ]
        return HttpAnswer(200, f"{json.dumps(rows, ensure_ascii=False)}\n".encode(), _JSON)

    def _page(self, scope: Scope) -> HttpAnswer:
        headers = dict(scope["headers"])
        asked = headers.get(b"accept-language", b"").decode("latin-1")
        page = render_page(self._witness, query=scope["query_string"].decode("latin-1"), accept_language=asked)
        return HttpAnswer(200, page.encode(), _HTML, ((b"vary", b"Accept-Language"),))


def _told(scope: Scope) -> int | None:
    """The time that a play's log states (``_TOLD``), seconds since 1970; None where it states none."""
    stated = dict(scope["headers"]).get(_TOLD, b"").decode("latin-1")
    return int(stated) if _SECONDS.fullmatch(stated) else None


def _check_method(scope: Scope, *, allowed: tuple[str, ...]) -> None:
    if scope["method"] not in allowed:
        raise _Method(allowed)


class _Method(Refused):
    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__("method", "This path does not take this method.")
        self.allowed = ", ".join(allowed)


async def _read(receive: Receive) -> bytes:
    """The whole body, within its limits of size and time."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S_MAX):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused("submission-form", "The request ended before its body.")
                body += message.get("body", b"")
                if len(body) > SUBMISSION_BYTES_MAX:
                    raise Refused("body-oversize", f"A request has at most {SUBMISSION_BYTES_MAX} bytes.")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise Refused("body-slow", "The body came too slowly.") from None


def _refusal(error: CustodyError) -> HttpAnswer:
    status = STATUS.get(error.code, 503 if isinstance(error, Unavailable) else 400)
    headers: list[tuple[bytes, bytes]] = [(b"retry-after", b"10")] if status == 503 else []
    if isinstance(error, _Method):
        headers.append((b"allow", error.allowed.encode()))
    if status in {405, 408, 413}:
        headers.append((b"connection", b"close"))
    return HttpAnswer(status, f"{error.sentence}\n".encode(), _TEXT, tuple(headers))
