"""What goes wrong with a phone ends in plain words, and nothing is lost or signed twice: real browser, real storage."""

from __future__ import annotations

import gzip
import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from custody.gateway.app_files import built_app
from schemas.envelope import parse_envelope
from schemas.strict_json import canonical
from schemas.union import parse_event
from tests.browser.phones import COURIER, OFFICER, Phone, Place, phone_of, place_of
from tests.browser.test_phone import begin
from tests.courier.two_stations import POUCH, SEAL
from tests.verifier.asking import NODE

ROOT = Path(__file__).parents[2]
FORGET = """([names]) => new Promise((answer, fail) => {
  const opening = indexedDB.open("custody");
  opening.onerror = fail;
  opening.onsuccess = () => {
    const stores = opening.result.transaction(names, "readwrite");
    for (const name of names) stores.objectStore(name).clear();
    stores.oncomplete = () => { opening.result.close(); answer(); };
  };
})"""

KEYS = """() => new Promise((answer, fail) => {
  const opening = indexedDB.open("custody");
  opening.onerror = fail;
  opening.onsuccess = () => {
    const stores = opening.result.transaction(["persons", "settings"]);
    const persons = stores.objectStore("persons").getAll(), device = stores.objectStore("settings").get("device");
    stores.oncomplete = () => {
      opening.result.close();
      const keys = persons.result.flatMap((one) => Object.values(one)).filter((one) => one instanceof CryptoKey);
      answer({
        rounds: persons.result.map((one) => one.rounds), raw: keys.map((one) => one.type),
        device: device.result.private.extractable, wrapping: device.result.wrapping.extractable,
      });
    };
  };
})"""
FULL = """() => {
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value) {
    if (this.name === "entries") throw new DOMException("full", "QuotaExceededError");
    return add.call(this, value);
  };
}"""
"""From here on the browser's storage takes no entry: what was written before it in the same step must not stay."""


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """The pouch is with the courier, or with whom the test says."""
    assert built_app(), "the app was not built: run make app"
    with place_of(tmp_path, takers=getattr(request, "param", ("mfa-1", "courier-ayt"))) as made:
        yield made


@pytest.fixture
def courier(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place) as phone:
        yield phone


@pytest.fixture
def officer(browser: Browser, place: Place) -> Iterator[Phone]:
    with phone_of(browser, place) as phone:
        yield phone


def checked(phone: Phone) -> None:
    """One act: the seal was looked at."""
    phone.tap("check", f"seal-{SEAL}-intact", "seals-sign")
    phone.page.wait_for_selector("[data-testid=aboard], [data-testid=problem]")


def numbers_of(phone: Phone) -> list[int]:
    """The numbers of the acts that the phone signed."""
    own = [row["entry"] for row in phone.kept() if row["source"] == "own"]
    marks = [parse_event(parse_envelope(entry).payload).device for entry in own]
    return [mark.number for mark in marks if mark is not None]


@pytest.mark.parametrize("place", [("mfa-1",)], indirect=True)
def test_what_came_before_travels_when_the_receiver_has_not_seen_it(
    place: Place, courier: Phone, officer: Phone
) -> None:
    courier.enrol(COURIER)
    officer.enrol(OFFICER)
    courier.send()
    for phone in (courier, officer):
        phone.offline()
    courier.tap("receive")
    offer = place.desk("mfa-1").offers(courier.text("code-invitation"))
    courier.tap("receive-read")
    assert courier.types(offer) == ""
    courier.tap(f"seal-{SEAL}-intact", "accept", "answer-read")
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    officer.scan(courier.code("code-offer"))
    officer.at("unseen").wait_for()
    assert officer.at("accept").get_attribute("aria-disabled") == "true"
    courier.tap("give-history")
    officer.tap("read-history")
    officer.gather(courier, "code-offer")
    officer.at("accept").wait_for()
    expect(officer.at("unseen")).to_have_count(0)
    officer.tap(f"seal-{SEAL}-intact", "accept")
    courier.tap("give-answer")
    courier.scan(officer.code("code-answer"))
    courier.at("now").wait_for()
    courier.tap("now-done")
    officer.tap("answer-read")
    for phone in (officer, courier):
        phone.offline(is_off=False)
        phone.send()
    place.sync("mfa-1")
    held = place.ledger().state.paths.head(POUCH)
    assert held is not None
    assert (str(held.custodian), held.basis, place.findings()) == ("mission AYT", "confirmed", [])


def test_nothing_is_offered_to_somebody_whose_answer_could_not_be_checked(
    place: Place, courier: Phone, officer: Phone
) -> None:
    courier.enrol(COURIER)
    courier.send()
    officer.enrol(OFFICER)
    officer.tap("receive")
    invitation = officer.text("code-invitation")
    courier.tap("give", "give-read")
    assert courier.types(invitation) == "invited-unknown"
    assert courier.kept() == []
    courier.tap("back")
    courier.send()
    courier.tap("give", "give-read")
    assert courier.types(invitation) == ""
    courier.at("code-offer").wait_for()


def test_a_phone_put_back_from_an_old_copy_signs_nothing_more(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    checked(courier)
    courier.send()
    courier.page.evaluate(FORGET, [["acts", "entries"]])
    courier.send()
    checked(courier)
    assert courier.at("problem").get_attribute("data-code") == "rolled-back"
    assert courier.kept() == []


def test_a_peer_tells_a_restored_phone_what_it_has_forgotten(place: Place, courier: Phone, officer: Phone) -> None:
    begin(courier, officer)
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    officer.tap("receive-read")
    courier.tap("give", "give-read")
    courier.scan(invitation)
    officer.scan(courier.code("code-offer"))
    officer.tap(f"seal-{SEAL}-intact", "refuse", "choice-package-wet", "codes-sign", "answer-read")
    courier.offline()
    courier.page.evaluate(FORGET, [["acts", "entries"]])
    officer.tap("receive")
    invitation = officer.code("code-invitation")
    courier.kill()
    courier.open()
    courier.unlock(COURIER)
    courier.tap("give", "give-read")
    courier.scan(invitation)
    status = courier.at("scan-status")
    courier.page.wait_for_function(
        "() => document.querySelector('[data-testid=scan-status]').dataset.code !== undefined"
    )
    assert status.get_attribute("data-code") == "rolled-back"


def test_a_storage_of_which_a_part_is_missing_signs_nothing_and_what_it_kept_is_sent(
    place: Place, courier: Phone
) -> None:
    courier.enrol(COURIER)
    checked(courier)
    courier.page.evaluate(FORGET, [["acts"]])
    checked(courier)
    assert courier.at("problem").get_attribute("data-code") == "store-damaged"
    courier.tap("problem-on")
    courier.send()
    assert [row["status"] for row in courier.kept()] == ["recorded"]


def reencoded(data: bytes, *, election: str) -> bytes:
    """The acts of a file as if they were of another election."""
    saved = json.loads(data)
    for row in saved["entries"]:
        envelope = json.loads(row["entry"])
        payload = json.loads(b64decode(envelope["payload"])) | {"election": election}
        envelope["payload"] = b64encode(canonical(payload)).decode()
        row["entry"] = canonical(envelope).decode()
    return canonical(saved)


def test_acts_saved_to_a_file_are_sent_by_another_phone(place: Place, courier: Phone, officer: Phone) -> None:
    begin(courier, officer)
    checked(courier)
    courier.tap("tab-outbox")
    with courier.page.expect_download() as saved:
        courier.tap("outbox-save")
    data = Path(saved.value.path()).read_bytes()
    officer.tap("tab-outbox")
    officer.at("outbox-load").set_input_files({"name": "acts.json", "mimeType": "application/json", "buffer": data})
    officer.at("notice").wait_for()
    officer.tap("tab-today")
    officer.send()
    assert [row["status"] for row in officer.kept()] == ["recorded"]
    officer.tap("tab-outbox")
    for odd, code in (
        (json.dumps({"format": "x"}).encode(), "import-form"),
        (data[:-40], "import-form"),
        (b"\x89PNG", "import-form"),
        (reencoded(data, election="0" * 64), "import-election"),
    ):
        officer.at("outbox-load").set_input_files({"name": "odd.json", "mimeType": "application/json", "buffer": odd})
        assert officer.at("problem").get_attribute("data-code") == code
        officer.tap("problem-on", "tab-outbox")
    assert len(officer.kept()) == 1


def test_a_full_storage_signs_nothing_and_says_so(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    checked(courier)
    courier.page.evaluate(FULL)
    checked(courier)
    assert courier.at("problem").get_attribute("data-code") == "QuotaExceededError"
    courier.kill()
    courier.open()
    courier.unlock(COURIER)
    assert numbers_of(courier) == [1]
    checked(courier)
    courier.at("aboard").wait_for()
    assert numbers_of(courier) == [1, 2]
    courier.send()
    assert place.findings() == []


def test_a_receipt_that_does_not_hold_counts_for_nothing_and_holds_up_no_other_act(
    place: Place, courier: Phone
) -> None:
    courier.enrol(COURIER)
    checked(courier)
    checked(courier)
    seen: list[str] = []

    def altered(route: Route) -> None:
        reply = route.fetch().json()
        seen.append(reply["entry"])
        wrong = reply["statement"][:200] + ("A" if reply["statement"][200] != "A" else "B") + reply["statement"][201:]
        route.fulfill(json={**reply, "statement": wrong} if len(seen) == 1 else reply)

    courier.page.route("**/v1/events", altered)
    courier.send()
    assert [row["status"] for row in courier.kept()] == ["sent", "recorded"]
    courier.send()
    assert [row["status"] for row in courier.kept()] == ["recorded", "recorded"]


def test_a_sign_in_page_of_a_network_is_told_and_nothing_of_it_is_taken(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    checked(courier)

    def page(route: Route) -> None:
        route.fulfill(status=200, body="<html>Welcome to the airport</html>", content_type="text/html")

    courier.page.route("**/v1/**", page)
    courier.tap("tab-outbox", "outbox-send")
    assert "sign-in page" in courier.at("notice").inner_text()
    assert [row["status"] for row in courier.kept()] == ["saved"]
    courier.page.unroute("**/v1/**")
    courier.page.route("**/v1/events", page)
    courier.tap("outbox-send")
    assert "sign-in page" in courier.at("notice").inner_text()
    courier.page.unroute("**/v1/events")
    courier.tap("tab-today")
    courier.send()
    assert [row["status"] for row in courier.kept()] == ["recorded"]


def test_without_a_camera_there_are_other_ways(courier: Phone) -> None:
    courier.page.wait_for_function(
        "() => document.querySelector('[data-testid=scan-status]')?.dataset.camera === 'none'"
    )
    assert "Nothing is lost" in courier.at("scan-status").inner_text()
    courier.tap("speak-kk")
    expect(courier.at("code-have")).to_contain_text("Менде бір реттік код бар")
    courier.tap("speak-en")
    expect(courier.at("code-have")).to_contain_text("I have a one-time code")
    expect(courier.at("scan-typed")).to_be_visible()


def test_a_clock_that_differs_is_told_and_times_stay_as_they_were_stated(courier: Phone) -> None:
    courier.enrol(COURIER)
    courier.tap("tab-outbox")
    assert abs(int(courier.at("skew").get_attribute("data-seconds") or 0)) > 3_600


def test_no_key_can_be_read_out_of_a_phone_and_a_pin_is_600_000_rounds_away(courier: Phone) -> None:
    courier.enrol(COURIER)
    kept = courier.page.evaluate(KEYS)
    assert kept == {"rounds": [600_000], "device": False, "wrapping": False, "raw": []}


def test_wrong_pins_make_it_wait_and_erase_nothing(courier: Phone) -> None:
    courier.enrol(COURIER)
    courier.tap("back", f"person-{COURIER.badge}")
    for _ in range(5):
        courier.at("pin").fill("000000")
        courier.tap("pin-open")
        courier.page.wait_for_function("() => document.querySelector('[data-testid=pin]').value === ''")
    courier.at("pin").fill("135790")
    courier.tap("pin-open")
    courier.page.wait_for_function("() => document.querySelector('[data-testid=pin]').value === ''")
    assert "Wait" in courier.at("pin-says").inner_text()
    courier.context.clock.fast_forward("01:00")
    courier.at("pin").fill("135790")
    courier.tap("pin-open")
    courier.at("aboard").wait_for()


def test_the_app_is_built_the_same_again(tmp_path: Path) -> None:
    subprocess.run([NODE, str(ROOT / "app" / "build.mjs"), str(tmp_path)], check=True, timeout=120, cwd=tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert {name: file.data for name, file in built_app().items()} == made
    assert sum(len(gzip.compress(data)) for data in made.values()) <= 200_000


def test_the_lock_of_the_app_has_a_hash_for_everything_and_no_address() -> None:
    lock = json.loads((ROOT / "app" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert {name for name, one in packages.items() if "integrity" not in one} == set()
    assert {name for name, one in packages.items() if "resolved" in one} == set()


AT_THE_LAST_MOMENT = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, key) {
    if (key === "contact") document.querySelector("[data-testid=tab-today]").click();
    return put.call(this, value, key);
  };
}"""
"""Somebody taps *Today* when all was sent and nothing of it is shown yet."""


def test_whoever_goes_elsewhere_while_something_is_sent_stays_there(place: Place, courier: Phone) -> None:
    courier.enrol(COURIER)
    checked(courier)
    courier.page.evaluate(AT_THE_LAST_MOMENT)
    courier.tap("tab-outbox", "outbox-send")
    courier.at("aboard").wait_for()
    courier.page.wait_for_timeout(500)
    expect(courier.at("aboard")).to_have_count(1)
    expect(courier.at("outbox-send")).to_have_count(0)
    assert {row["status"] for row in courier.kept()} == {"recorded"}
