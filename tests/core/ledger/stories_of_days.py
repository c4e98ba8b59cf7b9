"""Stories about several days of voting: boxes closed for the nights, and left open."""

from __future__ import annotations

from custody.core.state.moments import moment
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells
from tests.core.ledger.voting_days import DAY, Days


@tells("days-begun", 165, 35)
def the_slots_are_sealed_for_the_night_and_opened_in_the_morning(journey: Journey) -> None:
    days = of_days(journey)
    days.voting(1)
    days.act("BallotBoxesOpened", purpose="voting", boxes=[days.names.ballot_box], seals="intact")
    days.evening()
    pair = (days.commission[1], days.who("issuer")[0])
    days.act("BallotsGivenToIssuer", by=pair, issuer=pair[1], papers=1)
    days.morning(day=2, seals="broken")


@tells("days-begun", 166)
def the_boxes_are_left_open_over_two_nights(journey: Journey) -> None:
    days = of_days(journey)
    for day in (1, 2, 3):
        days.voting(day)


@tells("days-begun", 166, 194)
def boxes_open_into_another_day_as_notes_of_both_days_prove(journey: Journey) -> None:
    days = of_days(journey)
    days.play.act(witnesses.policy_set(), by=CEC)
    witnesses.witnessed(days.play, dict.fromkeys(witnesses.NAMES, days.play.stage.now))
    days.at(day=3, hour=9)
    seen = witnesses.witnessed(days.play, dict.fromkeys(witnesses.NAMES, days.play.stage.now))
    issuer = days.who("issuer")[0]
    claimed = moment(days.play.stage.now - 2 * DAY, like="2015-04-26T07:00:00+03:00")
    given = {"issuer": issuer, "papers": 1, "at": claimed, "seen": seen}
    days.act("BallotsGivenToIssuer", by=(days.commission[1], issuer), **given)
    witnesses.witnessed(days.play, dict.fromkeys(witnesses.NAMES, days.play.stage.now))


@tells("days-begun", 167)
def signatures_of_a_day_are_more_than_the_papers_issued_by_then(journey: Journey) -> None:
    days = of_days(journey)
    days.voting(1, signed=2)
    days.evening()
    days.morning(day=2)
    days.voting(2)


def of_days(journey: Journey) -> Days:
    """A journey whose prelude is one of several days."""
    assert isinstance(journey, Days)
    return journey
