"""The server of a witness: uvicorn, with a deadline for heads, and an end that answers what was accepted.

TLS is a proxy's work, as for the other services (docs/witness.md).
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from custody.witness.http import App
from schemas.errors import Misused, Unavailable

HEAD_S: Final = 10.0
HEAD_BYTES_MAX: Final = 16 * 1024
CONNECTIONS_MAX: Final = 512
IDLE_S: Final = 30
GRACE_S: Final = 20
BACKLOG: Final = 256


def bound(listen: str) -> socket.socket:
    """A socket at ``host:port`` (port 0: a free one). Misused for what is no address, Unavailable if it is taken."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise Misused("listen-address", "An address to listen at looks like 127.0.0.1:8001.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, int(port)), family=family, backlog=BACKLOG)
    except OSError as error:
        sentence = f"Nothing can listen at port {port}: {error.strerror or 'no such host'}."
        raise Unavailable("listen-taken", sentence) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _PatientProtocol(H11Protocol):
    """HTTP/1.1 whose heads have a deadline."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEAD_S, self._expire)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._deadline.cancel()
        super().on_response_complete()
        self._deadline = self.loop.call_later(IDLE_S, self._expire)

    def _expire(self) -> None:
        cycle: Any = self.cycle  # None before the first head, whatever its type says
        if cycle is None or cycle.response_complete:
            self.transport.abort()


def serve(app: App, *, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal; ``ready`` is called once connections are accepted."""
    config = uvicorn.Config(
        app,
        http=_PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        if server.started:
            ready()
        await serving

    with _ending_well():
        asyncio.run(run())


@contextmanager
def _ending_well() -> Iterator[None]:
    """uvicorn raises a signal that it has obeyed once more, at the end: that must not kill a process that is done."""

    def obeyed(_: int, __: FrameType | None) -> None:
        """Nothing is left to do."""

    before = {number: signal.signal(number, obeyed) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
