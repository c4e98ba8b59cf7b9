"""Somebody with a phone who has never seen it: from the start page to a batch, a day, a station, a seal, and how to cite it.

Each answer is one search or two taps away and stands in the first screen of its page, in each language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.web.demo import Web

SCREEN: Final[ViewportSize] = {"width": 360, "height": 780}
UNIT, SEAL = "DEL-P01-T", "CEC-000016-8"
WORDS = {
    "en": ("Antalya", "commission DEL", "differs by 5"),
    "ru": ("анталия", "комиссия DEL", "расхождение 5"),
    "kk": ("АНТАЛЬЯ", "DEL", "айырмасы 5"),
}
"""The city as it may be typed, who holds the unit, and what is wrong with the station."""


@pytest.fixture
def phone(browser: Browser, web: Web) -> Iterator[Page]:
    page = browser.new_page(viewport=SCREEN, base_url=web.url)
    yield page
    page.close()


def searched(phone: Page, language: str, *, typed: str) -> Page:
    """From the start page, by the search that stands on it."""
    phone.goto(f"/{language}/")
    box = phone.locator("#q")
    assert in_first_screen(box)
    box.fill(typed)
    box.press("Enter")
    return phone


def in_first_screen(found: Locator) -> bool:
    """Whether something stands in the screen before anybody scrolls."""
    box = found.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= SCREEN["height"]


@pytest.mark.parametrize("language", WORDS)
def test_a_stranger_finds_batch_station_seal_and_citation(phone: Page, language: str) -> None:
    city, holder, wrong = WORDS[language]
    searched(phone, language, typed="del p01")
    phone.wait_for_url(f"**/{language}/units/{UNIT}")
    lead = phone.locator(".lead")
    assert in_first_screen(lead)
    expect(lead).to_contain_text(holder)

    cite = phone.locator(".stand a[href='#cite']")
    assert in_first_screen(cite)
    cite.click()
    told = phone.locator("#cite").inner_text()
    assert all(part in told for part in (UNIT, "2867", f"/{language}/units/{UNIT}?at=2867"))

    searched(phone, language, typed=city)
    phone.wait_for_url(f"**/{language}/stations/AYT")
    assert in_first_screen(phone.locator(".lead"))
    expect(phone.locator(".lead")).to_contain_text(wrong)

    searched(phone, language, typed="cec 16")
    phone.wait_for_url(f"**/{language}/seals/{SEAL}")
    assert in_first_screen(phone.locator(".lead"))
    assert phone.locator("main ol > li").count() >= 2


def test_a_stranger_finds_who_held_it_on_a_day(phone: Page) -> None:
    searched(phone, "kk", typed=UNIT)
    earlier = phone.locator(".stand a[href='#earlier']")
    assert in_first_screen(earlier)
    earlier.click()
    phone.fill("#day", "2015-04-17")
    phone.locator("#day").press("Enter")
    phone.wait_for_url("**/units/DEL-P01-T?at=2015-04-17")
    expect(phone.locator(".banner.past")).to_be_visible()
    assert in_first_screen(phone.locator("h1"))
    expect(phone.locator(".now .who")).not_to_be_empty()


def test_what_is_not_there_is_said_in_the_language_of_the_page_with_what_was_meant(phone: Page) -> None:
    searched(phone, "ru", typed="Антал")
    expect(phone.locator("h1")).to_have_text("Ничего не найдено")
    expect(phone.locator(".lead")).to_have_text("В журнале ничего нет под именем «Антал».")
