"""A phone calls an act proven only by a proof that it has verified: recorded before, and told where a promise is over."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from custody.gateway.app_files import built_app
from tests.browser.phones import COURIER, Phone, Place, phone_of
from tests.courier.witnessed import Witnessed
from tests.gateway.serving_gateway import Plan, served

LONG_AFTER = "2026-11-24T12:00:00Z"


@pytest.fixture
def election(tmp_path: Path) -> Witnessed:
    return Witnessed(tmp_path)


@pytest.fixture
def courier(browser: Browser, election: Witnessed, tmp_path: Path) -> Iterator[Phone]:
    """A courier who has signed one act: a delay of the pouch that he holds."""
    assert built_app(), "the app was not built: run make app"
    election.packed()
    for giver, taker in (("cec-1", "mfa-1"), ("mfa-1", "courier-ayt")):
        Place(election, "").hand(giver, taker)
    election.minute = 100
    plan, private = Plan(tiles=tmp_path / "tiles"), election.cast.people["gateway-1"].private
    with (
        served(election.log, reader=election.log, private=private, plan=plan) as at,
        phone_of(browser, Place(election, at.url), timezone_id="Europe/Istanbul") as phone,
    ):
        phone.enrol(COURIER)
        phone.tap("report", "report-delay", "choice-weather", "report-sign", "tab-outbox")
        yield phone


def sent(phone: Phone) -> str:
    """Send now; how far the one act is then."""
    phone.tap("outbox-send")
    phone.settle()
    return str(phone.at("kept").get_attribute("data-status"))


def test_an_act_is_proven_once_a_cosigned_checkpoint_covers_it(courier: Phone, election: Witnessed) -> None:
    assert sent(courier) == "recorded"
    election.checkpoint()
    assert sent(courier) == "proven"
    assert courier.at("how-far").get_attribute("data-proven") == "1"
    assert courier.at("proven-up-to").get_attribute("data-entries") == str(election.log.end())
    (kept,) = [row for row in courier.kept() if row["source"] == "own"]
    assert kept["proof"].startswith("c2sp.org/tlog-proof@v1\n")
    expect(courier.at("notice")).to_have_count(0)


def test_too_few_cosignatures_prove_nothing(courier: Phone, election: Witnessed) -> None:
    election.cosigning = lambda note: note
    assert sent(courier) == "recorded"
    election.checkpoint()
    assert sent(courier) == "recorded"
    expect(courier.at("notice")).to_have_count(0)
    expect(courier.at("proven-up-to")).to_have_count(0)


def altered(text: str, *, place: str) -> str:
    """A proof with another hash, of another position, or with another signature of the log."""
    lines = text.split("\n")
    if place == "hash":
        lines[2] = lines[3]
    elif place == "index":
        lines[1] = f"index {int(lines[1].split()[1]) - 1}"
    else:
        signed = next(at for at, line in enumerate(lines) if line.startswith("\u2014 "))
        lines[signed] = lines[signed][:-8] + "AAAAAAA="
    return "\n".join(lines)


def answer(route: Route, *, place: str) -> None:
    body = altered(route.fetch().text(), place=place)
    route.fulfill(status=200, body=body, content_type="text/plain; charset=utf-8")


def test_a_proof_that_was_altered_is_not_kept_and_is_told(courier: Phone, election: Witnessed) -> None:
    assert sent(courier) == "recorded"
    election.checkpoint()
    for place in ("hash", "index", "signature"):
        courier.page.route("**/logs/0/proof/*", partial(answer, place=place))
        assert sent(courier) == "recorded", place
        expect(courier.at("notice"), place).to_have_count(1)
        courier.page.unroute("**/logs/0/proof/*")
    assert sent(courier) == "proven"


def test_a_promise_that_is_over_is_told_until_the_proof_has_come(courier: Phone, election: Witnessed) -> None:
    assert sent(courier) == "recorded"
    expect(courier.at("promise-over")).to_have_count(0)
    courier.page.clock.set_system_time(LONG_AFTER)
    courier.tap("tab-today")
    courier.unlock(COURIER)
    courier.tap("tab-outbox")
    sent(courier)
    assert courier.at("promise-over").get_attribute("data-count") == "1"
    election.checkpoint()
    assert sent(courier) == "proven"
    expect(courier.at("promise-over")).to_have_count(0)
