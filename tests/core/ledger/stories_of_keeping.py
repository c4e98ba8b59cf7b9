"""Stories of papers that are cancelled and kept, and of spare seals that are used, otherwise than rules and manifests say."""

from __future__ import annotations

from schemas.identifiers import seal_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells


@tells("voted", 180, 181)
def papers_are_cancelled_in_another_way_and_spoiled_ones_go_back_among_others(journey: Journey) -> None:
    play = journey.play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, "cancelling": ["corner-cut"], "retention": ["spoiled"]}}, by=CEC)
    journey.stated(signatures=journey.papers - 22)
    three = {"unused": 20, "spoiled": 2, "defective": 0, "method": "crossed-out"}
    play.act({"type": "UnusedCancelled", "station": "AYT", **three}, by=journey.commission)
    journey.boxes_opened()
    play.act(journey.account(), by=journey.commission)
    journey.packed_for_return()


@tells("prepared", 182)
def a_spare_seal_is_used_by_another_station_than_the_one_it_was_signed_out_to(journey: Journey) -> None:
    play, spare = journey.play, [seal_id(issuer="CEC", number=number) for number in (801, 802)]
    journey.wrapped(2)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.packs[0])]}, by=CEC)
    items = [{"kind": "spare-seal", "count": 2, "numbers": spare}]
    journey.manifested(journey.packs[:1], papers=50, items=items)
    other = Journey(play, "ROM").wrapped(1)
    for pack, seal in ((journey.packs[1], spare[0]), (other.packs[0], spare[1])):
        play.act({"type": "SealsApplied", "seals": [{"unit": pack, "seal": seal}]}, by=CEC)
