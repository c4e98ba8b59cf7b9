"""Stories of an election that follows another: seals that are still on something are carried over, each to one place."""

from __future__ import annotations

from custody.demo.preparation import enrolment
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, EARLIER
from tests.core.ledger.run_offs import CARRIED
from tests.core.ledger.telling import tells


@tells("follows-prepared", 177)
def a_carried_seal_is_applied_where_it_is_and_nowhere_else(journey: Journey) -> None:
    other = Journey(journey.play, "ROM").counted()
    journey.counted()
    for place in (other, journey):
        seals = [{"unit": place.names.stock, "seal": CARRIED}]
        journey.play.act({"type": "StoreSealed", "station": place.code, "seals": seals}, by=place.commission[:2])


@tells("prepared", 176)
def a_station_carries_nothing_over_where_no_election_is_followed(journey: Journey) -> None:
    play = journey.play
    opening = play.ledger.state.registers.openings["ROM"]
    names = ("type", "country", "timezone", "tzdata", "offsets", "opens", "closes", "city")
    fact = {name: value for name, value in opening.model_dump(mode="json").items() if name in names}
    play.act({**fact, "station": "WAW", "stock": "WAW-S01-0", "carried": {"opened": EARLIER}}, by=CEC)


@tells("follows-prepared", 175)
def a_proof_of_possession_for_the_earlier_election_enrols_nobody_in_this_one(journey: Journey) -> None:
    play = journey.play
    person = play.stage.cast.signatory("substitute-chair", role="chair", office="AYT")
    for election in (EARLIER, play.ledger.election):
        play.act({"type": "KeyEnrolled", "keys": [enrolment(person, election=election)]}, by=CEC)
