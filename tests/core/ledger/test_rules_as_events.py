"""Rules are events: what they say is judged by what was in force where an act was first recorded."""

from __future__ import annotations

import pytest

from custody.cli.commands.rules import rule_lines
from custody.courier.signatories import Signatory
from schemas.base import Role
from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled


@pytest.fixture
def journey() -> Journey:
    """AYT's papers, not yet packed."""
    return Journey(Play("AYT"), "AYT")


def second_key(journey: Journey, *, of: str, role: Role) -> Signatory:
    """One of the people has a key in another role at the station as well."""
    people = journey.play.stage.cast.people
    private = journey.play.stage.cast.signatory("second-key", role="member", office="AYT").private
    other = Signatory("ayt-second", role, "AYT", people[of].person, private)
    journey.play.stage.cast.device_of["ayt-second"] = "ayt-device"
    journey.play.enrol(other)
    return other


def test_who_issues_papers_is_neither_chair_nor_secretary(journey: Journey) -> None:
    journey.counted()
    second_key(journey, of="ayt-issuer", role="deputy-chair")
    given = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer", "papers": 10}
    journey.play.act(given, by=("ayt-secretary", "ayt-issuer"))
    finding = journey.play.only("separation")
    assert finding.sentence == (
        "ayt-issuer signed the giving of papers to an issuing member as issuing-member; "
        "the same person holds another role at AYT that the rules "
        "keep apart from it."
    )
    assert journey.play.book("AYT")["with_issuers"] == 10


def test_one_person_gives_and_takes_where_the_rules_keep_nothing_apart(journey: Journey) -> None:
    journey.counted()
    second_key(journey, of="ayt-issuer", role="member")
    ruled(journey.play, separations=[])
    given = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer", "papers": 10}
    journey.play.act(given, by=("ayt-second", "ayt-issuer"))
    assert journey.play.findings == []


def test_an_act_is_judged_by_the_separations_in_force_where_it_was_first_recorded(journey: Journey) -> None:
    journey.counted()
    second_key(journey, of="ayt-issuer", role="member")
    given = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer", "papers": 10}
    event = journey.play.act(given, by=("ayt-second",), late=("ayt-issuer",))
    ruled(journey.play, separations=[])
    journey.play.sign_late(event, by="ayt-issuer")
    assert [code for code, _ in journey.play.codes_found()] == ["below-threshold", "own-handover"]


def test_a_reserve_changed_half_way_binds_what_is_allocated_from_then_on(journey: Journey) -> None:
    play = journey.play
    ruled(play, reserve={"numerator": 50, "denominator": 100, "rounding": "up"})
    assert play.findings == []
    run = unit_id(office="CEC", kind="batch", number=1)
    more = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=2), "papers": 1}
    play.act({"type": "BatchAllocated", "batch": run, "lines": [more]}, by=CEC)
    assert play.findings[-1].code == "shortage"
    assert play.findings[-1].sentence.endswith(
        "442 papers allocated; the list of 436 voters and its reserve make 654: 212 too few. "
        "Reserve: 50 papers for every 100 voters on a station's list, rounded up for each station."
    )


def test_a_stated_deadline_goes_before_that_of_the_rules(journey: Journey) -> None:
    journey.packed()
    legs = journey.play.ledger.state.registers.consignments[journey.names.out].legs
    assert [leg.due for leg in legs[:2]] == [None, None]
    assert legs[2].due is not None
    assert legs[2].due[:10] == "2015-04-19"
    assert legs[3].due == "2015-04-25T07:00:00+03:00"


def test_papers_are_due_back_so_many_hours_after_the_station_closed(journey: Journey) -> None:
    ruled(journey.play, return_hours=48)
    journey.closed()
    journey.packed_for_return()
    journey.returning()
    legs = journey.play.ledger.state.registers.consignments[journey.names.back].legs
    assert legs[-1].due == "2015-04-28T20:00:00+03:00"


def test_clocks_that_differ_are_one_finding_for_two_devices(journey: Journey) -> None:
    journey.at_mfa()
    play = journey.play
    for _ in range(2):
        offer = journey.offer(("mfa-1",), (journey.courier,))
        play.stage.now -= 7200
        journey.answer(offer, (journey.courier,), result="refused")
        play.stage.now += 7200
    assert [code for code, _ in play.codes_found()] == ["clock-skew"]
    assert play.only("clock-skew").severity == "information"


def test_the_words_say_every_rule() -> None:
    play = Play("AYT")
    ruled(
        play,
        disposal_exceptions=[{"station": "AYT", "disposal": "keep-and-destroy"}],
        separations=play.ledger.state.rules_now().rules.model_dump(mode="json")["separations"][:2],
        recount_persons=4,
        weighed_per_mille=1,
    )
    lines = rule_lines(play.ledger.state.rules_now(), since=0, at=0)
    lifted = ", unless a dispensation says so and the head of mission signs too."
    assert f"One person must not be both releasing and receiving{lifted}" in lines
    assert any(
        line.startswith("One person must not be both releasing as courier and mission officer") for line in lines
    )
    assert "A unit on hold, or behind a broken seal, is counted by 4 persons." in lines
    assert "After the count the papers of every station go back to the CEC." in lines
    assert "Except for AYT, whose papers are kept and destroyed at the mission." in lines
    assert any(line.startswith("Where a manifest states no deadline: papers are there 24 h before") for line in lines)
    assert any("differs by up to 1 paper in 1,000" in line and "15 min behind" in line for line in lines)
