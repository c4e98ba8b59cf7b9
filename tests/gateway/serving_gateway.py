"""A real gateway over HTTP on loopback, in a thread of the test; and raw sockets for what no client library would send."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.journal import journal
from custody.adapters.sqlite import SqliteLog
from custody.gateway.bodies import Bodies
from custody.gateway.connections import Connections
from custody.gateway.forwarded import Proxies
from custody.gateway.front_door import FrontDoor
from custody.gateway.http import Setting, make_app
from custody.gateway.serving import ConnectionLimits, make_server
from custody.gateway.shares import Limits
from custody.gateway.watching import Watch, no_alarms
from custody.ports import Log, LogReader
from custody.serving.listening import bound
from tests.courier.two_stations import NOW

_START_S = 20.0


@dataclass(frozen=True)
class Served:
    """Where it listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def raw(self, data: bytes, *, wait_s: float = 10.0) -> bytes:
        """Everything that comes back for these bytes, until the other side closes or falls silent."""
        with socket.create_connection((self.host, self.port), timeout=wait_s) as connection:
            connection.sendall(data)
            return received(connection)


def received(connection: socket.socket) -> bytes:
    found = b""
    try:
        while chunk := connection.recv(65_536):
            found += chunk
    except (TimeoutError, ConnectionError):
        pass
    return found


@dataclass(frozen=True)
class Plan:
    """What a test wants different from the usual."""

    limits: Limits = field(default_factory=Limits)
    watch: Watch = no_alarms
    watch_interval_s: float = 60.0
    held_bytes_max: int = 64 * 1024 * 1024
    body_s_max: float = 10.0
    head_s: float = 10.0
    unread_s: float = 30.0
    connections: Connections = field(default_factory=Connections)
    proxies: Proxies = field(default_factory=Proxies)
    tiles: Path | None = None


@contextmanager
def served(log: Log, *, reader: LogReader, private: Ed25519PrivateKey, plan: Plan | None = None) -> Iterator[Served]:
    """A gateway over the log while inside; stopped as a signal would stop it."""
    plan = plan or Plan()
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere, bound("127.0.0.1:0") as listener:
        setting = Setting(
            door=FrontDoor(log, private=private),
            reader=reader,
            clock=lambda: NOW,
            journal=journal("gateway", stream=nowhere),
            watch=plan.watch,
            watch_interval_s=plan.watch_interval_s,
            limits=plan.limits,
            bodies=Bodies(held_bytes_max=plan.held_bytes_max, body_s_max=plan.body_s_max),
            proxies=plan.proxies,
            connections=plan.connections,
            tiles=plan.tiles,
        )
        patience = ConnectionLimits(
            head_s=plan.head_s, unread_s=plan.unread_s, connections=plan.connections, proxies=plan.proxies
        )
        server = make_server(make_app(setting), patience=patience)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        try:
            for _ in range(int(_START_S / 0.02)):
                if server.started or not thread.is_alive():
                    break
                thread.join(0.02)
            assert server.started
            yield Served(*listener.getsockname()[:2])
        finally:
            server.should_exit = True
            thread.join(_START_S)
            assert not thread.is_alive()


@contextmanager
def served_sqlite(
    folder: Path, *, entries: Sequence[bytes], private: Ed25519PrivateKey, plan: Plan | None = None
) -> Iterator[tuple[Served, SqliteLog]]:
    """A gateway over a new embedded log that holds these entries."""
    path = folder / "log.sqlite"
    with SqliteLog.create(path) as log, SqliteLog.open(path) as reader:
        log.append(entries)
        with served(log, reader=reader, private=private, plan=plan) as gateway:
            yield gateway, reader
