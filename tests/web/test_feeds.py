"""Atom feeds in the language of their address, what was recorded last, and the stream of what is new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from consumers.ledger import LedgerFollower
from consumers.loop import RetryPolicy, drain
from consumers.views import ViewFollower
from custody.adapters.memory import MemoryLog
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import create_books
from projections.views.all_views import VIEWS
from tests.web.demo import Web, running_web, shared_entries

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/feed.atom", "/findings.atom", "/stations/AYT.atom", "/units/DEL-P01-T.atom")


def feed(web: Web, path: str) -> ElementTree.Element:
    answer = web.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_has_what_an_atom_feed_must_have(web: Web, path: str) -> None:
    told = feed(web, f"/ru{path}")
    for element in (told, *told.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), name
    ids = [entry.findtext(f"{ATOM}id") for entry in told.findall(f"{ATOM}entry")]
    assert 0 < len(ids) == len(set(ids)) <= 50
    assert all(str(one).startswith("tag:kz-2015.invalid,2015-04-26:") for one in ids)


def test_a_feed_speaks_the_language_of_its_address_and_keeps_its_ids(web: Web) -> None:
    told = {language: feed(web, f"/{language}/findings.atom") for language in ("en", "ru", "kk")}
    ids = {tuple(one.findtext(f"{ATOM}id") for one in root.findall(f"{ATOM}entry")) for root in told.values()}
    assert len(ids) == 1
    text = "".join(told["kk"].itertext())
    assert "қайдан алынғаны жазылмағаны: 5 бюллетень" in text
    assert "/kk/findings/" in ElementTree.tostring(told["kk"], encoding="unicode")


def test_a_feed_tells_what_is_on_the_page(web: Web) -> None:
    told = "".join(feed(web, "/en/stations/AYT.atom").itertext())
    assert "Issued 446, received 441" in told
    newest = feed(web, "/en/feed.atom").find(f"{ATOM}entry/{ATOM}id")
    last = web.json("/api/v1/recent")["items"][0]["position"]
    assert newest is not None
    assert str(newest.text).endswith(f"/log/{last}")
    assert web.get("/stations/XXX.atom").status_code == 404
    assert feed(web, "/en/feed.atom?at=100").findtext(f"{ATOM}entry/{ATOM}id") != newest.text


def test_hostile_text_stays_text_in_a_feed(web: Web) -> None:
    assert "<script" not in web.get("/en/feed.atom").text


@pytest.fixture
def growing(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, list[bytes], Path]]:
    """Pages over books that hold the first 40 entries of the demonstration."""
    entries = shared_entries(tmp_path_factory)[:60]
    fill(tmp_path / "books", entries[:40])
    with running_web("--dir", str(tmp_path), complaints="(?s).*") as web:
        yield web, entries, tmp_path / "books"


def fill(folder: Path, entries: list[bytes]) -> None:
    log = MemoryLog()
    log.append(entries)
    with create_books(folder) as books:
        ledger = LedgerFollower.resume(reading_of(log)[0], store=books.ledger)
        drain([ledger], patience=RetryPolicy(), pause=sleep_ms)
        drain([ViewFollower(view, books=books) for view in VIEWS], patience=RetryPolicy(), pause=sleep_ms)


def test_who_follows_hears_what_comes_in(growing: tuple[Web, list[bytes], Path]) -> None:
    web, entries, books = growing
    with httpx.stream("GET", f"{web.url}/api/v1/live", timeout=30, trust_env=False) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("id: ")) == "id: 40"
        fill(books, entries)
        assert next(line for line in lines if line.startswith("id: ")) == "id: 60"
        news = json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
    assert news["entries"] == 60
    assert [item["position"] for item in news["items"]] == list(range(59, 39, -1))
    again = {"Last-Event-ID": "58"}
    with httpx.stream("GET", f"{web.url}/api/v1/live", headers=again, timeout=30, trust_env=False) as answer:
        data = next(line for line in answer.iter_lines() if line.startswith("data: "))
    assert [item["position"] for item in json.loads(data.removeprefix("data: "))["items"]] == [59, 58]


def test_only_pages_with_a_script_admit_one(web: Web) -> None:
    for path, admits in (("/en/", True), ("/ru/live", True), ("/en/stations/AYT", False), ("/en/findings", False)):
        policy = web.get(path).headers["Content-Security-Policy"]
        assert ("script-src 'self'" in policy) == admits
        assert "default-src 'none'" in policy
