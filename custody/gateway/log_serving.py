"""The routes of the served log (``served_log``): who may read what, and how it is answered.

Reading is charged to the address as any other, and done in its turn. A bundle is given once this gateway has folded all of it,
and withheld as single entries are; a token opens it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import FastAPI, Path, Request
from starlette.responses import Response

from custody.gateway.guard import address_of
from custody.gateway.reading import Entries
from custody.gateway.served_log import LogPart, ServedLog

_LOG: Final = "/logs/0"
InTurn = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class LogAccess:
    """Who withholds entries, whom a token admits (by the headers of his request), and how reading waits for its turn."""

    entries: Entries
    admits: Callable[[Mapping[str, str]], bool]
    read: InTurn

    async def give(self, request: Request, *, part: Callable[[], LogPart]) -> Response:
        """A part of the log; Withheld, and 404 for what is not there."""
        is_open = await asyncio.to_thread(self.admits, request.headers)
        found: LogPart = await self.read(part, address=address_of(request.scope))
        if not is_open:
            await self.entries.check(found.records)
        return Response(found.body, headers={"content-type": found.type, "cache-control": found.cache})


def add_served_log(app: FastAPI, *, log: ServedLog, access: LogAccess) -> None:
    """Add the routes."""

    @app.get(f"{_LOG}/checkpoint", response_class=Response)
    async def checkpoint(request: Request) -> Response:
        """The newest signed checkpoint of the log, a C2SP note."""
        return await access.give(request, part=log.checkpoint)

    @app.get(f"{_LOG}/tile/{{path:path}}", response_class=Response)
    async def tile(request: Request, path: str) -> Response:
        """A hash tile or an entry bundle of the log (C2SP tlog-tiles)."""
        return await access.give(request, part=partial(log.tile, f"tile/{path}"))

    @app.get(f"{_LOG}/proof/{{name}}.tlog-proof", response_class=Response)
    async def proof(request: Request, name: str = Path(pattern=r"^[0-9a-f]{64}$")) -> Response:
        """The proof of an entry, named by its hash or its event id, under the newest checkpoint (C2SP tlog-proof)."""
        return await access.give(request, part=partial(log.proof, name))
