"""Phones in a real browser: a gateway over an election of two stations, and app windows that are driven as people drive them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request

from custody.core.ledger import Ledger
from custody.courier import client
from custody.courier.knowledge import know
from tests.courier.two_stations import POUCH, Election
from tests.gateway.serving_gateway import served

PIN = "135790"
START = "2015-04-18T12:00:00Z"
SMALL = {"width": 360, "height": 740}


@dataclass(frozen=True, slots=True)
class Who:
    """A person who gets a key on a phone: of the same person tag as somebody of the election, under a badge of the own."""

    badge: str
    like: str
    role: str
    office: str


COURIER = Who("phone-courier", "courier-ayt", "courier", "MFA")
OFFICER = Who("phone-officer", "ayt-officer", "mission-officer", "AYT")


@dataclass
class Place:
    """An election whose log a gateway serves at ``url``."""

    election: Election
    url: str

    def card(self, who: Who) -> str:
        """What a registrar hands to somebody who needs a key on a phone."""
        people = self.election.cast.people
        card = {
            "format": "custody/person-card/v1",
            "election": self.ledger().election,
            "gateways": [people["gateway-1"].key],
            "badge": who.badge,
            "role": who.role,
            "office": who.office,
            "person": people[who.like].person,
        }
        return json.dumps(card, sort_keys=True, separators=(",", ":"))

    def sync(self, badge: str) -> None:
        """Somebody with a command line hands in what his device keeps, and learns."""
        self.election.sync(self.election.cast.device_of[badge])

    def hand(self, giver: str, taker: str) -> None:
        """Two people with command lines hand the pouch over, and hand it in."""
        self.sync(giver)
        self.sync(taker)
        election, devices = self.election, self.election.cast.device_of
        taking = election.box(devices[taker])
        keys = [election.cast.people[taker].key]
        invitation = client.invite(taking, keys=keys, election=self.ledger().election, draw=os.urandom)
        _, passed = client.offer(election.phone(giver), invitation=invitation, said={"units": [POUCH]})
        read, knowledge = client.read_offer(taking, data=passed)
        said = {"result": "accepted", "found": "intact"}
        made, _ = client.answer(election.phone(taker), read=read, knowledge=knowledge, said=said)
        client.read_answer(election.box(devices[giver]), data=made.entry)
        self.sync(giver)
        self.sync(taker)

    def ledger(self) -> Ledger:
        """What the log means now."""
        return know((record.entry for record in self.election.log.read(start=0, limit=1_000)), drafts=()).ledger

    def findings(self) -> list[str]:
        """Codes of the findings that are open."""
        return [one.code for one in self.ledger().state.findings]


@dataclass
class Phone:
    """One device in somebody's hands: a window of its own storage."""

    context: BrowserContext
    place: Place
    page: Page = field(init=False)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """The app as its icon opens it."""
        self.page = self.context.new_page()

        def asked(request: Request) -> None:
            self.asked.append(request.url)

        self.page.on("request", asked)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.goto(f"{self.place.url}/app/")

    def at(self, name: str) -> Locator:
        """An element by its test id."""
        return self.page.get_by_test_id(name)

    def tap(self, *names: str) -> None:
        """Tap one after the other."""
        for name in names:
            self.at(name).click()

    def enrol(self, who: Who) -> None:
        """From the registrar's card to a key that the log has enrolled."""
        if not self.at("scan-file").count():
            self.page.wait_for_selector("[data-testid=scan-file],[data-testid=person-new]")
        if self.at("person-new").count():
            self.tap("person-new")
        card = {"name": "card.json", "mimeType": "application/json", "buffer": self.place.card(who).encode()}
        self.at("scan-file").set_input_files(card)
        self.at("pin").fill(PIN)
        self.at("pin-again").fill(PIN)
        self.tap("key-make")
        with self.page.expect_download() as saved:
            self.tap("request-file")
        request = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
        self.place.election.act(request, "registrar-1", "registrar-2")
        self.place.sync("registrar-1")
        self.tap("request-learn")
        self.unlock(who)

    def unlock(self, who: Who) -> None:
        """Choose the name, enter the PIN."""
        self.tap(f"person-{who.badge}")
        self.at("pin").fill(PIN)
        self.tap("pin-open")
        self.at("tab-today").wait_for()

    def code(self, name: str) -> bytes:
        """A picture of a code on the screen."""
        return self.at(name).screenshot()

    def scan(self, picture: bytes) -> None:
        """Read a picture of another screen."""
        self.at("scan-file").set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": picture})

    def send(self) -> None:
        """Send now, and go back to Today."""
        self.tap("tab-outbox", "outbox-send")
        self.page.wait_for_function("() => document.querySelector('[data-testid=pending]').dataset.count === '0'")
        self.tap("tab-today")

    def words(self) -> str:
        """The numbers of the comparison words."""
        return str(self.at("words").get_attribute("data-numbers"))

    def offline(self, is_off: bool = True) -> None:  # noqa: FBT001, FBT002
        """Flight mode."""
        self.context.set_offline(is_off)

    def kill(self) -> None:
        """The app ends without having been asked."""
        self.page.close()

    def kept(self) -> list[dict[str, Any]]:
        """All entries in the phone's own storage, with their bytes."""
        rows: list[dict[str, Any]] = self.page.evaluate(_ENTRIES)
        return [{**row, "entry": base64.b64decode(row["entry"])} for row in rows]


_ENTRIES = """() => new Promise((answer, fail) => {
  const opening = indexedDB.open("custody");
  opening.onerror = fail;
  opening.onsuccess = () => {
    const all = opening.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => {
      opening.result.close();
      const text = (bytes) => btoa(String.fromCharCode(...bytes));
      answer(all.result.map((one) => ({...one, entry: text(one.entry)})));
    };
  };
})"""


@contextmanager
def place_of(folder: Path) -> Iterator[Place]:
    """An election with one pouch that is with the ministry, served on loopback."""
    election = Election(folder)
    election.packed()
    with served(election.log, reader=election.log, private=election.cast.people["gateway-1"].private) as at:
        yield Place(election, at.url)


@contextmanager
def phone_of(browser: Browser, place: Place, **settings: Any) -> Iterator[Phone]:
    """A phone of its own storage, its clock in the days of the election."""
    context = browser.new_context(**{"viewport": SMALL, "accept_downloads": True, "locale": "en", **settings})
    context.clock.install(time=START)
    try:
        yield Phone(context, place)
    finally:
        context.close()
