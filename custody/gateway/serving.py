"""The gateway's server: uvicorn, with the time limits that it does not have by itself, and a stop that loses nothing.

A connection that does not bring a whole request's head in time is closed, and one address has only so many connections. On
SIGTERM or SIGINT nothing new is accepted, what was accepted is finished and answered, and the process ends by itself.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import ClassVar, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from custody.gateway.limits import sender_of
from schemas.errors import Misused, Unavailable

HEAD_BYTES_MAX: Final = 16 * 1024
CONNECTIONS_MAX: Final = 512
IDLE_S: Final = 30
GRACE_S: Final = 110


def bound(listen: str) -> socket.socket:
    """A socket at ``host:port`` (port 0: a free one). Misused for what is no address, Unavailable if it is taken."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise Misused("listen-address", "An address to listen at looks like 127.0.0.1:8000.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, int(port)), family=family, backlog=512)
    except OSError as error:
        raise Unavailable(
            "listen-taken", f"Nothing can listen at port {port}: {error.strerror or 'no such host'}."
        ) from error


@dataclass(slots=True)
class Patience:
    """How long a head may take, and how many connections one address may have."""

    head_s: float = 10.0
    connections_an_address: int = 128


class PatientProtocol(H11Protocol):
    """HTTP/1.1 whose heads have a deadline."""

    patience: ClassVar[Patience] = Patience()
    _open: ClassVar[Counter[str]] = Counter()
    _deadline: asyncio.TimerHandle | None = None
    _sender: str = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Count the connection, and wait for its first head."""
        super().connection_made(transport)
        self._sender = sender_of(self.client[0]) if self.client else "-"
        self._open[self._sender] += 1
        if self._open[self._sender] > self.patience.connections_an_address:
            transport.abort()
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget_deadline()
        self._open[self._sender] -= 1
        if self._open[self._sender] <= 0:
            del self._open[self._sender]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes: if they completed a head the deadline is off, if they began one it is on."""
        super().data_received(data)
        if self._is_answering():
            self._forget_deadline()
        elif self._deadline is None:
            self._await_head()

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self.patience.head_s, self._expire)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expire(self) -> None:
        self._deadline = None
        if not self._is_answering():
            self.transport.abort()

    def _is_answering(self) -> bool:
        cycle: object = self.cycle  # None before the first head, whatever its type says
        return cycle is not None and not self.cycle.response_complete


def make_server(app: ASGIApp) -> uvicorn.Server:
    """A server that is not running yet."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
    )
    return uvicorn.Server(config)


def serve(server: uvicorn.Server, *, sockets: list[socket.socket], ready: Callable[[], None]) -> None:
    """Serve until a signal; ``ready`` is called once connections are accepted. Returns when everything was answered."""

    async def run() -> None:
        serving = asyncio.ensure_future(server.serve(sockets=sockets))
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
