"""Several days of voting: the boxes are closed for the nights under seal, and the figures of each day agree."""

from __future__ import annotations

import pytest

from custody.core.evidence.conservation import check_accounts
from schemas.errors import Misused, Refused
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.voting_days import Days


@pytest.fixture
def days() -> Days:
    return Days(Play("AYT", days=3), "AYT")


def codes(days: Days) -> list[str]:
    return [finding.code for finding in days.play.findings]


def test_three_honest_days_with_the_boxes_closed_at_night_are_silent(days: Days) -> None:
    days.whole()
    assert [finding.sentence for finding in days.play.findings] == []
    assert check_accounts(days.play.ledger.state) == ()


def test_the_seals_of_the_night_go_in_the_morning_and_the_others_stay(days: Days) -> None:
    days.begun()
    days.voting(1)
    days.evening()
    box = days.play.unit(days.names.ballot_box)
    assert (box.state, len(box.seals)) == ("closed for the night", 2)
    days.morning(day=2)
    box = days.play.unit(days.names.ballot_box)
    assert (box.state, [seal.condition for seal in box.seals]) == ("in use", ["intact", "removed"])


def test_boxes_left_open_over_a_night_are_one_finding_whoever_notes_it(days: Days) -> None:
    days.begun()
    days.voting(1)
    days.voting(2)
    finding = days.play.only("box-left-open")
    assert "open since 26 April 2015" in finding.sentence
    days.evening()
    days.morning(day=3)
    days.voting(3)
    assert codes(days) == ["box-left-open"]


def test_every_night_that_they_stood_open_is_told(days: Days) -> None:
    days.begun()
    for day in (1, 2, 3):
        days.voting(day)
    assert codes(days) == ["box-left-open", "box-left-open"]


def test_a_broken_seal_of_the_night_is_told_in_the_morning(days: Days) -> None:
    days.begun()
    days.voting(1)
    days.evening()
    days.at(day=2, hour=6)
    found = days.play.stage.seals_found(days.names.ballot_box)
    days.morning(day=2, seals=[found[0], {**found[1], "condition": "broken"}])
    assert codes(days) == ["seal-condition"]


def test_nothing_is_given_out_while_the_boxes_are_closed(days: Days) -> None:
    days.begun()
    days.voting(1)
    days.evening()
    pair = (days.commission[1], days.who("issuer")[0])
    days.act("BallotsGivenToIssuer", by=pair, issuer=pair[1], papers=1)
    assert "closed for the night" in days.play.only("not-in-state").sentence


def test_boxes_that_are_not_closed_are_not_opened_for_another_day(days: Days) -> None:
    days.begun()
    days.voting(1)
    days.act("BallotBoxesOpened", purpose="voting", boxes=[days.names.ballot_box], seals="intact")
    assert codes(days) == ["not-in-state"]
    days.evening()
    days.evening()
    assert codes(days)[1:] in (["not-in-state"], [])
    assert days.play.unit(days.names.ballot_box).state == "closed for the night"


def test_signatures_of_a_day_that_differ_from_the_papers_issued_are_told(days: Days) -> None:
    days.begun()
    days.voting(1, signed=2)
    assert codes(days) == ["issued-signatures"]
    days.evening()
    days.morning(day=2)
    days.voting(2)
    assert [finding.status for finding in days.play.findings] == ["settled"]


def test_a_station_of_one_day_may_count_after_midnight() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.voted()
    journey.play.wait(hours=24)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    assert [finding.sentence for finding in journey.play.findings] == []


@pytest.mark.parametrize("wrong", ["one day", "overlap", "other opening"])
def test_days_of_voting_come_one_after_the_other_from_the_opening_to_the_close(wrong: str) -> None:
    play, day = Play("AYT"), "2015-04-2{}T{}:00:00+03:00"
    rows = [{"opens": day.format(6, "07"), "closes": day.format(6, "20")}]
    rows += [] if wrong == "one day" else [{"opens": day.format(7, "07"), "closes": day.format(7, "20")}]
    rows[0] |= {"closes": day.format(7, "08")} if wrong == "overlap" else {}
    opens = day.format(6, "06") if wrong == "other opening" else rows[0]["opens"]
    station = {"type": "StationOpened", "station": "AYT", "stock": "AYT-S01-5", "city": "Aytown", "country": "KZ"}
    hours = {"opens": opens, "closes": rows[-1]["closes"], "sessions": rows, "timezone": "Asia/Almaty"}
    with pytest.raises((Refused, Misused)):
        play.act({**station, **hours}, by=CEC)
