"""Pages about a station with thousands of findings, against the ordinary pages of the same server over the same books.

A server on loopback shows the books of twenty stations, one of which has 5,000 different findings about one unit.
Compared are the median times to a page, each address asked once, so that no kept answer counts. The aim: 0.2 at least.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import uvicorn

from bench.ledger import made_election
from consumers.rebuild import rebuild
from custody.adapters.memory import MemoryLog
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import create_books, open_books
from projections.views.view import Put
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf

FINDINGS: Final = 5_000
KINDS: Final = ("station", "unit", "findings", "board")
_ROUNDS: Final = 5


def run() -> Iterator[tuple[str, float]]:
    """``hostile-page-<kind>``: time to an ordinary page / time to a page of that kind about the crowded station."""
    with TemporaryDirectory() as folder:
        books = Path(folder) / "books"
        log = MemoryLog()
        log.append(made_election())
        rebuild(reading_of(log)[0], folder=books, pause=sleep_ms)
        crowded, unit, ordinary = _crowd(books)
        pages = {"station": f"/stations/{crowded}?", "unit": f"/units/{unit}?"}
        pages |= {"findings": f"/findings?station={crowded}&", "board": "/board?"}
        with _served(books) as port:
            usual_s = _seconds(port, paths=[f"/stations/{code}?lang=en" for code in ordinary])
            for kind in KINDS:
                paths = [f"{pages[kind]}lang={language}" for language in ("en", "ru", "kk")]
                yield f"hostile-page-{kind}", usual_s / _seconds(port, paths=paths)


def _crowd(folder: Path) -> tuple[str, str, list[str]]:
    """Findings put to a station that has one: its code, a unit of it, and the codes of some others."""
    with create_books(folder) as books:
        finding = next(row for row in books.views.rows("findings") if row.station and row.doc["units"])
        keys = [f"{number:064x}" for number in range(FINDINGS)]
        added = [Put(key, finding.station, {**finding.doc, "id": key, "status": "open"}) for key in keys]
        head = books.views.head("findings")
        books.views.write("findings", expected=head, head=head, changes=added)
        codes = [str(row.doc["station"]) for row in books.views.rows("stations", prefix="station/")]
        others = [code for code in codes if code != finding.station]
        return str(finding.station), str(finding.doc["units"][0]), others[:_ROUNDS]


def _seconds(port: int, *, paths: Sequence[str]) -> float:
    """The median time to the pages at these paths."""
    return median(_asked_s(port, path=path) for path in paths)


def _asked_s(port: int, *, path: str) -> float:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    client.request("GET", path)
    response = client.getresponse()
    response.read()
    taken = time.perf_counter() - started
    client.close()
    if response.status != 200:
        raise ValueError(f"{path} was answered with {response.status}")
    return taken


@contextmanager
def _served(folder: Path) -> Iterator[int]:
    """The pages over the books in a folder, on a free port of loopback."""
    bound = socket.create_server(("127.0.0.1", 0))
    shelf = Shelf(lambda: open_books(folder), mark=lambda: None)
    server = uvicorn.Server(uvicorn.Config(make_app(shelf), log_level="error"))
    thread = threading.Thread(target=lambda: server.run(sockets=[bound]))
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=30)
