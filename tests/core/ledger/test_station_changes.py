"""A station that moves, votes at other hours, or is closed before it votes."""

from __future__ import annotations

from typing import Any

import pytest

from custody.core.authority.withholding import until
from schemas.errors import Misused, Refused
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.styled import CODES, StyledJourney

LATER = {"opens": "2015-04-26T09:00:00+03:00", "closes": "2015-04-26T22:00:00+03:00"}


def change(play: Play, kind: str, *, station: str = "AYT", **other: Any) -> str:
    """Two officers change a station."""
    return play.act({"type": "StationChanged", "station": station, "change": kind, **other}, by=CEC)


def facts(play: Play, station: str = "AYT") -> dict[str, Any]:
    """What is told of a station."""
    return dict([row.doc for row in play.outcomes if row.kind == "station" and row.subject == station][-1])


def test_a_station_that_moves_is_told_in_its_new_city_and_raises_nothing() -> None:
    play = Play("AYT")
    change(play, "moved", city="Kryvyi Rih", decision={"number": "45/7", "day": "2015-04-14"})
    assert (facts(play)["city"], play.findings) == ("Kryvyi Rih", [])
    Journey(play, "AYT").closed()
    assert play.findings == []


def test_other_hours_count_from_there_for_what_is_manifested_later() -> None:
    play = Play("AYT")
    change(play, "hours", **LATER)
    assert (facts(play)["opens"], facts(play)["closing"]) == (LATER["opens"], LATER["closes"])
    assert play.ledger.state.registers.hours["AYT"] == (LATER["opens"], LATER["closes"])
    assert play.findings == []


def test_hours_that_cannot_be_are_told_and_set_no_deadline() -> None:
    play = Play("AYT")
    change(play, "hours", opens=LATER["closes"], closes=LATER["opens"])
    assert [finding.code for finding in play.findings] == ["time-contradiction"]
    assert facts(play)["closing"] is None


def test_a_closed_station_gives_nothing_out_and_nobody_waits_for_its_figures() -> None:
    play = Play("AYT", "ROM")
    journey = Journey(play, "AYT").counted()
    change(play, "closed")
    pair = (journey.commission[1], journey.who("issuer")[0])
    play.act({"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": pair[1], "papers": 5}, by=pair)
    box = journey.names.ballot_box
    sealed = {"type": "BallotBoxesSealed", "station": "AYT", "boxes": [box], "seals": [play.stage.seal(box)]}
    play.act(sealed, by=journey.commission)
    assert all("was closed" in finding.sentence for finding in play.findings)
    assert {finding.code for finding in play.findings} == {"not-in-state"}
    assert play.unit(journey.names.stock).papers == journey.papers
    stations = {code: facts(play, code) for code in ("AYT", "ROM")}
    stated = {"ROM": {"station": "ROM", "in_boxes": 5}}
    assert until(stations, accounts={**stated, "AYT": play.book("AYT")}) is None


def test_a_station_that_votes_is_not_closed() -> None:
    play = Play("AYT")
    Journey(play, "AYT").voted()
    change(play, "closed")
    assert "has begun to vote" in play.only("not-in-state").sentence
    assert "closed" not in facts(play)


def test_a_change_is_signed_like_the_opening_of_a_station() -> None:
    play = Play("AYT")
    play.act({"type": "StationChanged", "station": "AYT", "change": "moved"}, by=CEC[:1])
    assert [finding.code for finding in play.findings] == ["below-threshold"]
    play.act({"type": "StationChanged", "station": "AYT", "change": "closed"}, by=("ayt-chair", "ayt-secretary"))
    assert "closed" not in facts(play)


def test_a_change_names_every_book_of_the_station() -> None:
    journey = StyledJourney.begun()
    change(journey.play, "moved", units=[journey.stock(CODES[0])])
    assert [finding.code for finding in journey.play.findings] == ["not-in-state"]
    change(journey.play, "moved", city="Elsewhere")
    assert facts(journey.play)["city"] == "Elsewhere"


def test_of_two_rival_changes_neither_is_in_force() -> None:
    play = Play("AYT")
    refs = play.refs(play.names("AYT").stock)
    moved = {"type": "StationChanged", "station": "AYT", "change": "moved", "units": refs}
    first = play.hold({**moved, "city": "One"}, by=CEC)
    second = play.hold({**moved, "city": "Two"}, by=("cec-2", "cec-3"))
    play.record(first, second)
    assert [finding.code for finding in play.findings] == ["conflicting-acts"]
    assert facts(play)["city"] == play.stations["AYT"].city


@pytest.mark.parametrize(
    "wrong",
    [{"change": "hours"}, {"change": "moved", **LATER}, {"change": "closed", "city": "X"}, {"change": "renamed"}],
)
def test_a_change_states_what_changes_and_nothing_else(wrong: dict[str, Any]) -> None:
    with pytest.raises((Misused, Refused)):
        Play("AYT").act({"type": "StationChanged", "station": "AYT", **wrong}, by=CEC)
