"""The pages as somebody sees them: in Chromium, without JavaScript, on a desk and on a narrow phone, and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Seen
from tests.web.demo import Web

PAGES = [
    "/board",
    "/seals/CEC-000016-8",
    "/consignments/WAW-C01-G",
    "/log/809",
    "/badges/courier-del",
    "/log",
    "/stations/AYT",
    "/stations/WAW",
    "/stations/DEL?at=1000",
    "/units/DEL-P01-T",
    "/units/AYT-B01-1",
    "/units/DEL-P01-T?at=809",
    "/findings",
]
CONTRAST_LEAST = 4.5
TABS_MAX = 600

# What the browser itself computes; evaluated from outside, scripts of the page stay off.
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = (
    "[...document.querySelectorAll('a[href], button, input:not([type=hidden])')].filter(one => one.checkVisibility())"
)
FOCUSABLE = f"() => {SHOWN}.length"
SHOWN_NOWHERE = f"""() => {{
    const shown = new Set({SHOWN}.map(one => one.href));
    return [...document.links].filter(one => !one.getAttribute('href').startsWith('#') && !shown.has(one.href)).length;
}}"""
"""How many links lead where no link that is shown leads: a page may leave one of two out where there is little room."""
FOCUSED = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const all = SHOWN;
    return {place: all.indexOf(element), outline: style.outlineStyle, seen: box.width > 0 && box.height > 0};
}""".replace("SHOWN", SHOWN)
BESIDE_LABEL = """() => [...document.querySelectorAll('.stack td')]
    .filter(cell => getComputedStyle(cell, '::before').content.length > 2 && getComputedStyle(cell).display === 'block')
    .flatMap(cell => [...cell.querySelectorAll('*')].filter(inner => inner.getBoundingClientRect().width > 0)
        .filter(inner => inner.getBoundingClientRect().left < cell.getBoundingClientRect().left + 90)
        .map(inner => inner.textContent.trim().slice(0, 40)))"""
CONTRASTS = """() => {
    const channels = color => color.match(/[\\d.]+/g).map(Number);
    const light = color => {
        const [r, g, b] = channels(color).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = element => {
        for (let each = element; each; each = each.parentElement) {
            const color = getComputedStyle(each).backgroundColor, parts = channels(color);
            if (parts.length < 4 || parts[3] > 0) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    const weak = [];
    for (const element of document.querySelectorAll('body *')) {
        if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
        const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < LEAST) weak.push([element.textContent.trim().slice(0, 40), ratio]);
    }
    return weak;
}""".replace("LEAST", str(CONTRAST_LEAST))


def opened(seen: Seen, path: str) -> Any:
    """The page at a path, loaded."""
    response = seen.page.goto(path)
    assert response is not None
    assert response.status == 200
    return seen.page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_window_asks_nobody_else_and_complains_of_nothing(seen: Seen, path: str) -> None:
    page = opened(seen, path)
    assert page.evaluate(WIDER) <= 0
    assert seen.elsewhere() == []
    assert seen.said == []
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.querySelector('.top')).backgroundColor") == "rgb(18, 52, 77)"


@pytest.mark.parametrize("path", PAGES)
def test_the_text_of_a_page_stands_out_from_what_is_behind_it(seen: Seen, path: str) -> None:
    assert opened(seen, path).evaluate(CONTRASTS) == []


@pytest.mark.parametrize("path", ["/board", "/stations/AYT", "/units/DEL-P01-T", "/findings"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(seen: Seen, path: str) -> None:
    page = opened(seen, path)
    places: list[int] = []
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None or (places and focused["place"] < places[-1]):
            break
        if places and focused["place"] == places[-1]:
            continue  # a field for a day has a stop for each of its parts
        assert focused["outline"] == "solid"
        assert focused["seen"]
        places.append(focused["place"])
    assert places == list(range(page.evaluate(FOCUSABLE)))
    assert page.evaluate(SHOWN_NOWHERE) == 0


def test_the_first_key_leads_to_the_content(seen: Seen) -> None:
    page = opened(seen, "/stations/AYT")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stations/AYT#content")
    assert page.evaluate("() => document.activeElement.id") == "content"


def test_a_stranger_finds_who_holds_a_unit_by_typing_its_id(seen: Seen) -> None:
    page = opened(seen, "/board")
    page.get_by_label("Station, unit, consignment or seal").fill("del-p01-t")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/units/DEL-P01-T")
    now = page.get_by_role("region", name="Who holds it now")
    assert "commission DEL" in now.inner_text()
    assert "confirmed" in now.inner_text()


def test_a_stranger_goes_from_the_start_to_what_is_wrong_and_on_to_the_evidence(seen: Seen) -> None:
    page = opened(seen, "/board")
    page.get_by_role("link", name="AYT").and_(page.locator(".tile")).click()
    page.wait_for_url("**/stations/AYT")
    wrong = page.get_by_role("region", name="What is wrong here")
    assert "for 5 papers the record shows no origin" in wrong.inner_text()
    wrong.get_by_role("link", name="The account does not add up").click()
    page.wait_for_url("**/findings/*")
    assert "446 issued" in page.locator(".evc").last.inner_text()
    page.locator(".evc").last.get_by_role("link", name="AYT-S01-5").last.click()
    page.wait_for_url("**/units/AYT-S01-5#p1890")
    expect(page.locator("#p1890")).to_be_visible()
    assert "446 issued" in page.locator("#p1890").inner_text()


def test_a_stranger_goes_back_in_time(seen: Seen) -> None:
    page = opened(seen, "/units/DEL-P01-T")
    page.get_by_label("Show this page as it was").fill("809")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/units/DEL-P01-T?at=809")
    assert "on hold" in page.get_by_role("region", name="Who held it then").inner_text()


@pytest.mark.parametrize("path", ["/board", "/stations/AYT", "/consignments/WAW-C01-G"])
def test_narrow_tables_are_still_tables_for_whoever_hears_them(seen: Seen, path: str) -> None:
    page = opened(seen, path)
    for table in page.get_by_role("table").all():
        rows = table.get_by_role("row").count()
        assert rows > 1
        assert table.get_by_role("rowheader").count() >= rows - 1
        assert table.get_by_role("columnheader").count() >= 3


@pytest.mark.parametrize("path", ["/stations/DEL", "/stations/WAW", "/consignments/WAW-C01-G"])
def test_what_stands_in_a_narrow_table_stands_beside_its_label_and_never_under_it(seen: Seen, path: str) -> None:
    assert opened(seen, path).evaluate(BESIDE_LABEL) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_printed(browser: Browser, web: Web, path: str) -> None:
    page = browser.new_page(java_script_enabled=False, base_url=web.url)
    try:
        page.goto(path)
        assert page.pdf(format="A4").startswith(b"%PDF")
        page.emulate_media(media="print")
        expect(page.locator("form").first).not_to_be_visible()
        expect(page.locator("nav").first).not_to_be_visible()
        expect(page.locator("#cite")).to_be_visible()
        expect(page.locator(".stand")).to_be_visible()
    finally:
        page.close()
