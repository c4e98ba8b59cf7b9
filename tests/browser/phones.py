"""Phones in a real browser: a gateway over an election of two stations, and app windows that are driven as people drive them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import PIL.Image
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, Request

from custody.adapters.outbox import Outbox
from custody.cli.phone_codes import codes_of, file_of
from custody.core.ledger import Ledger
from custody.courier import client
from custody.courier.knowledge import know
from schemas.invitation import format_invitation, parse_invitation
from tests.courier.two_stations import POUCH, Election
from tests.gateway.serving_gateway import served

PIN = "135790"
START = "2015-04-18T12:00:00Z"
SMALL = {"width": 360, "height": 740}
FRAMES_MAX = 200
"""Pictures taken of frames until all were seen."""


@dataclass(frozen=True, slots=True)
class Who:
    """A person who gets a key on a phone: of the same person tag as somebody of the election, under a badge of the own."""

    badge: str
    like: str
    role: str
    office: str


COURIER = Who("phone-courier", "courier-ayt", "courier", "MFA")
CHAIR = Who("phone-chair", "ayt-chair", "chair", "AYT")
MEMBER = Who("phone-member", "ayt-member", "member", "AYT")
OFFICER = Who("phone-officer", "ayt-officer", "mission-officer", "AYT")


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody with a command line, and the codes on his screen."""

    election: Election
    badge: str

    @property
    def box(self) -> Outbox:
        """His device's outbox."""
        return self.election.box(self.election.cast.device_of[self.badge])

    def invites(self) -> str:
        """The code of his invitation."""
        knowledge = client.knowledge_of(self.box)
        keys = [self.election.cast.people[self.badge].key]
        made = client.invite(self.box, keys=keys, election=knowledge.state.election, draw=os.urandom)
        return codes_of(format_invitation(made), box=self.box)[0]

    def offers(self, code: str, *, units: Iterable[str] = (POUCH,)) -> str:
        """The code of his offer of the pouch, or of these units, to whoever showed a code."""
        invitation = parse_invitation(self._file(code))
        said = {"units": list(units)}
        made, _ = client.offer(self.election.phone(self.badge), invitation=invitation, said=said)
        return codes_of(made.entry, box=self.box)[0]

    def answers(self, code: str) -> tuple[str, list[str]]:
        """(the code of his answer, all intact; the comparison words)."""
        read, knowledge = client.read_offer(self.box, data=self._file(code))
        said = {"result": "accepted", "found": "intact"}
        made, words = client.answer(self.election.phone(self.badge), read=read, knowledge=knowledge, said=said)
        return codes_of(made.entry, box=self.box)[0], list(words)

    def reads(self, code: str) -> list[str]:
        """The comparison words of an answer that he reads."""
        return list(client.read_answer(self.box, data=self._file(code)).words)

    def _file(self, code: str) -> bytes:
        return file_of([code], box=self.box, knowledge=client.knowledge_of(self.box))


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

    def desk(self, badge: str) -> Desk:
        """Somebody with a command line."""
        return Desk(self.election, badge)

    def sync(self, badge: str) -> None:
        """Somebody with a command line hands in what his device keeps, and learns."""
        self.election.sync(self.election.cast.device_of[badge])

    def hand(self, giver: str, taker: str, *, units: Iterable[str] = (POUCH,)) -> None:
        """Two people with command lines hand the pouch, or these units, over, and hand it in."""
        self.sync(giver)
        self.sync(taker)
        election, devices = self.election, self.election.cast.device_of
        taking = election.box(devices[taker])
        keys = [election.cast.people[taker].key]
        invitation = client.invite(taking, keys=keys, election=self.ledger().election, draw=os.urandom)
        said: dict[str, Any] = {"units": list(units)}
        _, passed = client.offer(election.phone(giver), invitation=invitation, said=said)
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
        """Tap one after the other, each once the screen is there that the one before it brings."""
        for name in names:
            self.settle()
            self.at(name).click()

    def settle(self) -> None:
        """Wait until nothing is about to change what is shown."""
        self.page.wait_for_selector("#app:not([aria-busy])", state="attached")

    def press(self, name: str) -> None:
        """Tap a button that says that something is lacking, which a driver takes for one that cannot be tapped."""
        self.at(name).evaluate("(element) => element.click()")

    def enrol(self, who: Who) -> None:
        """From the registrar's card, which a phone asks for, to a key that the log has enrolled."""
        self.ask(who)
        self.grant(who)

    def ask(self, who: Who) -> None:
        """From the registrar's card to a request on the screen."""
        self.file("card.json", self.place.card(who).encode())
        self.at("pin").fill(PIN)
        self.at("pin-again").fill(PIN)
        self.tap("key-make")
        self.at("code-request").wait_for()

    def grant(self, who: Who) -> None:
        """Two registrars sign the request that is on the screen, and the key opens."""
        with self.page.expect_download() as saved:
            self.tap("request-file")
        request = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
        self.place.election.act(request, "registrar-1", "registrar-2")
        self.place.sync("registrar-1")
        self.tap("request-learn")
        self.unlock(who)

    def enrol_another(self, who: Who) -> None:
        """A second person gets a key on the same device."""
        self.tap("back", "person-new")
        self.enrol(who)

    def unlock(self, who: Who) -> None:
        """Choose the name, enter the PIN."""
        self.tap(f"person-{who.badge}")
        self.at("pin").fill(PIN)
        self.tap("pin-open")
        self.at("tab-today").wait_for()

    def code(self, name: str) -> bytes:
        """A picture of a code on the screen."""
        return self.at(f"{name}-box").screenshot()

    def scan(self, picture: bytes) -> None:
        """Read a picture of another screen."""
        shot: FilePayload = {"name": "code.png", "mimeType": "image/png", "buffer": picture}
        self.at("scan-file").set_input_files(shot)

    def file(self, name: str, data: bytes) -> None:
        """Choose a file."""
        chosen: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        self.at("scan-file").set_input_files(chosen)

    def send(self) -> None:
        """Send now, and go back to Today."""
        self.tap("tab-outbox", "outbox-send", "tab-today")
        self.settle()

    def text(self, name: str) -> str:
        """What a code on the screen says, as another reader reads it."""
        shot = PIL.Image.open(BytesIO(self.code(name)))
        (code,) = zxingcpp.read_barcodes(shot)
        return str(code.text)

    def types(self, code: str) -> str:
        """What a scanner types into the field for it; the code of the refusal, nothing where it was taken."""
        self.at("scan-status").evaluate("(element) => element.removeAttribute('data-code')")
        self.at("scan-typed").fill(code)
        self.tap("scan-typed-go")
        return str(self.page.wait_for_function(_TAKEN).evaluate("(taken) => taken.code"))

    def gather(self, other: Phone, code: str) -> None:
        """Read another screen until all of its frames were seen."""
        for _ in range(FRAMES_MAX):
            self.scan(other.code(code))
            if self.page.wait_for_function(_READ).evaluate("(read) => read.isLeft"):
                return
        raise AssertionError("not all frames were seen")

    def spoken(self) -> list[str]:
        """The comparison words."""
        return self.at("words").locator("b").all_inner_texts()

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


_TAKEN = """() => {
  const status = document.querySelector('[data-testid=scan-status]');
  if (status !== null && status.dataset.code === undefined) return null;
  return {code: status === null ? "" : status.dataset.code};
}"""
"""What became of a code that was typed, once something did: why it was not taken, nothing where it was."""
_READ = """() => {
  const field = document.querySelector('[data-testid=scan-file]');
  return field !== null && field.files.length > 0 ? null : {isLeft: field === null};
}"""
"""Whether a picture that was read brought the next screen, once it was read."""
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


@cache
def _before(*takers: str) -> tuple[bytes, ...]:
    """A log on which the pouch was packed and handed on by command lines, from the CEC to the last of these people."""
    with TemporaryDirectory() as folder:
        election = Election(Path(folder))
        election.packed()
        for giver, taker in pairwise(("cec-1", *takers)):
            Place(election, "").hand(giver, taker)
        for box in election.boxes.values():
            box.close()
        return tuple(record.entry for record in election.log.read(start=0, limit=1_000))


@contextmanager
def place_of(folder: Path, *, takers: Sequence[str] = ("mfa-1", "courier-ayt")) -> Iterator[Place]:
    """An election whose one pouch was handed on to the last of these people, served on loopback."""
    election = Election(folder)
    election.log.append(_before(*takers)[election.size :])
    election.minute = 100
    with served(election.log, reader=election.log, private=election.cast.people["gateway-1"].private) as at:
        yield Place(election, at.url)


@contextmanager
def phone_of(browser: Browser, place: Place, *, start: str = START, **settings: Any) -> Iterator[Phone]:
    """A phone of its own storage, its clock in the days of the election."""
    context = browser.new_context(**{"viewport": SMALL, "accept_downloads": True, "locale": "en", **settings})
    context.clock.install(time=start)
    try:
        yield Phone(context, place)
    finally:
        context.close()
