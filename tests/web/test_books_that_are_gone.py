"""The pages over books that cannot be opened: the process lives, is not ready, and answers every reader in one form."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractContextManager

import httpx
import pytest

from projections.stores.books import Books
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf
from schemas.errors import Unavailable


def opened() -> AbstractContextManager[Books]:
    raise Unavailable("books-missing", "There are no books that can be opened at this place.")


class Reader:
    """Asks an application in this process."""

    def __init__(self) -> None:
        self.app = make_app(Shelf(opened, mark=lambda: None))

    def ask(self, path: str, *, method: str = "GET") -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://web") as client:
                return await client.request(method, path)

        return asyncio.run(asked())

    def get(self, path: str) -> httpx.Response:
        return self.ask(path)


@pytest.fixture
def web() -> Reader:
    return Reader()


def test_the_process_lives_and_is_not_ready(web: Reader) -> None:
    assert web.get("/healthz").json() == {"alive": True}
    ready = web.get("/readyz")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
    assert [reason["code"] for reason in ready.json()["reasons"]] == ["books-missing"]
    assert (ready.json()["service"], ready.json()["position"]) == ("web", None)


def test_the_figures_name_the_routes_of_health_by_their_paths(web: Reader) -> None:
    web.get("/readyz")
    figures = web.get("/metrics")
    assert 'custody_web_requests_total{route="/readyz",status="503"} 1.0' in figures.text
    assert figures.headers["cache-control"] == "no-store"
    assert figures.headers["content-type"].startswith("text/plain")


def test_a_reader_of_the_api_hears_it_as_a_problem_that_nobody_keeps(web: Reader) -> None:
    answer = web.get("/api/v1/board")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("1", "no-store")
    assert json.loads(answer.content)["code"] == "books-missing"


def test_the_addresses_of_health_are_not_described(web: Reader) -> None:
    assert all(path.startswith("/api/") for path in web.get("/openapi.json").json()["paths"])


def test_health_takes_no_body_and_answers_head(web: Reader) -> None:
    assert web.ask("/healthz", method="POST").status_code == 405
    assert web.ask("/healthz", method="HEAD").content == b""
