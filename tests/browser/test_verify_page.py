"""Verify this yourself, in a real browser: the record is checked there, and a site that tells something else is found out."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.demo import ENTRIES, Web, election_of, running_web, shared_demo

WITHIN_MS = 120_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_demo(tmp_path_factory)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert said == []


def verified(page: Page, url: str, *, root: str) -> str:
    """The sentence of the verdict after the checks."""
    page.goto(url)
    page.fill("#root", root)
    page.click("button[name=check]")
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text(":", timeout=WITHIN_MS)
    return verdict.inner_text()


def test_a_reader_checks_the_whole_record_and_the_site_against_it(page: Page, web: Web, demo: Path) -> None:
    told = verified(page, f"{web.url}/en/verify", root=f" {election_of(demo)} ")
    assert told.startswith("VERIFIED: nothing in the record was added, removed or altered.")
    assert "But this site" not in told
    states = [page.locator(f"#check-{number}").get_attribute("data-state") for number in range(1, 6)]
    assert states == ["good"] * 5
    assert page.locator("#check-3 .state").inner_text() == f"{ENTRIES:,} of {ENTRIES:,}"
    assert page.locator("#check-4 .state").inner_text() == "3 of 3"
    left = page.locator("#check-5 .technical").text_content() or ""
    assert "findings: compared 0, not compared 5, differ 0" in left
    expect(page.locator("#differs li")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_that_was_tampered_with_is_found_out(page: Page, demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo / "books", tmp_path / "books")
    (tmp_path / "archive").symlink_to(demo / "archive")
    with sqlite3.connect(tmp_path / "books" / "views.sqlite") as views:
        for view, key, column, value in (
            ("accounts", "account/AYT", "issued", 441),
            ("custody", "DEL-P01-T", "custodian", "courier courier-del"),
        ):
            (doc,) = views.execute("SELECT doc FROM view_rows WHERE view = ? AND key = ?", (view, key)).fetchone()
            changed = json.dumps(
                {**json.loads(doc), column: value}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
            )
            views.execute("UPDATE view_rows SET doc = ? WHERE view = ? AND key = ?", (changed, view, key))
    with running_web("--dir", str(tmp_path)) as other:
        told = verified(page, f"{other.url}/ru/verify", root=election_of(demo))
        assert told.startswith("VERIFIED")
        assert "Но сайт говорит не то, что запись." in told
        differs = page.locator("#differs li").all_inner_texts()
        assert differs == [
            "/stations/AYT issued: запись говорит 446, сайт говорит 441",
            "/units/DEL-P01-T custodian: запись говорит commission DEL, сайт говорит courier courier-del",
        ]
        assert page.locator("#check-5").get_attribute("data-state") == "bad"


def test_what_is_no_root_is_said_and_nothing_is_fetched(page: Page, web: Web) -> None:
    asked: list[str] = []
    page.goto(f"{web.url}/kk/verify")
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#root", "6dd8")
    page.click("button[name=check]")
    expect(page.locator("#verdict")).to_have_text("Түбір — 64 он алтылық цифр.")
    assert [url for url in asked if "/static/" not in url] == []
