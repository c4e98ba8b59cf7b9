"""A phone whose browser keeps or signs nothing, and the screens off the usual way: words for each, for everybody to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from custody.gateway.app_files import built_app
from tests.browser.phones import CHAIR, COURIER, MEMBER, OFFICER, PIN, Phone, Place, phone_of, place_of
from tests.browser.test_phone import ALL_LOOKS, look
from tests.courier.two_stations import SEAL

DENIED = {
    "no database": "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };",
    "no locks": "Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined});",
}
UNABLE = "SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'));"
LOOKS = [("en", "light", 320)]
"""Language, scheme and width; in soak all of them."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    assert built_app(), "the app was not built: run make app"
    with place_of(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("script", "told"),
    [*((script, "storage-denied.title") for script in DENIED.values()), (UNABLE, "unsupported.title")],
)
def test_a_browser_that_keeps_or_signs_nothing_says_so(browser: Browser, place: Place, script: str, told: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en")
    context.add_init_script(script)
    phone = Phone(context, place)
    phone.at(told).wait_for()
    assert "paper" in phone.at(told).inner_text()
    context.close()


def test_a_storage_that_fills_up_while_sending_is_told_as_that(browser: Browser, place: Place) -> None:
    with phone_of(browser, place) as phone:
        phone.enrol(COURIER)
        phone.page.evaluate(
            "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
        )
        phone.tap("tab-outbox", "outbox-send")
        expect(phone.at("notice")).to_contain_text("storage of this device is full")


def test_a_device_whose_first_request_was_dropped_is_told_so_and_helped(browser: Browser, place: Place) -> None:
    with phone_of(browser, place) as phone:
        phone.ask(replace(COURIER, badge="phone-nobody"))
        phone.tap("back", "person-new")
        phone.ask(COURIER)
        phone.at("without-device").wait_for()
        phone.grant(COURIER)
        phone.tap("check", f"seal-{SEAL}-intact", "seals-sign")
        assert phone.at("problem").get_attribute("data-code") == "device-not-enrolled"
        assert phone.kept() == []
        phone.tap("problem-on", "back", "person-new")
        again = replace(COURIER, badge="phone-again")
        phone.ask(again)
        phone.tap("request-device")
        expect(phone.at("without-device")).to_have_count(0)
        phone.grant(again)
        phone.tap("check", f"seal-{SEAL}-intact", "seals-sign")
        phone.at("aboard").wait_for()
        phone.send()
        assert [row["status"] for row in phone.kept()] == ["recorded"]
        assert place.findings() == []


@pytest.mark.parametrize(("language", "scheme", "width"), ALL_LOOKS if os.environ.get("CUSTODY_SOAK") else LOOKS)
def test_each_screen_off_the_usual_way_can_be_read_heard_and_tapped_when_it_is_small(
    browser: Browser, place: Place, language: str, scheme: str, width: int
) -> None:
    narrow: dict[str, Any] = {"viewport": {"width": width, "height": 640}, "locale": language, "color_scheme": scheme}
    faults: list[str] = []
    with phone_of(browser, place, **narrow) as phone, phone_of(browser, place, **narrow) as other:
        making_keys(other, faults)
        phone.enrol(COURIER)
        other.grant(OFFICER)
        phone.send()
        other.send()
        leaving_the_usual_way(phone, other, faults)
        other.enrol_another(CHAIR)
        other.enrol_another(MEMBER)
        seen(other, faults, "join", f"join-{CHAIR.badge}")
    assert faults == []


def seen(phone: Phone, faults: list[str], *names: str) -> None:
    """Look at the screen that each tap brings."""
    for name in names:
        phone.tap(name)
        phone.settle()
        look(phone, faults)


def making_keys(phone: Phone, faults: list[str]) -> None:
    """Somebody's card was read and the request dropped; another's comes after it, and brings the key of the device."""
    phone.file("card.json", phone.place.card(OFFICER).replace(OFFICER.badge, "phone-nobody").encode())
    phone.at("pin").fill(PIN)
    phone.at("pin-again").fill(PIN + "1")
    phone.tap("key-make")
    expect(phone.at("pin-says")).not_to_be_empty()
    look(phone, faults)
    phone.at("pin-again").fill(PIN)
    phone.tap("key-make")
    phone.at("code-request").wait_for()
    look(phone, faults)
    seen(phone, faults, "back", "person-new")
    phone.ask(OFFICER)
    phone.at("without-device").wait_for()
    look(phone, faults)
    phone.tap("request-device")
    expect(phone.at("without-device")).to_have_count(0)


def leaving_the_usual_way(phone: Phone, other: Phone, faults: list[str]) -> None:
    """A broken seal, its warning, the reasons, the history, a refusal; a carrier; a PIN that was forgotten."""
    phone.tap("check", f"seal-{SEAL}-broken", "seals-sign")
    phone.at("aboard").wait_for()
    look(phone, faults)
    other.tap("receive")
    invitation = other.code("code-invitation")
    other.tap("receive-read")
    phone.tap("give", "give-read")
    phone.scan(invitation)
    phone.at("give-on").wait_for()
    look(phone, faults)
    phone.tap("give-on")
    offer = phone.code("code-offer")
    seen(phone, faults, "give-history")
    other.scan(offer)
    other.tap(f"seal-{SEAL}-broken")
    seen(other, faults, "reserve", "back")
    other.tap(f"seal-{SEAL}-broken")
    seen(other, faults, "refuse")
    other.tap("choice-seal-broken", "codes-sign")
    phone.tap("give-answer")
    phone.scan(other.code("code-answer"))
    phone.at("now").wait_for()
    look(phone, faults)
    other.tap("answer-read")
    phone.tap("now-done", "report", "report-carrier", "choice-hold", f"seal-{SEAL}-broken", "carrier-sign")
    seen(phone, faults, "report", "report-collect", "back", "tab-record", "settings", "pin-change", "back", "back")
    phone.tap("tab-today")
    phone.at("aboard").wait_for()
    seen(phone, faults, "back", f"person-{COURIER.badge}", "pin-forgotten")
