"""Stories about several days of voting: boxes closed for the nights, and left open."""

from __future__ import annotations

from tests.core.ledger.journeys import Journey
from tests.core.ledger.telling import tells
from tests.core.ledger.voting_days import Days


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
