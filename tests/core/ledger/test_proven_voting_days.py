"""Days of voting and of storage by brackets: certainly on a day that was allowed, certainly not, or nobody can say."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.state.moments import moment
from schemas.identifiers import epoch_seconds
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, checked_all, fold_checked
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.voting_days import Days

PROVEN = "Log witnesses prove it."


def there(at: int) -> str:
    """A moment by the clocks of the station."""
    return moment(at, like="2015-04-26T07:00:00+03:00")


def cosigned(play: Play) -> Partial:
    return witnesses.witnessed(play, dict.fromkeys(witnesses.NAMES, play.stage.now))


def days() -> Days:
    voting = Days(Play("AYT", days=3), "AYT")
    voting.play.act(witnesses.policy_set(), by=CEC)
    return voting.begun()


def issued(voting: Days, **told: Any) -> str:
    issuer = voting.who("issuer")[0]
    return voting.act("BallotsGivenToIssuer", by=(voting.commission[1], issuer), issuer=issuer, papers=1, **told)


def said(play: Play, code: str) -> tuple[str, str | None, bool]:
    """Status, what is proven, and whether the sentence says that it is."""
    told = [one.doc for one in play.outcomes if one.kind == "finding" and one.doc["code"] == code]
    (finding,) = (finding for finding in play.findings if finding.code == code)
    return finding.status, told[-1]["settled_deadline"], PROVEN in finding.sentence


def closed(play: Play, *, after: int) -> Journey:
    """Kept for 30 days by the rules, and it is so many days after the closing."""
    ruled(play, disposal="keep-and-destroy", storage_days=30)
    journey = Journey(play, "AYT")
    journey.closed()
    play.act(witnesses.policy_set(), by=CEC)
    closes = play.ledger.state.registers.hours["AYT"][1]
    play.stage.now = epoch_seconds(closes)
    cosigned(play)
    play.stage.now = epoch_seconds(closes) + after * 86_400 - 3_600
    return journey


def burned(journey: Journey, **told: Any) -> str:
    book = journey.play.book("AYT")
    gone = {"from_boxes": book["in_boxes"], "cancelled": book["cancelled"], "method": "burned", "seals": []}
    act = {"type": "Destroyed", "station": "AYT", "packages": [], **gone, **told}
    return journey.play.act(act, by=journey.commission)


def test_boxes_open_into_another_day_are_proven_by_notes_of_both_days() -> None:
    voting = days()
    cosigned(voting.play)
    voting.at(day=3, hour=9)
    issued(voting, seen=cosigned(voting.play))
    assert said(voting.play, "box-left-open") == ("open", "broken", False)
    cosigned(voting.play)
    assert said(voting.play, "box-left-open") == ("open", "broken", True)


def test_without_a_note_of_the_first_day_it_rests_on_the_claim_that_they_were_open() -> None:
    voting = days()
    voting.at(day=3, hour=9)
    issued(voting, seen=cosigned(voting.play))
    cosigned(voting.play)
    assert said(voting.play, "box-left-open") == ("open", "undetermined", False)


def test_a_claim_of_the_first_day_that_something_seen_contradicts_is_told() -> None:
    voting = days()
    at = there(voting.play.stage.now)
    voting.at(day=3, hour=9)
    issued(voting, seen=cosigned(voting.play), at=at)
    assert {finding.code for finding in voting.play.findings} == {"box-left-open", "time-contradiction"}


def test_a_clock_that_is_a_day_ahead_is_found_to_be_in_time() -> None:
    """The finding stays: whether they stood open afterwards is still to be said."""
    voting = days()
    voting.at(day=1, hour=8)
    issued(voting, at=there(voting.play.stage.now + 86_400))
    cosigned(voting.play)
    assert said(voting.play, "box-left-open")[:2] == ("open", "met")


def test_honest_days_of_voting_under_witnesses_raise_nothing() -> None:
    voting = days()
    box = voting.names.ballot_box
    for day in (1, 2):
        voting.at(day=day, hour=9)
        seen = cosigned(voting.play)
        issued(voting, seen=seen)
        seals = [voting.play.stage.seal(box)]
        voting.act("BallotBoxesSealed", purpose="night", boxes=[box], seals=seals, seen=seen)
        voting.at(day=day + 1, hour=6)
        voting.act("BallotBoxesOpened", purpose="voting", boxes=[box], seals="intact", seen=cosigned(voting.play))
    assert voting.play.findings == []


def test_papers_certainly_destroyed_before_their_day_are_told_so() -> None:
    journey = closed(Play("AYT"), after=20)
    burned(journey)
    assert said(journey.play, "destroyed-early") == ("open", "undetermined", False)
    cosigned(journey.play)
    assert said(journey.play, "destroyed-early") == ("open", "broken", True)


def test_on_the_edge_of_the_day_nothing_is_certain() -> None:
    journey = closed(Play("AYT"), after=29)
    burned(journey)
    cosigned(journey.play)
    assert said(journey.play, "destroyed-early") == ("open", "undetermined", False)


def test_papers_destroyed_in_time_by_a_clock_that_is_wrong_are_no_finding() -> None:
    journey = closed(Play("AYT"), after=40)
    claimed = journey.play.at(-24 * 15)
    burned(journey, seen=cosigned(journey.play), at=claimed)
    assert [finding.code for finding in journey.play.findings] == ["time-contradiction"]


@pytest.mark.parametrize(("after", "status"), [(40, "settled"), (20, "open")])
def test_in_whatever_order_the_notes_come(after: int, status: str) -> None:
    journey = closed(Play("AYT"), after=after)
    play, claimed = journey.play, journey.play.at(0 if after < 30 else -24 * 15)
    before = len(play.log)
    burned(journey, seen=cosigned(play), at=claimed)
    cosigned(play)
    items = checked_all(play.log)
    found: set[tuple[str, str]] = set()
    for order in permutations(items[before : before + 2]):
        state = fold_checked([*items[:before], *order, *items[before + 2 :]]).state
        found |= {(one.code, one.status) for one in state.findings if one.code == "destroyed-early"}
    assert found <= {("destroyed-early", status)}
    assert found or status == "settled"
