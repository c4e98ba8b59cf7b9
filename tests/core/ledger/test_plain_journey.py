"""The plain journey out and back raises nothing, and the ledger says where everything is at each step."""

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play


def test_a_whole_journey_out_and_back_raises_no_finding() -> None:
    journey = Journey(Play(), "AYT")
    journey.closed()
    journey.home()
    assert journey.play.findings == []
    assert journey.play.unit(journey.back).state == "archived"
