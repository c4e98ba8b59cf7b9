"""What anybody can be kept out by: axe-core on every kind of page, light and dark, wide and narrow, in each language; and no page
wider than its window. With forced colours what is said by colour alone would be lost: every chip and tile keeps its words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.demo import Web

AXE = Path(__file__).parents[2] / "app" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
  return found.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html.slice(0, 200)).join(" ; "));
}"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALLER = """() => [...document.querySelectorAll("nav a, .btn, .tile, .find input")]
  .map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height < 24)
  .map(([text]) => text)"""
KINDS = (
    "/",
    "/?at=1300",
    "/stations/AYT",
    "/stations/WAW",
    "/units/DEL-P01-T",
    "/units/DEL-P01-T?at=809",
    "/seals/CEC-000016-8",
    "/consignments/WAW-C01-G",
    "HANDOVER",
    "FINDING",
    "/findings",
    "/log",
    "/log/809",
    "/badges/courier-del",
    "/rules",
    "/tours",
    "/stations/XXX",
)
LISTS = (
    *("/stations", "/units", "/seals", "/handovers", "/accounts", "/journalists", "/data", "/sample", "/live"),
    *("/verify", "/docs", "/docs/forms", "/find?q=zzz", "KEY"),
)
"""Seen in one window: what is found there is found in any."""
WINDOWS = [("en", "light", 1280), ("ru", "dark", 320)]
"""Language, colours and width; each kind of page is seen in each."""
if os.environ.get("CUSTODY_SOAK"):
    WINDOWS += [
        ("kk", "light", 360),
        ("ru", "dark", 820),
        ("kk", "dark", 1280),
        ("en", "light", 320),
        ("en", "dark", 360),
    ]


@pytest.fixture(scope="module")
def paths(web: Web) -> tuple[str, ...]:
    """Every kind of page, with the demonstration's own ids."""
    return tuple(named_in(web).get(kind, kind) for kind in KINDS)


def named_in(web: Web) -> dict[str, str]:
    """The paths of what the demonstration has ids of its own for."""
    handover = web.json("/log/809.json")["handover"]
    (finding,) = web.json("/api/v1/findings?station=AYT")["items"]
    (key,) = web.json("/badges/courier-del.json")["keys"]
    return {
        "HANDOVER": f"/handovers/{handover}",
        "FINDING": f"/findings/{finding['id']}",
        "KEY": f"/keys/{key['key']}",
    }


@pytest.fixture(params=WINDOWS, ids=lambda window: "-".join(map(str, window)))
def window(request: pytest.FixtureRequest, browser: Browser, web: Web) -> Iterator[tuple[str, Page]]:
    language, scheme, width = request.param
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=web.url)
    yield language, page
    page.close()


def test_nobody_is_kept_out_of_any_page(window: tuple[str, Page], paths: tuple[str, ...]) -> None:
    language, page = window
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(f"/{language}{path}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults = page.evaluate(FAULTS)
        faults += ["wider than its window"] * (page.evaluate(WIDER) > 0)
        faults += [f"small: {text}" for text in page.evaluate(SMALLER)]
        if faults:
            found[path] = faults
    assert found == {}


def test_nobody_is_kept_out_of_a_list_nor_of_what_describes_the_pages(browser: Browser, web: Web) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900}, color_scheme="dark", base_url=web.url)
    found: dict[str, list[str]] = {}
    for path in LISTS:
        page.goto(f"/kk{named_in(web)[path] if path == 'KEY' else path}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults = page.evaluate(FAULTS) + ["wider than its window"] * (page.evaluate(WIDER) > 0)
        if faults:
            found[path] = faults
    page.close()
    assert found == {}


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_no_page_is_wider_than_its_window_in_the_languages_with_long_words(
    browser: Browser, web: Web, paths: tuple[str, ...], width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, base_url=web.url, java_script_enabled=False)
    wider = []
    for path in (
        "/",
        "/units/DEL-P01-T",
        "/stations/AYT",
        paths[KINDS.index("HANDOVER")],
        paths[KINDS.index("FINDING")],
    ):
        for language in ("kk", "ru"):
            page.goto(f"/{language}{path}")
            wider += [f"{language}{path}"] * (page.evaluate(WIDER) > 0)
    page.close()
    assert wider == []


def test_the_judge_of_pages_sees_a_fault_where_there_is_one(browser: Browser, web: Web) -> None:
    page = browser.new_page(base_url=web.url)
    page.goto("/en/rules")
    page.evaluate("() => document.querySelectorAll('input').forEach((one) => one.removeAttribute('id'))")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert any(fault.startswith("label") for fault in page.evaluate(FAULTS))
    page.close()


@pytest.mark.parametrize("path", ["/en/", "/en/stations/AYT", "/en/units/DEL-P01-T"])
def test_with_forced_colours_every_sign_keeps_its_word_and_every_card_its_border(
    browser: Browser, web: Web, path: str
) -> None:
    page = browser.new_page(forced_colors="active", base_url=web.url, java_script_enabled=False)
    page.goto(path)
    for chip in page.locator(".chip").all():
        assert chip.inner_text().strip()
    edges = "() => [...document.querySelectorAll('.chip, .card')].map((one) => getComputedStyle(one).borderTopStyle)"
    assert set(page.evaluate(edges)) == {"solid"}
    page.close()


@pytest.mark.parametrize(("path", "sheets"), [("/en/units/DEL-P01-T", 3), ("/en/stations/AYT", 3), ("/en/log/809", 1)])
def test_a_page_prints_on_few_sheets_of_a4(browser: Browser, web: Web, path: str, sheets: int) -> None:
    page = browser.new_page(base_url=web.url, java_script_enabled=False)
    page.goto(path)
    printed = page.pdf(format="A4")
    assert 1 <= printed.count(b"/Type /Page\n") <= sheets
    page.close()
