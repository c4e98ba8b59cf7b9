"""Request bodies: read up to a limit and within a time, never more; and which types they may have.

Whatever arrives is counted while it arrives: against the limit of its kind, and against what all requests together may hold.
No content coding is taken, so that nothing grows after it was counted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.requests import ClientDisconnect, Request

from schemas.errors import LogUnavailable, Refused

HELD_BYTES_MAX: Final = 64 * 1024 * 1024
OWN_BYTES: Final = 65_535
"""What every sender may hold however much others do: one event."""
BODY_S_MAX: Final = 10.0


@dataclass(frozen=True, slots=True)
class Kind:
    """What a route takes."""

    types: Collection[str]
    bytes_max: int


class Bodies:
    """The memory that all bodies under way share."""

    def __init__(self, *, held_bytes_max: int = HELD_BYTES_MAX, body_s_max: float = BODY_S_MAX) -> None:
        self._held_bytes_max = held_bytes_max
        self._body_s_max = body_s_max
        self.held_bytes = 0
        self._held_by: Counter[str] = Counter()

    @asynccontextmanager
    async def read(self, request: Request, *, kind: Kind, sender: str) -> AsyncIterator[bytes]:
        """The body, which counts as held until the block ends.

        Refused: body-type, body-encoding, body-oversize, body-slow, body-broken. LogUnavailable("gateway-busy").
        """
        _check_headers(request, kind=kind)
        chunks: list[bytes] = []
        try:
            async with asyncio.timeout(self._body_s_max):
                await self._collect(request, kind=kind, sender=sender, into=chunks)
            yield b"".join(chunks)
        except TimeoutError:
            raise Refused("body-slow", f"The body did not arrive within {self._body_s_max:.0f} seconds.") from None
        except ClientDisconnect:
            raise Refused("body-broken", "The connection ended within the body.") from None
        finally:
            self._hold(-sum(map(len, chunks)), sender=sender)

    async def _collect(self, request: Request, *, kind: Kind, sender: str, into: list[bytes]) -> None:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > kind.bytes_max:
                raise _oversize(kind)
            own = self._held_by[sender] + len(chunk)
            if own > OWN_BYTES and self.held_bytes + len(chunk) > self._held_bytes_max:
                raise LogUnavailable("gateway-busy", "The gateway holds as much as it can; send it again later.")
            into.append(chunk)
            self._hold(len(chunk), sender=sender)

    def _hold(self, size: int, *, sender: str) -> None:
        self.held_bytes += size
        self._held_by[sender] += size
        if not self._held_by[sender]:
            del self._held_by[sender]


def _check_headers(request: Request, *, kind: Kind) -> None:
    types = request.headers.getlist("content-type")
    if len(types) != 1 or types[0].split(";")[0].strip().lower() not in kind.types:
        raise Refused("body-type", f"The content type is one of: {', '.join(sorted(kind.types))}.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused("body-encoding", "No content coding is taken: send the bytes as they are.")
    if {"content-length", "transfer-encoding"} <= set(request.headers):
        raise Refused("body-encoding", "A body has a length or comes in chunks, not both (RFC 9112, 6.1).")
    length = request.headers.get("content-length", "0")
    if len(length) > 15 or int(length) > kind.bytes_max:  # h11 has seen to it that these are digits
        raise _oversize(kind)


def _oversize(kind: Kind) -> Refused:
    return Refused("body-oversize", f"The body has more than {kind.bytes_max} bytes.")
