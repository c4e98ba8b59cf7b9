"""The past is made in a process of its own: the present has the server's to itself, and neither takes the other down."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from custody.cli.shown_books import ShownBooks
from custody.embedded.directory import Directory
from projections.stores.books import Books
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf
from projections.web.snapshots.past_views import ASKING_MAX
from schemas.errors import Unavailable

TRIES_MAX = 600
PAST = "/stations/AYT.json?at=1300"


def opened() -> AbstractContextManager[Books]:
    raise Unavailable("books-missing", "This process opens no books.")


@asynccontextmanager
async def asked(demo: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An application that can open no books itself, while it runs: all that it tells was made elsewhere."""
    app = make_app(Shelf(opened, mark=lambda: None), past=ShownBooks(Directory(demo)).app)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://web") as client,
    ):
        yield client


def makers() -> list[BaseProcess]:
    """The processes that make the past for this one."""
    return [process for process in multiprocessing.active_children() if process.name == "past"]


def test_a_server_that_can_open_no_books_itself_answers_about_the_past_and_ends_who_made_it(demo: Path) -> None:
    async def told() -> list[httpx.Response]:
        async with asked(demo) as client:
            assert makers() == []
            first = await client.get(PAST, headers={"Accept-Encoding": "gzip"})
            again = await client.get(PAST, headers={"If-None-Match": first.headers["etag"], "Accept-Encoding": "gzip"})
            paths = ("/kk/stations/AYT?at=1300", "/stations/XXX.json?at=1300", "/stations/AYT.json")
            assert len(makers()) == 1
            return [first, again, *[await client.get(path) for path in paths], await client.head(PAST)]

    first, again, page, unknown, present, head = asyncio.run(told())
    assert makers() == []
    assert (first.status_code, first.json()["as_of"], first.headers["content-encoding"]) == (200, 1300, "gzip")
    assert (again.status_code, again.headers["etag"], again.content) == (304, first.headers["etag"], b"")
    assert (page.status_code, '<html lang="kk"' in page.text) == (200, True)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-station")
    assert (present.status_code, present.json()["code"]) == (503, "books-missing")
    assert (head.status_code, head.content) == (200, b"")
    assert all(answer.headers.get_list("x-content-type-options") == ["nosniff"] for answer in (first, page, unknown))


def test_beyond_so_many_at_a_time_whoever_asks_about_the_past_is_told_to_ask_again(demo: Path) -> None:
    async def told() -> list[httpx.Response]:
        async with asked(demo) as client:
            asking = [client.get(f"/en/findings?at={position}") for position in range(1_000, 1_000 + 3 * ASKING_MAX)]
            return await asyncio.gather(*asking)

    answers = asyncio.run(told())
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert len(refused) >= 2 * ASKING_MAX
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert all("Many ask about the past now" in answer.text for answer in refused)


def test_whoever_waits_while_the_maker_is_killed_is_told_to_ask_again_and_another_is_begun(demo: Path) -> None:
    async def told() -> tuple[list[httpx.Response], int]:
        async with asked(demo) as client:
            assert (await client.get(PAST)).status_code == 200
            (maker,) = makers()
            assert maker.pid is not None
            os.kill(maker.pid, signal.SIGSTOP)
            asking = [asyncio.create_task(client.get(PAST)) for _ in range(ASKING_MAX + 1)]
            await asyncio.wait(
                asking, return_when=asyncio.FIRST_COMPLETED
            )  # one too many: the others have been sent on
            maker.kill()
            lost = await asyncio.gather(*asking)
            for _ in range(TRIES_MAX):
                if (await client.get(PAST)).status_code == 200:
                    break
                await asyncio.sleep(0.1)
            (other,) = makers()
            assert other.pid != maker.pid
            return lost, (await client.get(PAST)).status_code

    lost, after = asyncio.run(told())
    assert {(answer.status_code, answer.headers["retry-after"]) for answer in lost} == {(503, "1")}
    assert sorted(answer.json()["code"] for answer in lost) == ["past-busy", *["past-gone"] * ASKING_MAX]
    assert after == 200
    assert makers() == []


def test_the_maker_notices_that_the_server_was_killed(demo: Path) -> None:
    command = [sys.executable, "-m", "custody.cli", "web", "--dir", str(demo), "--port", "0"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings) as server:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1].removesuffix("/")
        answer = httpx.get(f"{url}{PAST}", trust_env=False, timeout=60)
        counted = httpx.get(f"{url}/metrics", trust_env=False, timeout=60).text
        server.kill()
        # Whoever has inherited the server's stderr holds it open for as long as it lives.
        _, errors = server.communicate(timeout=60)
    assert answer.status_code == 200
    assert 'custody_web_requests_total{route="past",status="200"} 1.0' in counted
    assert errors == ""
