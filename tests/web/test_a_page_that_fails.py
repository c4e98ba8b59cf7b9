"""What this program cannot set as a page is told so in plain words, and everything else goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.stores.books import create_books
from projections.views.view import Put
from tests.web.demo import Web, running_web

UNIT = "ROM-K01-L"
SECRET = "what-nobody-may-read"
COMPLAINTS = r"(ERROR: +\S+ failed: KeyError \([a-z_]+\.py:\d+\)\n)*"


def put(books: Path, *, seals: tuple[()] | None) -> None:
    """Write the row of the unit anew: with these seals, or without the field, and with a word that no log may show."""
    with create_books(books) as found:
        row = found.views.row("custody", key=UNIT)
        assert row is not None
        doc = {name: value for name, value in row.doc.items() if name != "seals"} | {SECRET: 1}
        doc |= {} if seals is None else {"seals": list(seals)}
        head = found.views.head("custody")
        found.views.write("custody", expected=head, head=head, changes=[Put(UNIT, row.station, doc)])


@pytest.fixture
def broken(demo: Path, tmp_path: Path) -> Iterator[Web]:
    """The demonstration's books, in which the row of one unit lacks what its page shows."""
    shutil.copytree(demo / "books", tmp_path / "books")
    put(tmp_path / "books", seals=None)
    with running_web("--dir", str(tmp_path), complaints=COMPLAINTS) as web:
        yield web


def test_a_page_that_fails_says_so_in_words_and_the_others_go_on(broken: Web) -> None:
    for path in [f"/units/{UNIT}", "/stations/ROM"] * 3:
        failed = broken.get(path)
        assert failed.status_code == 500, path
        assert failed.headers["content-type"] == "text/html; charset=utf-8"
        assert "This program failed; what it shows elsewhere is not touched by that." in failed.text
        assert "KeyError" not in failed.text
        assert SECRET not in failed.text
    assert broken.get(f"/units/{UNIT}?at=2000").status_code == 200
    for path in ("/board", "/stations/AYT", "/units/AYT-P01-T", "/findings", "/healthz", "/readyz", "/api/v1/accounts"):
        assert broken.get(path).status_code == 200, path
    assert 'custody_web_requests_total{route="/units/{unit}",status="500"} 3.0' in broken.get("/metrics").text


def test_a_failed_answer_has_the_headers_of_every_answer_and_is_not_kept(broken: Web) -> None:
    page, answer = broken.get(f"/units/{UNIT}"), broken.get(f"/api/v1/units/{UNIT}")
    for failed in (page, answer):
        assert failed.headers["cache-control"] == "no-store"
        assert failed.headers["content-security-policy"].startswith("default-src 'none'")
        assert "etag" not in failed.headers
    sentence = "This program failed; what it shows elsewhere is not touched by that."
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": sentence,
        "code": "internal",
        "sentence": sentence,
    }
    assert answer.headers["content-type"] == "application/problem+json"
    head = broken.client.head(f"/units/{UNIT}")
    assert (head.status_code, head.content) == (500, b"")


def test_a_page_that_failed_is_shown_once_the_books_are_mended(broken: Web, tmp_path: Path) -> None:
    assert broken.get(f"/units/{UNIT}").status_code == 500
    put(tmp_path / "books", seals=())
    assert broken.get(f"/units/{UNIT}").status_code == 200
