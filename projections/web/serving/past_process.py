"""Questions about the past are handed to a process of their own, so that the present has this one to itself.

The process is begun by the first such question and ends with the server; one that ended before is begun again by the next. The
whole answer comes back, header fields and all. Not here: how the past is made (``snapshots.past_views``), and what the process
does (``past_answers``).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from projections.stores.moments import read_moment
from projections.web.models.problems import Busy
from projections.web.serving.addresses import SPOKEN_KEY
from projections.web.serving.crowd import NEVER
from projections.web.serving.past_answers import MakeApp, answer_past
from projections.web.serving.past_frames import PastAnswer, PastQuestion, question_bytes, read_answer
from projections.web.snapshots.past_views import ASKING_MAX, busy

NICE: Final = 10
"""How far it gives way where processors are scarce: a tenth of one is left to it beside a busy server."""
ANSWER_S: Final = 120.0
"""So long a reader waits for an answer about the past."""
AGAIN_S: Final = 1.0
"""The process is begun at most once in so long."""
_END_S: Final = 5.0
_ASKED_BY: Final = frozenset({"accept", "accept-encoding", "accept-language", "authorization", "host", "if-none-match"})
"""Header fields on which an answer depends."""


@dataclass(frozen=True, slots=True)
class _Route:
    path: str = "past"


class PastProcess:
    """The other process, begun when it is needed.  All of it runs in the one thread of the event loop."""

    def __init__(self, make: MakeApp) -> None:
        """``make`` makes the application there; nothing is begun yet."""
        self._make = make
        self._line: _Line | None = None
        self._beginning = asyncio.Lock()
        self._began_at = float("-inf")
        self._under_way = 0

    async def ask(self, asked: PastQuestion) -> PastAnswer:
        """The answer.  Busy where as many as there may be are under way, it takes too long, or the process is gone."""
        if self._under_way >= ASKING_MAX:
            raise busy()
        self._under_way += 1
        try:
            async with asyncio.timeout(ANSWER_S):
                return await (await self._there()).ask(asked)
        except TimeoutError as error:
            raise busy() from error
        finally:
            self._under_way -= 1

    async def end(self) -> None:
        """End the process, if there is one."""
        async with self._beginning:
            await self._ended()

    async def _there(self) -> _Line:
        async with self._beginning:
            if self._line is not None and not self._line.is_gone:
                return self._line
            if time.monotonic() - self._began_at < AGAIN_S:
                raise gone()
            await self._ended()
            self._began_at = time.monotonic()
            self._line = await _begun(self._make)
            return self._line

    async def _ended(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.end()


class _Line:
    """The line to one process, and who waits at this end."""

    def __init__(self, process: BaseProcess, *, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.is_gone = False
        self._process = process
        self._writer = writer
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[PastAnswer]] = {}
        self._reading = asyncio.create_task(self._read(reader))

    async def ask(self, asked: PastQuestion) -> PastAnswer:
        """The answer.  Busy if the process ends before."""
        number = next(self._numbers)
        waiting: asyncio.Future[PastAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            self._writer.write(question_bytes(replace(asked, number=number)))
            return await waiting
        finally:
            self._waiting.pop(number, None)

    async def end(self) -> None:
        """Close this end, upon which the process ends; kill it if it does not."""
        self._writer.close()
        await to_thread.run_sync(_ended, self._process)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                answer = await read_answer(reader)
                waiting = self._waiting.get(answer.number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (EOFError, OSError):
            self.is_gone = True
            self._writer.close()
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(gone())


async def _begun(make: MakeApp) -> _Line:
    ours, theirs = socket.socketpair()
    process = get_context("spawn").Process(target=answer_past, args=(theirs, make), name="past", daemon=True)
    with theirs:
        await to_thread.run_sync(_start, process)
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    return _Line(process, reader=reader, writer=writer)


def _start(process: BaseProcess) -> None:
    process.start()
    if process.pid is not None:  # from here, for what it reads in before it could do so itself takes seconds
        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)


def _ended(process: BaseProcess) -> None:
    process.join(_END_S)
    if process.is_alive():
        process.kill()
        process.join()


def gone() -> Busy:
    """The process ended before it answered."""
    return Busy("past-gone", "What makes the past has ended and is begun again; the present is answered. Ask again.")


class PastRequests:
    """The middleware: what asks about the past is answered by the other process, all else here."""

    def __init__(self, app: ASGIApp, *, past: PastProcess, refused: Callable[[Busy], ASGIApp]) -> None:
        """``refused`` answers whoever cannot be answered now."""
        self._app = app
        self._past = past
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        """One request."""
        if not _asks_the_past(scope):
            await self._app(scope, receive, send)
            return
        scope["route"] = _Route()
        try:
            answer = await self._past.ask(_question(scope))
        except Busy as error:
            await self._refused(error)(scope, receive, send)
            return
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.fields]
        await send({"type": "http.response.start", "status": answer.status, "headers": fields})
        await send({"type": "http.response.body", "body": answer.body})


def _asks_the_past(scope: Scope) -> bool:
    """Whether a request names a moment; one that is none is refused here, at once."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(NEVER):
        return False
    at = QueryParams(scope["query_string"]).get("at")
    try:
        return at is not None and read_moment(at) is not None
    except ValueError:
        return False


def _question(scope: Scope) -> PastQuestion:
    """What is asked, by the address as the reader gave it: with its language, if it has one."""
    language = scope.get(SPOKEN_KEY)
    path = scope["path"] if language is None else f"/{language}{scope['path']}"
    fields = tuple((name, value) for name, value in Headers(scope=scope).items() if name in _ASKED_BY)
    return PastQuestion(0, path, scope["query_string"].decode("latin-1"), fields)
