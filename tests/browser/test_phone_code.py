"""A key by a one-time code in a real browser: typed as people type, carried by a gateway that cannot read it, then checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from playwright.sync_api import Browser

from custody.adapters.sqlite import SqliteLog
from custody.cli.commands.play import gateway_key
from custody.gateway.app_files import built_app
from custody.sandbox.keyring import Keyring
from tests.browser.phones import PIN, Phone, Place, phone_of
from tests.cli.conftest import Commands, custody, prepared
from tests.gateway.serving_gateway import served

__all__ = ["custody", "prepared"]

BADGE = "phone-7"
WHO = ("--badge", BADGE, "--role", "courier", "--office", "MFA", "--as", "registrar-1")


@dataclass(frozen=True)
class Registrars:
    """A registrar's machine, and the gateway of its election."""

    commands: Commands
    url: str

    def issue(self) -> str:
        """A code, as it is read out to the person."""
        told = self.commands("enrol-code", "issue", *WHO, "--gateway", self.url)
        assert told.code == 0, told.err
        return told.out.strip()

    def check(self) -> list[str]:
        """The first words of what the machine says of the requests at the gateway."""
        out = self.commands.folder / "taken"
        out.mkdir(exist_ok=True)
        ended = self.commands("enrol-code", "check", "--out", "taken", "--as", "registrar-1", "--gateway", self.url)
        assert not ended.err, ended.err
        return [line.split()[0] for line in ended.out.splitlines()]

    def enrol(self) -> None:
        """Two registrars sign, and the gateway takes it."""
        made = self.commands(
            "act", "--as", "registrar-1", "--as", "registrar-2", f"taken/{BADGE}.request.json", "--out", "new.event"
        )
        assert made.code == 0, made.err
        entry = (self.commands.folder / "new.event").read_bytes()
        headers = {"content-type": "application/json"}
        assert httpx.post(f"{self.url}/v1/events", content=entry, headers=headers).json()["status"] == "applied"


@pytest.fixture
def registrars(custody: Commands) -> Iterator[Registrars]:
    assert built_app(), "the app was not built: run make app"
    private = gateway_key(Keyring(custody.place))
    with (
        SqliteLog.open(custody.place.log) as log,
        SqliteLog.open(custody.place.log) as reader,
        served(log, reader=reader, private=private) as at,
    ):
        yield Registrars(custody, at.url)


@pytest.fixture
def phone(browser: Browser, registrars: Registrars) -> Iterator[Phone]:
    with phone_of(browser, cast("Place", registrars)) as made:
        yield made


def refused(phone: Phone, typed: str) -> str:
    """Why a code that somebody types is not taken."""
    phone.at("code-says").evaluate("(element) => delete element.dataset.code")
    phone.at("code-typed").fill(typed)
    phone.tap("code-go")
    phone.page.wait_for_function("() => document.querySelector('[data-testid=code-says]').dataset.code !== undefined")
    assert phone.at("code-says").inner_text()
    return str(phone.at("code-says").get_attribute("data-code"))


def brought(phone: Phone, code: str) -> None:
    """A code is typed, a PIN chosen, and the request is with the gateway."""
    phone.tap("code-have")
    phone.at("code-typed").fill(code)
    phone.tap("code-go")
    phone.at("pin").fill(PIN)
    phone.at("pin-again").fill(PIN)
    phone.tap("key-make")
    phone.page.wait_for_selector("[data-testid=code-says][data-status]")
    assert phone.at("code-says").get_attribute("data-status") == "brought"


def test_a_typed_code_becomes_a_key_that_the_registrars_machine_has_checked(
    registrars: Registrars, phone: Phone, browser: Browser
) -> None:
    code = registrars.issue()
    phone.tap("code-have")
    assert refused(phone, code[:-1]) == "one-time-form"
    assert refused(phone, "AAAA AAAA AAAA AAAA") == "one-time-unknown"
    phone.tap("back")
    typed = code.lower().replace("o", "0").replace("i", "1").replace(" ", "-")
    brought(phone, typed)
    phone.kill()
    phone.open()
    phone.tap(f"person-{BADGE}")
    phone.page.wait_for_selector("[data-testid=code-says][data-status=brought]")
    assert registrars.check() == ["taken", "two"]
    with phone_of(browser, cast("Place", registrars)) as thief:
        thief.tap("code-have")
        assert refused(thief, code) == "one-time-used"
    registrars.enrol()
    phone.tap("request-learn", f"person-{BADGE}")
    phone.at("pin").fill(PIN)
    phone.tap("pin-open")
    phone.at("aboard").wait_for()
    assert all(url.startswith(registrars.url) for url in phone.asked)
    assert not any(code.replace(" ", "").lower() in url.lower() for url in phone.asked)


def test_two_devices_that_come_with_one_code_are_both_refused_and_nothing_is_sent_without_a_network(
    registrars: Registrars, phone: Phone, browser: Browser
) -> None:
    code = registrars.issue()
    with phone_of(browser, cast("Place", registrars)) as other:
        brought(other, code)
    phone.tap("code-have")
    phone.offline()
    assert refused(phone, code) == "no-network"
    phone.offline(is_off=False)
    phone.tap("back")
    brought(phone, code)
    with phone.page.expect_download() as saved:
        phone.tap("request-file")
    said: dict[str, Any] = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert said["keys"][0]["badge"] == BADGE
    assert registrars.check() == ["refused", "refused"]
    phone.tap("request-learn")
    phone.page.wait_for_selector("[data-testid=code-says][data-status=one-time-twice]")
    assert "another device" in phone.at("code-says").inner_text()
