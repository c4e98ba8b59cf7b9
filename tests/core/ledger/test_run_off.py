"""An election that follows another: stations and their unbroken seals are carried over, each seal to one place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custody.demo.preparation import enrolment
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.identifiers import seal_id
from schemas.strict_json import canonical
from schemas.union import parse_event
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold

SEAL, OTHER = seal_id(issuer="CEC", number=901), seal_id(issuer="CEC", number=902)
OF_AYT = (("AYT", (SEAL, OTHER)), ("ROM", ()))


def sealed_safe(play: Play, code: str, *seals: str) -> str:
    """The commission closes its safe with these seals."""
    journey = Journey(play, code)
    rows = [{"unit": journey.names.stock, "seal": seal} for seal in seals]
    return play.act({"type": "StoreSealed", "station": code, "seals": rows}, by=journey.commission[:2])


def codes(play: Play) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in play.findings]


def opening(play: Play, code: str, **other: Any) -> bytes:
    """The opening of a station, with something else in it."""
    found = next(
        payload
        for payload in (parse_envelope(entry).payload for entry in play.log)
        if json.loads(payload).get("station") == code and json.loads(payload)["type"] == "StationOpened"
    )
    return canonical({**json.loads(found), **other})


def test_a_seal_that_is_still_on_the_safe_is_that_of_the_safe_and_nothing_is_raised() -> None:
    play = Play("AYT", "ROM", carried=OF_AYT)
    Journey(play, "AYT").counted()
    sealed_safe(play, "AYT", SEAL)
    assert play.findings == []
    assert set(play.ledger.state.registers.carried) == {SEAL, OTHER}
    assert fold(play.log).state.registers.carried == play.ledger.state.registers.carried


def test_a_carried_seal_that_another_station_applies_is_told_with_the_opening_that_carries_it() -> None:
    play = Play("AYT", "ROM", carried=OF_AYT)
    Journey(play, "ROM").counted()
    act = sealed_safe(play, "ROM", SEAL)
    (finding,) = play.findings
    assert (finding.code, finding.subject) == ("seal-reused", SEAL)
    assert act in finding.evidence
    assert "station AYT has carried it over" in finding.sentence


def test_a_carried_seal_is_applied_once() -> None:
    play = Play("AYT", "ROM", carried=OF_AYT)
    Journey(play, "AYT").counted()
    sealed_safe(play, "AYT", SEAL)
    assert codes(play) == []
    journey = Journey(play, "AYT")
    found = play.stage.seals_found(journey.names.stock)
    play.act({"type": "StoreOpened", "station": "AYT", "seals": found}, by=journey.commission)
    sealed_safe(play, "AYT", SEAL)
    assert codes(play) == [("seal-reused", SEAL)]


def test_two_stations_do_not_carry_the_same_seal() -> None:
    play = Play("AYT", "ROM", carried=(("AYT", (SEAL,)), ("ROM", (SEAL, OTHER))))
    (finding,) = play.findings
    assert (finding.code, finding.subject) == ("seal-reused", SEAL)
    assert "by station ROM and by station AYT" in finding.sentence


def test_a_station_carries_nothing_over_where_genesis_follows_no_election() -> None:
    play = Play("AYT")
    fact = json.loads(opening(play, "AYT"))
    stated = {
        name: fact[name] for name in ("type", "city", "country", "timezone", "tzdata", "offsets", "opens", "closes")
    }
    play.act({**stated, "station": "ROM", "stock": "ROM-S01-V", "carried": {"opened": "0e" * 32}}, by=CEC)
    told = [finding.sentence for finding in play.findings if finding.code == "not-in-state"]
    assert len(told) == 1
    assert "this election follows no other" in told[0]


def test_a_key_of_the_earlier_election_is_enrolled_again_with_a_proof_for_this_one() -> None:
    first, second = Play("AYT"), Play("AYT", carried=(("AYT", ()),))
    assert first.stage.ledger.election != second.stage.ledger.election
    person = first.stage.cast.people["ayt-chair"]
    play = Play("ROM", carried=(("ROM", ()),))
    old = enrolment(person, election=first.stage.ledger.election)
    play.act({"type": "KeyEnrolled", "keys": [old]}, by=CEC)
    assert codes(play) == [("not-authorised", "ayt-chair")]
    play.act({"type": "KeyEnrolled", "keys": [enrolment(person, election=play.stage.ledger.election)]}, by=CEC)
    assert codes(play) == [("not-authorised", "ayt-chair")]


@pytest.mark.parametrize(
    "carried", [None, {}, {"opened": "0e" * 32, "seals": []}, {"opened": "0e" * 32, "seals": [SEAL, SEAL]}]
)
def test_what_is_carried_over_has_one_form(carried: Any) -> None:
    payload = opening(Play("AYT"), "AYT", carried=carried)
    with pytest.raises(Refused):
        parse_event(payload)
