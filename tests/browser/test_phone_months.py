"""A phone over months: a PIN is forgotten, a key revoked, the app replaced by a newer build. Nothing that waits is lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from custody.gateway.app_files import AppFile, built_app
from schemas.envelope import parse_envelope
from schemas.union import parse_event
from tests.browser.phones import COURIER, PIN, Phone, Place, Who, phone_of, place_of
from tests.browser.test_phone import await_act
from tests.verifier.asking import NODE

ROOT = Path(__file__).parents[2]
STARTS_MAX = 3


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_of(tmp_path) as made:
        yield made


@pytest.fixture
def courier(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place) as phone:
        yield phone


def test_whoever_forgot_the_pin_is_told_the_way_to_a_new_key_and_a_revoked_one_signs_nothing(
    place: Place, courier: Phone
) -> None:
    courier.enrol(COURIER)
    courier.tap("back", f"person-{COURIER.badge}", "pin-forgotten", "forgotten-send")
    courier.at("notice").wait_for()
    revoked = {
        "type": "KeyRevoked",
        "key": key_of(place, COURIER),
        "reason": "lost",
        "vouched_device": None,
        "vouched_number": 0,
    }
    place.election.act(revoked, "registrar-1", "registrar-2")
    place.sync("registrar-1")
    courier.tap("forgotten-send")
    courier.enrol_another(replace(COURIER, badge="phone-second"))
    courier.tap("back", f"person-{COURIER.badge}")
    courier.at("pin").fill(PIN)
    courier.tap("pin-open")
    courier.page.wait_for_function("() => document.querySelector('[data-testid=pin-says]').textContent !== ''")
    assert "revoked" in courier.at("pin-says").inner_text()


def key_of(place: Place, who: Who) -> str:
    """The key that was enrolled for somebody's phone."""
    record = place.ledger().state.roster.with_badge(who.badge)
    assert record is not None
    return record.keyid


def older_build(folder: Path) -> dict[str, AppFile]:
    """The app as it would have been built when one of its words was another."""
    for name in ("custody", "schemas", "verifier"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("node_modules"))
    (folder / "app" / "node_modules").symlink_to(ROOT / "app" / "node_modules")
    words = folder / "app" / "src" / "sentences.json"
    words.write_text(
        words.read_text(encoding="utf-8").replace('"en": "Outbox"', '"en": "Outbox of before"'), encoding="utf-8"
    )
    subprocess.run(
        [NODE, str(folder / "app" / "build.mjs"), str(folder / "built")], check=True, timeout=120, cwd=folder
    )
    return dict(built_app(folder / "built"))


def test_a_newer_build_takes_over_and_strands_nothing_that_waits(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = older_build(tmp_path)
    monkeypatch.setattr("custody.gateway.http.built_app", lambda: files)
    (tmp_path / "election").mkdir()
    with place_of(tmp_path / "election") as place, phone_of(browser, place) as phone:
        phone.enrol(COURIER)
        phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        phone.offline()
        phone.tap("report", "report-delay", "choice-weather", "report-sign", "tab-outbox")
        phone.at("outbox-send").wait_for()
        assert phone.page.locator("h1").inner_text() == "Outbox of before"
        files.clear()
        files.update(built_app())
        phone.offline(is_off=False)
        phone.page.evaluate("() => navigator.serviceWorker.getRegistration().then((one) => one.update())")
        phone.page.wait_for_function(
            "() => navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)"
        )
        assert "Outbox" in list(islice(outboxes_at_starts(phone), STARTS_MAX))
        assert phone.at("kept").get_attribute("data-status") in {"saved", "sent", "recorded"}
        phone.send()
        assert {row["status"] for row in phone.kept()} == {"recorded"}
        phone.at("aboard").wait_for()
        phone.tap("report", "report-delay", "choice-weather", "report-sign")
        await_act(phone, beyond=1)
        assert numbers_of(phone) == [1, 2]


def outboxes_at_starts(phone: Phone) -> Iterator[str]:
    """Start the app again and again: what its outbox is called, until the newer build is there.

    A browser lets the newer one take over when no page of the older is left, which may be just after the next page was asked for.
    """
    named = ""
    while named != "Outbox":
        phone.kill()
        phone.open()
        phone.unlock(COURIER)
        phone.tap("tab-outbox")
        phone.at("outbox-send").wait_for()
        named = phone.page.locator("h1").inner_text()
        yield named


def numbers_of(phone: Phone) -> list[int]:
    """The numbers of the device's chain under which acts are kept."""
    own = [parse_event(parse_envelope(row["entry"]).payload) for row in phone.kept() if row["source"] == "own"]
    return [event.device.number for event in own if event.device is not None]
