"""Stories about stations that change after they were opened: one moves, one votes at other hours, one is closed."""

from __future__ import annotations

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells


@tells("prepared", 168, 127)
def a_station_moves_changes_its_hours_and_is_closed_before_it_votes(journey: Journey) -> None:
    play = journey.play
    change = {"type": "StationChanged", "station": "ROM"}
    play.act({**change, "change": "moved", "city": "Milan"}, by=CEC)
    hours = {"opens": "2015-04-26T08:00:00+02:00", "closes": "2015-04-26T21:00:00+02:00"}
    play.act({**change, "change": "hours", **hours}, by=CEC)
    play.act({**change, "change": "hours", **hours, "closes": "2015-04-26T07:00:00+02:00"}, by=CEC)
    play.act({**change, "change": "closed"}, by=CEC)
    play.act({**change, "change": "moved"}, by=CEC)


@tells("voted", 168)
def a_station_that_has_begun_to_vote_is_not_closed(journey: Journey) -> None:
    journey.play.act({"type": "StationChanged", "station": "AYT", "change": "closed"}, by=CEC)
