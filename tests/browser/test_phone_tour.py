"""A tour and a carrier in a real browser: five stations handed out in one act, left one by one, and what is still aboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from custody.core.state.units import Unit
from custody.gateway.app_files import built_app
from tests.browser.phones import START, Phone, Place, phone_of, place_of
from tests.browser.test_phone import begin
from tests.browser.tour import COURIER, MINISTRY, POUCHES, SEALS, STATIONS, officer_of, tour_of
from tests.browser.tour import START as TOUR_START
from tests.courier.two_stations import POUCH, SEAL


@pytest.fixture
def tour(tmp_path: Path) -> Iterator[Place]:
    assert built_app(), "the app was not built: run make app"
    with tour_of(tmp_path) as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    assert built_app(), "the app was not built: run make app"
    with place_of(tmp_path) as made:
        yield made


@pytest.fixture
def phones(browser: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Phone, Phone]]:
    """The courier's, and that of whoever is on the other side."""
    name, start = ("tour", TOUR_START) if "tour" in request.fixturenames else ("place", START)
    place: Place = request.getfixturevalue(name)
    with phone_of(browser, place, start=start) as courier, phone_of(browser, place, start=start) as other:
        yield courier, other


def aboard(phone: Phone) -> str | None:
    """How many packages the courier holds."""
    phone.at("aboard").wait_for()
    return phone.at("aboard").get_attribute("data-count")


def only(phone: Phone, unit: str) -> None:
    """Hand over this one of all that is held."""
    phone.tap("give")
    phone.at("give-read").wait_for()
    for held in phone.page.get_by_role("checkbox").all():
        if held.get_attribute("data-testid") != f"give-{unit}":
            held.uncheck()


def taken_at_the_ministry(courier: Phone, ministry: Phone) -> None:
    """Five pouches in one act, by frames where one code is too small."""
    courier.tap("receive")
    invitation = courier.code("code-invitation")
    courier.tap("receive-read")
    ministry.tap("give", "give-read")
    ministry.scan(invitation)
    courier.gather(ministry, "code-offer")
    for unit in POUCHES.values():
        courier.at(f"package-{unit}").wait_for()
    courier.press("accept")
    assert "0 of 5" in courier.at("lacking").inner_text()
    for seal in SEALS.values():
        courier.tap(f"seal-{seal}-intact")
    courier.tap("accept")
    ministry.tap("give-answer")
    ministry.gather(courier, "code-answer")
    ministry.at("now").wait_for()
    assert ministry.words() == courier.words()
    ministry.tap("now-done")
    courier.tap("answer-read")


def left_with_a_phone(courier: Phone, officer: Phone, station: str) -> None:
    """One pouch, by pictures."""
    only(courier, POUCHES[station])
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give-read")
    courier.scan(invitation)
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEALS[station]}-intact", "accept")
    courier.tap("give-answer")
    courier.scan(officer.code("code-answer"))
    courier.tap("now-done")
    officer.tap("answer-read")


def left_with_a_command_line(courier: Phone, tour: Place, station: str) -> None:
    """One pouch, by codes that a scanner types."""
    desk = tour.desk(f"{station.lower()}-officer")
    courier.send()
    tour.sync(desk.badge)
    only(courier, POUCHES[station])
    courier.tap("give-read")
    assert courier.types(desk.invites()) == ""
    answer, words = desk.answers(courier.text("code-offer"))
    courier.tap("give-answer")
    assert courier.types(answer) == ""
    assert courier.spoken() == words
    courier.tap("now-done")
    tour.sync(desk.badge)


def test_a_tour_is_taken_in_one_act_and_left_station_by_station(tour: Place, phones: tuple[Phone, Phone]) -> None:
    courier, other = phones
    other.enrol(MINISTRY)
    courier.enrol(COURIER)
    for phone in phones:
        phone.send()
    taken_at_the_ministry(courier, other)
    assert aboard(courier) == "5"
    assert [row.get_attribute("data-station") for row in courier.at("next").locator("[data-station]").all()] == [
        *STATIONS
    ]
    other.send()
    other.enrol_another(officer_of("VIE"))
    for phone in phones:
        phone.send()
    left_with_a_phone(courier, other, "VIE")
    for place, station in enumerate(("PRG", "ROM", "MAD", "BUD"), start=1):
        assert aboard(courier) == str(len(STATIONS) - place)
        left_with_a_command_line(courier, tour, station)
    assert aboard(courier) == "0"
    for phone in phones:
        phone.send()
    state = tour.ledger().state
    heads = {station: state.paths.head(unit) for station, unit in POUCHES.items()}
    held = {station: head and (str(head.custodian), head.basis) for station, head in heads.items()}
    assert held == {station: (f"mission {station}", "confirmed") for station in STATIONS}
    assert tour.findings() == []


def test_a_pouch_of_another_station_is_warned_of_on_both_sides(tour: Place, phones: tuple[Phone, Phone]) -> None:
    courier, other = phones
    tour.hand("mfa-1", "courier-reserve", units=POUCHES.values())
    courier.enrol(COURIER)
    other.enrol(officer_of("VIE"))
    for phone in phones:
        phone.send()
    only(courier, POUCHES["PRG"])
    other.tap("receive")
    invitation = other.code("code-invitation")
    other.tap("receive-read")
    courier.tap("give-read")
    courier.scan(invitation)
    assert "PRG" in courier.at("not-yours").inner_text()
    assert courier.kept() == []
    courier.tap("give-on")
    other.scan(courier.code("code-offer"))
    other.tap("refuse", "choice-not-addressed-here", "codes-sign")
    courier.tap("give-answer")
    courier.scan(other.code("code-answer"))
    assert courier.at("now").get_attribute("data-result") == "refused"
    courier.tap("now-done")
    assert aboard(courier) == "5"


def head_of(place: Place) -> Unit:
    """The pouch as the log has it."""
    head = place.ledger().state.paths.head(POUCH)
    assert head is not None
    return head


def test_a_carrier_takes_and_gives_back_and_a_broken_seal_is_taken_with_reservation(
    place: Place, phones: tuple[Phone, Phone]
) -> None:
    courier, officer = phones
    begin(courier, officer)
    courier.offline()
    courier.tap("report", "report-carrier")
    courier.press("carrier-sign")
    courier.at("lacking").wait_for()
    courier.tap("choice-hold")
    courier.press("carrier-sign")
    assert "0 of 1" in courier.at("lacking").inner_text()
    courier.tap(f"seal-{SEAL}-intact", "carrier-sign")
    assert aboard(courier) == "0"
    assert POUCH in courier.at("at-carrier").inner_text()
    courier.offline(is_off=False)
    courier.send()
    assert (head_of(place).state, place.findings()) == ("with carrier", [])
    courier.tap("report", "report-collect", f"seal-{SEAL}-broken", "carrier-sign")
    assert aboard(courier) == "1"
    assert "broken" in courier.at(f"unit-{POUCH}").inner_text()
    courier.send()
    assert (place.findings(), "on hold" in courier.at(f"unit-{POUCH}").inner_text()) == (["seal-condition"], True)
    officer.send()
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    assert [courier.at(name).inner_text()[:20] for name in ("on-hold", "seal-not-intact")] == [
        f"{POUCH} is on hold: no"[:20],
        f"Seal {SEAL} on "[:20],
    ]
    courier.tap("give-on")
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEAL}-broken")
    officer.press("accept")
    assert officer.at("lacking").inner_text()
    officer.tap("reserve", "choice-seal-broken", "codes-sign")
    courier.tap("give-answer")
    courier.scan(officer.code("code-answer"))
    assert courier.at("now").get_attribute("data-result") == "accepted with reservation"
    courier.tap("now-done")
    courier.send()
    head = head_of(place)
    assert (str(head.custodian), head.basis, head.hold) == ("mission AYT", "confirmed", True)
