"""The gate bounds the requests of one sender that are worked on at once, and those that wait.

A sender over his number waits behind himself only. Too many waiting: 429 to him. Too many in all: 503, but never to a sender
of whom nothing waits. Belongs to one event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from custody.gateway.problems import TooMany
from schemas.errors import LogUnavailable

WORKING_A_LANE: Final = 2
WAITING_A_LANE: Final = 64
WAITING_MAX: Final = 1_024


@dataclass(slots=True)
class _Lane:
    working: int = 0
    queue: deque[asyncio.Future[None]] = field(default_factory=deque)


class Gate:
    """One for all requests that cost work."""

    def __init__(
        self, *, working: int = WORKING_A_LANE, waiting_a_lane: int = WAITING_A_LANE, waiting_max: int = WAITING_MAX
    ) -> None:
        self._working = working
        self._waiting_a_lane = waiting_a_lane
        self._waiting_max = waiting_max
        self._lanes: dict[str, _Lane] = {}
        self.waiting = 0
        """Requests that wait, of all senders."""

    def __len__(self) -> int:
        return len(self._lanes)

    @asynccontextmanager
    async def turn(self, lane: str) -> AsyncIterator[None]:
        """Inside, the request is one of the few of its sender. TooMany; LogUnavailable("gateway-busy")."""
        here = self._lanes.setdefault(lane, _Lane())
        if here.working < self._working:
            here.working += 1
        else:
            await self._wait(lane, here=here)
        try:
            yield
        finally:
            self._pass_on(lane, here=here)

    async def _wait(self, lane: str, *, here: _Lane) -> None:
        if len(here.queue) >= self._waiting_a_lane:
            raise TooMany("This sender has too many requests under way; send it again later.", wait_s=1.0)
        if here.queue and self.waiting >= self._waiting_max:
            raise LogUnavailable("gateway-busy", "The gateway has more to do than it can; send it again later.")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        here.queue.append(turn)
        self.waiting += 1
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._pass_on(lane, here=here)
            elif turn in here.queue:
                here.queue.remove(turn)
            raise
        finally:
            self.waiting -= 1

    def _pass_on(self, lane: str, *, here: _Lane) -> None:
        self._next(here)
        if not here.working:
            del self._lanes[lane]

    def _next(self, here: _Lane) -> None:
        """Give the place to who waits next, or give it back."""
        while here.queue:
            turn = here.queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        here.working -= 1
