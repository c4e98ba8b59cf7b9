"""Observers on pages and feeds while an election runs, against an endpoint that does nothing, on the same server.

A server in a process of its own shows an election whose entries come in meanwhile. 1,200 observers, each with a connection of
its own, ask for pages and feeds in turn as browsers do (gzip, and what they have by its ETag). Three figures: requests per second
against those of a bare endpoint (aim 0.5); the 99th percentile at half of that load, against 100 ms (aim 1.0); and present pages
alone against present pages while 200 readers ask for 200 moments of the past at once (aim 0.67). One error ends it.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import uvicorn
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bench.ledger import made_election
from custody.cli.commands.web import settle_memory
from custody.cli.live_play import Play
from custody.cli.shown_books import ShownBooks

OBSERVERS: Final = 1_200
PAST: Final = 200
SECONDS: Final = 6.0
SPEED: Final = 20
"""Entries in a second that come in meanwhile."""
_BARE: Final = "/bare"
_WARM_S: Final = 2.0


@dataclass
class Tally:
    """What came of one load."""

    answers: int = 0
    seconds: list[float] = field(default_factory=list)

    def p99_ms(self) -> float:
        """The 99th percentile of the times to an answer."""
        return quantiles(self.seconds, n=100)[98] * 1_000


@dataclass
class Observer:
    """One connection, and the tags of what it has."""

    port: int
    tags: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str) -> int:
        """One GET; its status."""
        if self.writer is None or self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        has = f"If-None-Match: {self.tags[path]}\r\n" if path in self.tags else ""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n{has}\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        await self.reader.readexactly(int(lines.get("content-length", "0")))
        if "etag" in lines:
            self.tags[path] = lines["etag"]
        return int(head.split(" ", 2)[1])

    def close(self) -> None:
        """Give the connection back."""
        if self.writer is not None:
            self.writer.close()


def run() -> Iterator[tuple[str, float]]:
    """``observers-throughput``, ``observers-p99`` and ``observers-past``; see above for what each is."""
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=4_096) as listening:
        port = listening.getsockname()[1]
        context = multiprocessing.get_context("fork")
        server = context.Process(target=_serve, args=(listening, Path(folder) / "books"))
        server.start()
        try:
            yield from asyncio.run(_measured(port))
        finally:
            server.terminate()
            server.join(timeout=30)


def _serve(listening: socket.socket, books: Path) -> None:
    entries = made_election()
    begun = len(entries) - SPEED * 60
    play = Play(entries, books, max(1, begun))
    play.begin()
    play.speed = SPEED
    app = ShownBooks(play.books).server_app()
    settle_memory()
    bare = FastAPI(openapi_url=None)

    @bare.get(_BARE)
    async def nothing() -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def both(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917 - the form of ASGI
        await (bare if scope.get("path") == _BARE else app)(scope, receive, send)

    threading.Thread(target=lambda: play.run(done=lambda: None), daemon=True).start()
    sys.setswitchinterval(0.001)
    config = uvicorn.Config(both, log_level="error", access_log=False, timeout_keep_alive=15)  # as custody web does
    uvicorn.Server(config).run(sockets=[listening])


async def _measured(port: int) -> list[tuple[str, float]]:
    await _until_there(port)
    codes, entries = await _stations(port)
    pages = ["/en/", "/ru/", "/kk/", "/en/findings", "/ru/findings.atom", "/en/feed.atom"]
    pages += [path for code in codes[:6] for path in (f"/en/stations/{code}", f"/ru/stations/{code}.atom")]
    await _load(port, paths=pages, observers=60, seconds=_WARM_S)
    bare = await _load(port, paths=[_BARE], observers=OBSERVERS, seconds=SECONDS)
    whole = await _load(port, paths=pages, observers=OBSERVERS, seconds=SECONDS)
    rate = whole.answers / SECONDS
    half = await _load(port, paths=pages, observers=OBSERVERS, seconds=SECONDS, rate=rate / 2)
    alone = await _load(port, paths=pages, observers=60, seconds=SECONDS, rate=rate / 4)
    past = asyncio.create_task(_asking_the_past(port, entries=entries))
    beside = await _load(port, paths=pages, observers=60, seconds=SECONDS, rate=rate / 4)
    await past
    print(f"  bare {bare.answers / SECONDS:.0f}/s, pages {rate:.0f}/s, p99 at half {half.p99_ms():.0f} ms", flush=True)
    return [
        ("observers-throughput", whole.answers / bare.answers),
        ("observers-p99", 100 / half.p99_ms()),
        ("observers-past", sum(alone.seconds) / len(alone.seconds) / (sum(beside.seconds) / len(beside.seconds))),
    ]


async def _until_there(port: int) -> None:
    for _ in range(600):
        observer = Observer(port)
        try:
            if await asyncio.wait_for(observer.ask("/readyz"), 30) == 200:
                return
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            await asyncio.sleep(0.5)
        finally:
            observer.close()
    raise ValueError("the server did not start")


async def _stations(port: int) -> tuple[list[str], int]:
    """Codes of some stations, and how many entries there are by now."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        rows: dict[str, Any] = (await client.get("/api/v1/stations", params={"limit": 20})).json()
    return [row["station"] for row in rows["items"]], int(rows["standing"]["position"])


async def _load(port: int, *, paths: list[str], observers: int, seconds: float, rate: float | None = None) -> Tally:
    """So many observers asking for so long; at a rate in all, or as fast as they are answered."""
    tally = Tally()
    ends = time.perf_counter() + seconds
    every_s = None if rate is None else observers / rate

    async def observe(number: int) -> None:
        observer = Observer(port)
        place = itertools.cycle([*paths[number % len(paths) :], *paths[: number % len(paths)]])
        if every_s is not None:
            await asyncio.sleep(every_s * number / observers)
        while time.perf_counter() < ends:
            began = time.perf_counter()
            status = await observer.ask(next(place))
            if status not in {200, 304}:
                raise ValueError(f"a page was answered with {status}")
            tally.answers += 1
            tally.seconds.append(time.perf_counter() - began)
            if every_s is not None:
                await asyncio.sleep(max(0.0, every_s - (time.perf_counter() - began)))
        observer.close()

    await asyncio.gather(*(observe(number) for number in range(observers)))
    return tally


async def _asking_the_past(port: int, *, entries: int) -> None:
    """Each of 200 readers asks once for another moment; being told to come again is an answer."""

    async def ask(number: int) -> None:
        observer = Observer(port)
        status = await observer.ask(f"/en/findings?at={number * entries // PAST}")
        observer.close()
        if status not in {200, 503}:
            raise ValueError(f"the past was answered with {status}")

    await asyncio.gather(*(ask(number) for number in range(PAST)))
