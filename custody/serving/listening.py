"""Addresses to listen at, ``host:port``: of the gateway, of the pages, and of every service's health."""

from __future__ import annotations

import socket
from typing import Final

from schemas.errors import Misused, Unavailable

BACKLOG: Final = 1_024
"""Connections that the system keeps until they are accepted."""


def bound(listen: str, *, port: int | None = None) -> socket.socket:
    """A socket at ``host:port`` (port 0: a free one); ``port`` overrides that of the address.

    An IPv6 address is written in brackets. Misused for what is no address, Unavailable if it is taken or not this machine's.
    """
    host, stated = parse_address(listen)
    number = stated if port is None else port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, number), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = error.strerror or "no such host"
        raise Unavailable("listen-taken", f"Nothing can listen at {host}:{number}: {reason}.") from error
    # Connections inherit it. Without it the second half of an answer waits until the first was acknowledged, 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def parse_address(listen: str) -> tuple[str, int]:
    """Host and port of ``host:port``; Misused for anything else."""
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise Misused("listen-address", "An address to listen at looks like 127.0.0.1:8000.")
    return host, int(port)


def address_of(listener: socket.socket) -> str:
    """Where a socket listens, as it stands in a URL."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
