"""A page that follows the log, in a real browser: what is recorded comes onto it, unless the reader has it stand still."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, expect

from consumers.rebuild import keep_up
from custody.adapters.memory import MemoryLog
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import Books, create_books, open_books
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

WITHIN_MS = 20_000
LAST = 6
"""Entries that come in while the page is open."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The pages over the books in a folder, on a free port of loopback."""
    bound = socket.create_server(("127.0.0.1", 0))
    shelf = Shelf(lambda: open_books(folder), mark=lambda: None)
    server = uvicorn.Server(uvicorn.Config(make_app(shelf), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=lambda: server.run(sockets=[bound]))
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def take(books: Books, log: MemoryLog, *, entries: list[bytes]) -> None:
    """These entries come in."""
    log.append(entries)
    keep_up(reading_of(log)[0], books=books, pause=sleep_ms)


def test_what_is_recorded_comes_onto_the_page_and_stands_still_while_it_is_paused(
    browser: Browser, tmp_path: Path
) -> None:
    entries, log = Journey(Play("AYT"), "AYT").under_way().play.log, MemoryLog()
    begun = len(entries) - LAST
    with create_books(tmp_path / "books") as books:
        take(books, log, entries=entries[:begun])
        with served(tmp_path / "books") as url:
            page = browser.new_page(base_url=url)
            page.goto("/en/live")
            newest = page.locator(".feed > li").first
            expect(newest).to_have_id(f"p{begun - 1}")
            expect(page.locator(".follow")).to_contain_text("This page follows the log.")
            page.wait_for_timeout(1_500)  # the stream is open and has told where it begins
            take(books, log, entries=entries[begun : begun + 2])
            expect(newest).to_have_id(f"p{begun + 1}", timeout=WITHIN_MS)
            expect(page.locator(".stand")).to_contain_text(f"position {begun + 1}")

            page.get_by_role("button", name="Pause").click()
            take(books, log, entries=entries[begun + 2 :])
            page.wait_for_timeout(2_500)
            expect(newest).to_have_id(f"p{begun + 1}")
            page.get_by_role("button", name="Follow").click()
            expect(newest).to_have_id(f"p{len(entries) - 1}", timeout=WITHIN_MS)
            page.close()
