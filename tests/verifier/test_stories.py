"""What the second verifier tells of one unit and one station, beside what the ledger says of the same entries."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.verifier.asking import ask


def told(play: Play, *, unit: str, station: str = "AYT") -> dict[str, Any]:
    entries = [b64encode(entry).decode() for entry in play.log]
    (answer,) = ask([{"kind": "stories", "entries": entries, "unit": unit, "station": station}])
    value: dict[str, Any] = answer["value"]
    return value


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").at_mfa()


def test_its_chain_of_a_unit_is_the_ledger_s_and_names_who_signed(journey: Journey) -> None:
    refused = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(refused, (journey.courier,), result="refused", codes=["papers-incomplete"])
    answer = journey.over(("mfa-1",), (journey.courier,))
    found = told(journey.play, unit=journey.pouch)
    unit = found["unit"]
    assert [act["event"] for act in unit["chain"]][-1] == journey.play.unit(journey.pouch).act == answer
    assert (unit["disputes"], unit["predecessor_missing"]) == ([], [])
    last = unit["chain"][-1]
    assert (last["handover"]["is_confirmed"], last["handover"]["why"]) == (True, None)
    assert {"badge": journey.courier, "role": "courier", "part": "receiving"} in last["by"]
    refusals = [one for one in unit["changed_nothing"] if one["type"] == "HandoverAnswered"]
    assert [one["handover"]["is_confirmed"] for one in refusals] == [False]
    assert unit["not_judged"]
    roster = journey.play.ledger.state.roster
    assert found["keys"] == sorted(key.keyid for key in roster)


def test_two_acts_that_follow_one_are_told_and_the_chain_ends_before_them(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    seals = {"type": "SealsApplied", "seals": [journey.play.stage.seal(journey.pouch)]}
    rival = journey.play.hold(seals, by=CEC)
    answer = journey.answer(offer, (journey.courier,))
    journey.play.record(rival)
    unit = told(journey.play, unit=journey.pouch)["unit"]
    (dispute,) = unit["disputes"]
    assert set(dispute["acts"]) == {rival, answer}
    assert unit["chain"][-1]["event"] == dispute["after"]


def test_the_figures_of_a_closed_account_are_held_against_each_other(journey: Journey) -> None:
    journey = Journey(Play(), "AYT").voted()
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    account = journey.account()
    journey.play.act(account, by=journey.commission)
    journey.play.act({**account, "invalid": account["invalid"] + 1}, by=journey.commission)
    station = told(journey.play, unit=journey.pouch)["station"]
    first, second = station["accounts"]
    assert {row["identity"] for row in first["identities"]} >= {"6 stated", "6 boxes", "6 valid", "7", "5 unaccounted"}
    assert [row["identity"] for row in first["identities"] if not row["holds"]] == []
    assert [row["identity"] for row in second["identities"] if not row["holds"]] == ["6 valid"]
    assert station["not_judged"]
