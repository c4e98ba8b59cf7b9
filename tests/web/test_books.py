"""The pages while the books change under them: rebuilt, gone, on their way, incomplete, kept in PostgreSQL."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.ledger import LedgerFollower
from consumers.loop import RetryPolicy, drain
from consumers.rebuild import keep_up, rebuild
from custody.embedded.directory import Directory
from custody.embedded.folding import reading_of, sleep_ms
from custody.ports import Alarm
from projections.stores.books import create_books
from projections.stores.ports import Parked
from projections.stores.postgres_alarms import PostgresAlarms
from projections.stores.postgres_books import create_postgres_books
from projections.stores.postgres_recorder import BooksAddress
from projections.web.facts.accounts import cell_of
from tests.web.demo import ENTRIES, Web, running_web

PATHS = [
    "/board.json",
    "/stations/AYT.json",
    "/stations/WAW.json",
    "/units/DEL-P01-T.json",
    "/units/DEL-P01-T.json?at=809",
    "/board.json?at=1300",
    "/findings.json",
    "/api/v1/accounts?limit=200",
    "/api/v1/units?limit=200",
]


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """A demonstration whose books may be broken."""
    place = tmp_path / "election"
    place.mkdir()
    shutil.copy(demo / "log.sqlite", place / "log.sqlite")
    shutil.copytree(demo / "books", place / "books")
    return place


def of_the_books(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what is seen of the checkpoint beside a directory: nothing lies beside PostgreSQL."""
    return {name: value for name, value in answer.items() if name not in ("signed", "witnesses")}


def test_pages_over_postgres_say_what_pages_over_a_directory_say(web: Web, demo: Path, postgres_url: str) -> None:
    with Directory(demo).open_log() as log, create_postgres_books(postgres_url) as books:
        keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
        with running_web("--postgres", postgres_url) as other:
            for path in PATHS:
                assert of_the_books(other.json(path)) == of_the_books(web.json(path))
            assert other.get("/board").status_code == 200


def test_an_alarm_of_the_monitor_stands_on_every_page(demo: Path, postgres_url: str) -> None:
    with Directory(demo).open_log() as log, create_postgres_books(postgres_url) as books:
        keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
        PostgresAlarms(BooksAddress(postgres_url)).set_up()
        books.alarms.tell([Alarm("log-shorter", "The log is shorter than it was.")], at="2015-05-06T00:00:00+00:00")
        with running_web("--postgres", postgres_url) as web:
            for path in ("/board", "/stations/AYT", "/units/DEL-P01-T", "/findings"):
                page = web.get(path).text
                assert 'role="alert"' in page
                assert "The log is shorter than it was." in page
            codes = [alarm["code"] for alarm in web.json("/board.json")["alarms"]]
            assert codes == ["log-shorter", "monitor-silent"]


def test_views_that_had_to_leave_something_out_are_an_alarm(copy: Path) -> None:
    with create_books(copy / "books") as books:
        head = books.views.head("accounts")
        parked = Parked(view="accounts", position=5, ordinal=0, reason="KeyError")
        books.views.write("accounts", expected=head, head=head, changes=[], parked=[parked])
    with running_web("--dir", str(copy)) as web:
        assert [alarm["code"] for alarm in web.json("/board.json")["alarms"]] == ["views-incomplete"]
        assert 'role="alert"' in web.get("/board").text


def test_rebuilt_books_are_read_without_a_restart(copy: Path) -> None:
    with running_web("--dir", str(copy)) as web:
        before = web.json("/board.json")
        with Directory(copy).open_log() as log:
            rebuild(reading_of(log)[0], folder=copy / "books", pause=sleep_ms)
        with create_books(copy / "books") as books:
            head = books.views.head("findings")
            parked = Parked(view="findings", position=5, ordinal=0, reason="KeyError")
            books.views.write("findings", expected=head, head=head, changes=[], parked=[parked])
        assert web.json(f"/board.json?at={ENTRIES - 1}")["findings"] == before["findings"]
        assert web.json("/api/v1/standing")["parked"] == 1


@pytest.mark.parametrize("path", ["/api/v1/board", "/board", "/readyz"])
def test_books_that_are_gone_are_a_503_until_they_are_back(copy: Path, path: str) -> None:
    with running_web("--dir", str(copy)) as web:
        assert web.get(path).status_code == 200
        (copy / "books").rename(copy / "elsewhere")
        gone = web.get(path)
        assert (gone.status_code, gone.headers["retry-after"]) == (503, "1")
        assert "books-missing" in gone.text
        assert web.get("/healthz").status_code == 200
        (copy / "elsewhere").rename(copy / "books")
        assert web.get(path).status_code == 200


def test_views_on_their_way_are_a_503_and_never_a_mixed_answer(copy: Path) -> None:
    shutil.rmtree(copy / "books")
    with Directory(copy).open_log() as log, create_books(copy / "books") as books:
        reading = reading_of(log)[0]
        drain([LedgerFollower.resume(reading, store=books.ledger)], patience=RetryPolicy(), pause=sleep_ms)
    with running_web("--dir", str(copy)) as web:
        assert web.get("/api/v1/board").json()["code"] == "no-election"
        with Directory(copy).open_log() as log, create_books(copy / "books") as books:
            keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
            head = books.views.head("findings")
            behind = replace(head, position=head.position - 1, leaf="0" * 64)
            books.views.write("findings", expected=head, head=behind, changes=[])
        response = web.get("/api/v1/board")
        assert (response.status_code, response.json()["code"]) == (503, "books-moving")


def test_many_readers_at_once_get_the_same_answer(web: Web) -> None:
    bodies: list[Any] = []

    def ask() -> None:
        with httpx.Client(base_url=web.url, timeout=60, trust_env=False) as client:
            read = [client.get(f"/stations/{code}.json?at=1816").json() for code in ("AYT", "DEL", "WAW")]
            bodies.append(read)

    readers = [threading.Thread(target=ask) for _ in range(12)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(timeout=120)
    assert len(bodies) == 12
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_text_of_a_table_is_taken_for_a_formula(text: str) -> None:
    assert cell_of(text) == f"'{text}"


def test_numbers_of_a_table_stay_numbers() -> None:
    assert [cell_of(value) for value in (-5, 0, None, "AYT")] == [-5, 0, "", "AYT"]
