"""What is new, as it comes in: server-sent events (HTML, 9.2) of the entries that the books have taken in.

An event's id is the number of entries taken in, so that a browser that reconnects (``Last-Event-ID``) misses nothing that is
still among the last; who missed more reads the page again. However many listen, the books are asked once a second. A stream ends
by itself after some minutes, and the browser asks again. So many streams are open at most; the next is told to come later.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Collection
from typing import Final

from anyio import to_thread

from custody.core.wording.message_format import LANGUAGES, Language
from projections.web.facts.recent import entries_of
from projections.web.models.parts import OFFERED
from projections.web.models.problems import Busy
from projections.web.serving.responder import Inquiry, Responder

STREAMS_MAX: Final = 1_000
STREAM_S: Final = 300.0
PERIOD_S: Final = 1.0
QUIET_S: Final = 15.0
"""After so long without news a comment goes out, so that nothing between here and the reader takes the stream for dead."""
RETRY_MS: Final = 3_000


class Live:
    """The news of one application, shared by all streams."""

    def __init__(self, desk: Responder, *, offered: Collection[Language] = LANGUAGES) -> None:
        """Nothing is asked before somebody listens; ``offered`` are the languages that the election speaks."""
        self._desk = desk
        self._offered = offered
        self._streams = 0
        self._asking = asyncio.Lock()
        self._position = 0
        self._asked_at = float("-inf")
        self._told: tuple[tuple[int, int], str] = ((0, 0), "")

    def enter(self) -> None:
        """Open one more stream.  Busy where as many as there may be are open."""
        if self._streams >= STREAMS_MAX:
            raise Busy("live-busy", "As many readers follow this as can; the pages themselves are answered.")
        self._streams += 1

    async def stream(self, *, since: int | None) -> AsyncIterator[bytes]:
        """The events of one stream, that was entered before."""
        try:
            seen = await self._now() if since is None else since
            yield f"retry: {RETRY_MS}\nid: {seen}\n\n".encode()
            ends, quiet = time.monotonic() + STREAM_S, time.monotonic() + QUIET_S
            while time.monotonic() < ends:
                now = await self._now()
                if now != seen:
                    yield f"id: {now}\nevent: recorded\ndata: {await self._news(seen, now)}\n\n".encode()
                    seen, quiet = now, time.monotonic() + QUIET_S
                elif time.monotonic() >= quiet:
                    yield b": quiet\n\n"
                    quiet = time.monotonic() + QUIET_S
                await asyncio.sleep(PERIOD_S)
        finally:
            self._streams -= 1

    async def _now(self) -> int:
        async with self._asking:
            if time.monotonic() - self._asked_at >= PERIOD_S:
                self._position = (await to_thread.run_sync(self._desk.standing)).position
                self._asked_at = time.monotonic()
            return self._position

    async def _news(self, seen: int, now: int) -> str:
        """The entries between two positions, told once for all who saw the same before."""
        async with self._asking:
            if self._told[0] != (seen, now):
                self._told = ((seen, now), await to_thread.run_sync(self._read, seen))
            return self._told[1]

    def _read(self, seen: int) -> str:
        inquiry = Inquiry(address=f"live#{seen}", at=None, has="")
        made = self._desk.answer(
            inquiry,
            lambda reading: json.dumps(
                {
                    "entries": reading.standing.position,
                    "items": [
                        item.model_dump(context={OFFERED: self._offered}) for item in entries_of(reading, start=seen)
                    ],
                },
                ensure_ascii=False,
            ).encode(),
        )
        return bytes(made.body).decode()
