"""The courier's phone in a real browser: two devices without a network hand a pouch over by the pictures on their screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from custody.core.entries.admission import check_entry
from custody.gateway.app_files import built_app
from tests.browser.phones import COURIER, OFFICER, Phone, Place, phone_of, place_of
from tests.courier.two_stations import POUCH, SEAL


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    assert built_app(), "the app was not built: run make app"
    with place_of(tmp_path_factory.mktemp("place")) as made:
        yield made


@pytest.fixture
def courier(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place, timezone_id="Europe/Istanbul") as phone:
        yield phone


@pytest.fixture
def officer(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place, timezone_id="Europe/Istanbul") as phone:
        yield phone


def test_two_phones_in_flight_mode_hand_a_pouch_over_by_pictures(place: Place, courier: Phone, officer: Phone) -> None:
    courier.enrol(COURIER)
    officer.enrol(OFFICER)
    place.hand("cec-1", "mfa-1")
    place.hand("mfa-1", "courier-ayt")
    courier.send()
    officer.send()
    assert courier.at("aboard").get_attribute("data-count") == "1"
    for phone in (courier, officer):
        phone.offline()
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEAL}-intact", "accept")
    courier.tap("give-answer")
    courier.scan(officer.code("code-answer"))
    assert courier.at("now").get_attribute("data-result") == "accepted"
    assert courier.words() == officer.words()
    courier.tap("now-done")
    officer.tap("answer-read")
    assert [courier.at("aboard").get_attribute("data-count"), officer.at("aboard").get_attribute("data-count")] == [
        "0",
        "1",
    ]
    for phone in (courier, officer):
        phone.offline(is_off=False)
        phone.send()
        assert {row["status"] for row in phone.kept()} == {"recorded"}
        assert all(url.startswith(place.url) for url in phone.asked)
        assert [text for text in phone.said if "Password field" not in text] == []
    state = place.ledger().state
    held = state.paths.head(POUCH)
    assert held is not None
    assert (str(held.custodian), held.basis, place.findings()) == ("mission AYT", "confirmed", [])
    for row in courier.kept():
        checked = check_entry(row["entry"], position=0, keys=place.ledger().public_key)
        assert (checked.fault, len(checked.valid), checked.invalid) == (None, 2, ())
