"""The gateway's server: uvicorn, with the limits that it does not have by itself, and a stop that loses nothing.

A connection that does not bring a whole request's head in time is closed, and so is one that does not read its answer. What
arrives is looked at in turn, sender by sender (``desk``), and one address has only so many connections (``connections``): heads
that are half sent hold up nobody. No header is believed here. On SIGTERM or SIGINT nothing new is accepted, what was accepted is
finished and answered, and the process ends by itself.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from custody.gateway.connections import CONNECTIONS_MAX, Connections, Peer
from custody.gateway.desk import TurnTaker
from custody.gateway.forwarded import Proxies
from custody.gateway.limits import sender_of
from custody.serving.listening import BACKLOG

HEAD_BYTES_MAX: Final = 16 * 1024
_ACCEPTED_AT_ONCE: Final = 16
"""Connections accepted in one round of the event loop: whoever opens many holds up others by no more."""
IDLE_S: Final = 30
GRACE_S: Final = 110
_LOG_LEVEL: Final = "error"
"""What is no HTTP is answered and counted; it writes no line for each, which anybody could have written without end."""
_OWN_FILES: Final = 128
"""Files that the process needs beside its connections."""
_REFUSED_BODY: Final = b'{"code":"too-many","sentence":"This address has too many connections open; wait."}'
_CLOSED: Final = (
    b"HTTP/1.1 %b\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n%b"
)
_REFUSED: Final = _CLOSED % (b"429 Too Many Requests\r\nRetry-After: 1", len(_REFUSED_BODY), _REFUSED_BODY)
"""To an address all of whose connections are being answered."""
_NO_HTTP_BODY: Final = b'{"code":"head-broken","sentence":"This is no HTTP/1.1 request, or its head is too long."}'
_NO_HTTP: Final = _CLOSED % (b"400 Bad Request", len(_NO_HTTP_BODY), _NO_HTTP_BODY)


def files_allowed() -> int:
    """How many connections this process may have open, after it has asked the system for as many as it wants."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = CONNECTIONS_MAX + _OWN_FILES
    wanted = most if hard == resource.RLIM_INFINITY else min(hard, most)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return CONNECTIONS_MAX if soft == resource.RLIM_INFINITY else max(1, min(CONNECTIONS_MAX, soft - _OWN_FILES))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """How long a head may take and an answer may lie unread, and the connections that there are."""

    head_s: float = 10.0
    unread_s: float = 30.0
    connections: Connections = field(default_factory=Connections)
    proxies: Proxies = field(default_factory=Proxies)
    desk: TurnTaker = field(default_factory=TurnTaker)


class PatientProtocol(H11Protocol):
    """HTTP/1.1 whose heads have a deadline, and whose bytes wait for their turn."""

    def __init__(self, *, patience: ConnectionLimits, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._patience = patience
        self._deadline: asyncio.TimerHandle | None = None
        self._peer: Peer = ("-", id(self))
        self._sender = "-"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Count the connection, and wait for its first head."""
        super().connection_made(transport)
        if self.client:
            self._peer, self._sender = self.client, sender_of(self.client[0])
        if not self._patience.connections.admit(self, peer=self._peer, sender=self._sender):
            transport.write(_REFUSED)
            transport.close()
            return
        if self._patience.proxies.trusts(self._peer[0]):
            self._sender = f"{self._peer[0]} {self._peer[1]}"  # who it is stands in the head
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget_deadline()
        self._patience.connections.forget(self._peer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes: they are looked at when it is this sender's turn; until then no more are read."""
        self.transport.pause_reading()
        self._patience.desk.put(lambda: self._look(data), lane=self._sender)

    def on_response_complete(self) -> None:
        """An answer was given; it must be read within its time."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self._patience.unread_s, self._expire_unread)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # as uvicorn has it
        """What is no HTTP is answered as every other error is, where no answer has begun; and the connection is closed."""
        if self.is_waiting() or not self.cycle.response_started:
            self.transport.write(_NO_HTTP)
        self.transport.close()

    def is_waiting(self) -> bool:
        """Whether nothing of this connection is being answered."""
        cycle: object = self.cycle  # None before the first head, whatever its type says
        return cycle is None or self.cycle.response_complete

    def end(self) -> None:
        """Close the connection at once."""
        self.transport.abort()

    def _look(self, data: bytes) -> None:
        """If the bytes completed a head the deadline is off, if they began one it is on."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self.flow.read_paused:
            self.transport.resume_reading()
        if not self.is_waiting():
            self._forget_deadline()
        elif self._deadline is None:
            self._await_head()

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(self._patience.head_s, self._expire)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expire(self) -> None:
        self._deadline = None
        if self.is_waiting():
            self.transport.abort()

    def _expire_unread(self) -> None:
        is_stuck = self.is_waiting() or self.flow.write_paused  # the answer after it may wait for this one
        if is_stuck and self.transport.get_write_buffer_size():
            self.transport.abort()


class _Server(uvicorn.Server):
    """Accepts a few connections at a time, and lets more wait."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)


def make_server(app: ASGIApp, *, patience: ConnectionLimits | None = None) -> uvicorn.Server:
    """A server that is not running yet; an application that limits addresses too gets the same connections and proxies."""
    config = uvicorn.Config(
        app,
        http=cast(type[asyncio.Protocol], partial(PatientProtocol, patience=patience or ConnectionLimits())),
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=_LOG_LEVEL,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_ACCEPTED_AT_ONCE,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
    )
    return _Server(config)


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
