"""The desk, where bytes from connections wait to be looked at: one piece a turn, the senders in turn.

A head costs work before anybody knows who sent it, so turns begin here: the event loop hands on one piece, lets what came of it
begin, and only then the next sender's. Belongs to one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from custody.gateway.turns import Turns

Step = Callable[[], None]


class TurnTaker:
    """Calls what it was given, in turn, one call in each round of the event loop."""

    def __init__(self) -> None:
        self._turns: Turns[Step] = Turns()
        self._is_serving = False

    def put(self, step: Step, *, lane: str) -> None:
        """Call ``step`` when this sender's turn comes."""
        self._turns.put(step, lane=lane)
        if not self._is_serving:
            self._is_serving = True
            asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        step = self._turns.take()
        if step is None:
            self._is_serving = False
            return
        try:
            step()
        finally:
            asyncio.get_running_loop().call_soon(self._serve)
