"""The election played again: its entries come into books of their own while the pages are served, and it ends by itself."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from custody.adapters.sqlite import SqliteLog
from custody.cli.commands import web
from custody.cli.live_play import played_again
from custody.embedded.directory import Directory
from tests.web.demo import shared_entries

ENTRIES = 60


def test_the_pages_move_while_it_is_played_and_the_server_ends_with_it(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Directory(tmp_path)
    with SqliteLog.create(place.log) as log:
        log.append(shared_entries(tmp_path_factory)[:ENTRIES])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    seen: list[int] = []

    def watch() -> None:
        while not seen or seen[-1] < ENTRIES:
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/standing", trust_env=False, timeout=30)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code == 200:
                seen.append(answer.json()["standing"]["position"])
        play.end()

    watcher = threading.Thread(target=watch, daemon=True)
    with played_again(place, speed=20, stays_s=120.0) as play:
        watcher.start()
        books = play.books
        web.serve_play(play, port=port, beside=place)
    watcher.join(timeout=30)
    assert seen == sorted(seen)
    assert 20 <= seen[0] <= seen[-1] == ENTRIES
    assert re.match(rf"Pages: http://127\.0\.0\.1:{port}/ ", capsys.readouterr().out)
    assert not books.exists()
    with SqliteLog.open(place.log) as log:
        assert log.end() == ENTRIES
