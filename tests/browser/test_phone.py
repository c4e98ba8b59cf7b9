"""The courier's phone in a real browser: two devices without a network hand a pouch over by the pictures on their screens."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageFilter
import pytest
from playwright.sync_api import Browser

from custody.core.entries.admission import check_entry
from custody.gateway.app_files import built_app
from schemas.envelope import parse_envelope
from schemas.union import parse_event
from tests.browser.phones import CHAIR, COURIER, MEMBER, OFFICER, PIN, Phone, Place, phone_of, place_of
from tests.courier.two_stations import POUCH, SEAL

CYCLES = 200 if os.environ.get("CUSTODY_SOAK") else 10


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """The pouch is with the courier, or with whom the test says."""
    assert built_app(), "the app was not built: run make app"
    with place_of(tmp_path, takers=getattr(request, "param", ("mfa-1", "courier-ayt"))) as made:
        yield made


def blurred(picture: bytes) -> bytes:
    """A code as a camera sees it: smaller, turned, not sharp, on a grey ground."""
    shot = PIL.Image.open(BytesIO(picture)).convert("L")
    small = shot.resize((shot.width * 4 // 5, shot.height * 4 // 5))
    ground = PIL.Image.new("L", (small.width + 240, small.height + 240), 140)
    ground.paste(small, (120, 120))
    seen = ground.rotate(7, fillcolor=140, resample=PIL.Image.Resampling.BICUBIC).filter(
        PIL.ImageFilter.GaussianBlur(0.8)
    )
    out = BytesIO()
    seen.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def courier(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place, timezone_id="Europe/Istanbul") as phone:
        yield phone


@pytest.fixture
def officer(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place, timezone_id="Europe/Istanbul") as phone:
        yield phone


def begin(courier: Phone, officer: Phone) -> None:
    """Both have keys, the courier has the pouch, and both know it."""
    courier.enrol(COURIER)
    officer.enrol(OFFICER)
    courier.send()
    officer.send()


def test_two_phones_in_flight_mode_hand_a_pouch_over_by_pictures(place: Place, courier: Phone, officer: Phone) -> None:
    begin(courier, officer)
    assert courier.at("aboard").get_attribute("data-count") == "1"
    for phone in (courier, officer):
        phone.offline()
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(blurred(invitation))
    officer.scan(blurred(courier.code("code-offer")))
    officer.tap(f"seal-{SEAL}-intact", "accept")
    courier.tap("give-answer")
    courier.scan(blurred(officer.code("code-answer")))
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
        assert phone.said == []
    state = place.ledger().state
    held = state.paths.head(POUCH)
    assert held is not None
    assert (str(held.custodian), held.basis, place.findings()) == ("mission AYT", "confirmed", [])
    for row in courier.kept():
        checked = check_entry(row["entry"], position=0, keys=place.ledger().public_key)
        assert (checked.fault, len(checked.valid), checked.invalid) == (None, 2, ())


def test_an_edited_a_replayed_and_a_foreign_code_are_refused_in_words(
    place: Place, courier: Phone, officer: Phone
) -> None:
    begin(courier, officer)
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("back", "receive", "receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    offer = courier.text("code-offer")
    assert len(offer) <= 450
    edited = offer[:40] + ("A" if offer[40] != "A" else "B") + offer[41:]
    for code, refused in ((edited, "compact-"), ("AYT-P01-T", "transport-prefix"), (offer[:-3], "compact-form")):
        assert officer.types(code).startswith(refused)
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEAL}-intact", "accept")
    answer = officer.text("code-answer")
    officer.tap("answer-read", "tab-today", "receive", "receive-read")
    assert officer.types(offer) == "offer-answered"
    assert officer.types(answer) == "compact-offer"
    courier.tap("give-answer")
    assert courier.types(offer) == "compact-invitation"
    assert courier.types(answer) == ""
    courier.at("now").wait_for()


def test_a_refusal_is_signed_with_a_code_and_nothing_changes_hands(
    place: Place, courier: Phone, officer: Phone
) -> None:
    begin(courier, officer)
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEAL}-broken")
    assert officer.at("accept").get_attribute("aria-disabled") == "true"
    officer.tap("refuse", "choice-seal-broken", "codes-sign")
    courier.tap("give-answer")
    courier.scan(officer.code("code-answer"))
    assert courier.at("now").get_attribute("data-result") == "refused"
    courier.tap("now-done")
    courier.send()
    held = place.ledger().state.paths.head(POUCH)
    assert held is not None
    assert (held.custodian and held.custodian.kind, place.findings()) == ("courier", ["seal-condition"])


@pytest.mark.parametrize("place", [("mfa-1",)], indirect=True)
def test_a_phone_and_a_command_line_hand_over_to_each_other(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    courier.tap("receive")
    offer = place.desk("mfa-1").offers(courier.text("code-invitation"))
    courier.tap("receive-read")
    assert courier.types(offer) == ""
    courier.tap(f"seal-{SEAL}-intact", "accept")
    assert place.desk("mfa-1").reads(courier.text("code-answer")) == courier.spoken()
    courier.tap("answer-read")
    courier.send()
    place.sync("ayt-officer")
    invitation = place.desk("ayt-officer").invites()
    courier.tap("give", "give-read")
    assert courier.types(invitation) == ""
    answer, words = place.desk("ayt-officer").answers(courier.text("code-offer"))
    courier.tap("give-answer")
    assert courier.types(answer) == ""
    assert courier.spoken() == words


def test_what_is_reported_on_the_way_is_taken_by_the_log_and_tells_no_longitude(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    courier.tap("check", f"seal-{SEAL}-intact", "seals-sign")
    courier.tap("report", "report-stop", "choice-nobody-there", "report-sign")
    courier.tap("report", "report-delay", "choice-weather", "report-sign")
    courier.tap("report", "report-loss", f"lost-{POUCH}", "report-sign")
    courier.send()
    kept = courier.kept()
    assert {row["status"] for row in kept} == {"recorded"}
    events = [parse_event(parse_envelope(row["entry"]).payload) for row in kept]
    assert [event.type for event in events] == ["SealsChecked", "StopRecorded", "DelayReported", "LossDeclared"]
    assert {event.at[19:] for event in events} == {place.ledger().state.opening().at[19:]}
    assert all(event.commitments.local_time for event in events)
    assert set(place.findings()) == {"below-threshold"}


def test_a_second_window_signs_nothing(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    first = courier.page
    courier.open()
    courier.at("two-tabs.title").wait_for()
    courier.kill()
    first.bring_to_front()
    courier.page = first
    courier.tap("tab-outbox")
    courier.at("outbox-send").wait_for()


def test_the_app_opens_without_a_network_after_the_first_visit(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    courier.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    courier.kill()
    courier.offline()
    courier.open()
    courier.unlock(COURIER)
    assert courier.at("aboard").get_attribute("data-count") == "1"


def own_acts(phone: Phone) -> list[bytes]:
    """What was signed on a phone and is kept there."""
    return [row["entry"] for row in phone.kept() if row["source"] == "own"]


def await_act(phone: Phone, *, beyond: int) -> None:
    """Wait, 30 seconds at most, until a phone keeps more acts than that."""
    for _ in range(600):
        if len(own_acts(phone)) > beyond:
            return
        phone.page.wait_for_timeout(50)
    raise AssertionError("the act is not kept")


def test_killed_and_opened_again_ten_times_a_phone_signs_no_number_twice(place: Place, courier: Phone) -> None:
    """Every second time it is killed at some moment of the signing, the other times once the act is kept."""
    courier.enrol(COURIER)
    for cycle in range(CYCLES):
        before = len(own_acts(courier))
        courier.tap("check", f"seal-{SEAL}-intact")
        courier.at("seals-sign").evaluate("(element) => element.click()")
        courier.page.wait_for_timeout(cycle * 3)
        if cycle % 2:
            await_act(courier, beyond=before)
        courier.kill()
        courier.open()
        courier.unlock(COURIER)
    courier.send()
    numbers = [parse_event(parse_envelope(entry).payload).device for entry in own_acts(courier)]
    assert len(numbers) >= CYCLES // 2
    assert [mark.number for mark in numbers if mark] == list(range(1, len(numbers) + 1))
    assert place.findings() == []


def test_two_persons_on_one_device_sign_one_act(place: Place, officer: Phone) -> None:
    """The chair and a member of the commission take over from the mission officer's command line."""
    officer.enrol(CHAIR)
    officer.enrol_another(MEMBER)
    place.hand("courier-ayt", "ayt-officer")
    officer.send()
    officer.tap("join", f"join-{CHAIR.badge}")
    officer.at("pin").fill(PIN)
    officer.tap("pin-open")
    officer.page.wait_for_selector("[data-testid=who][data-count='2']")
    officer.tap("receive")
    offer = place.desk("ayt-officer").offers(officer.text("code-invitation"))
    officer.tap("receive-read")
    assert officer.types(offer) == ""
    officer.tap(f"seal-{SEAL}-intact", "accept")
    assert place.desk("ayt-officer").reads(officer.text("code-answer")) == officer.spoken()
    officer.tap("answer-read")
    officer.send()
    place.sync("ayt-officer")
    held = place.ledger().state.paths.head(POUCH)
    assert held is not None
    assert (str(held.custodian), held.basis, place.findings()) == ("commission AYT", "confirmed", [])
    (answer,) = (row["entry"] for row in officer.kept() if row["source"] == "own")
    assert len(parse_envelope(answer).signatures) == 3


AXE = Path(__file__).parents[2] / "app" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
  return found.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" ; "));
}"""
SMALLER = """() => [...document.querySelectorAll("button:not(.vh), a, select, label.btn, label.choice, input.typed")]
  .map((one) => [one.textContent, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 44 || box.width < 44)).map(([text]) => text)"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look(phone: Phone, faults: list[str]) -> None:
    """What is wrong with a screen for whoever reads it small, hears it, or taps it."""
    if not phone.page.evaluate("() => 'axe' in window"):
        phone.page.evaluate(AXE.read_text(encoding="utf-8"))
    faults += phone.page.evaluate(FAULTS)
    faults += [f"small: {text}" for text in phone.page.evaluate(SMALLER)]
    faults += ["wider than the screen"] * (phone.page.evaluate(WIDER) > 0)


LOOKS = [("ru", "dark", 320), ("kk", "light", 320)]
"""Language, scheme and width of a screen; in soak all of them."""
ALL_LOOKS = [(one, scheme, width) for one in ("en", "ru", "kk") for scheme in ("dark", "light") for width in (320, 360)]


@pytest.mark.parametrize(("language", "scheme", "width"), ALL_LOOKS if os.environ.get("CUSTODY_SOAK") else LOOKS)
def test_each_screen_can_be_read_heard_and_tapped_when_it_is_small(
    browser: Browser, place: Place, language: str, scheme: str, width: int
) -> None:
    narrow: dict[str, Any] = {"viewport": {"width": width, "height": 640}, "locale": language, "color_scheme": scheme}
    faults: list[str] = []
    with phone_of(browser, place, **narrow) as phone, phone_of(browser, place, **narrow) as other:
        phone.at("scan-typed").wait_for()
        look(phone, faults)
        phone.tap("code-have")
        look(phone, faults)
        phone.tap("back")
        begin(phone, other)
        look(phone, faults)
        for steps in (
            ("check",),
            ("report", "report-stop"),
            ("report", "report-carrier"),
            ("report", "report-loss"),
            ("give",),
            ("tab-outbox",),
        ):
            phone.tap(*steps)
            look(phone, faults)
            phone.tap("tab-today" if steps == ("tab-outbox",) else "back")
        other.tap("receive")
        invitation = other.code("code-invitation")
        look(other, faults)
        other.tap("receive-read")
        look(other, faults)
        phone.tap("give", "give-read")
        phone.scan(invitation)
        other.scan(phone.code("code-offer"))
        look(phone, faults)
        other.tap(f"seal-{SEAL}-intact")
        look(other, faults)
        other.tap("accept")
        phone.tap("give-answer")
        phone.scan(other.code("code-answer"))
        look(other, faults)
        phone.at("now").wait_for()
        look(phone, faults)
        phone.tap("now-done", "tab-record", "settings")
        look(phone, faults)
    assert faults == []
