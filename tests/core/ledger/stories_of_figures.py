"""Stories of the rulebook about figures that a dispute keeps out of force."""

from __future__ import annotations

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells


@tells("at-mfa", 114)
def a_count_out_of_force_stays_shown_until_the_dispute_is_decided(journey: Journey) -> None:
    play = journey.play
    journey.mandate("courier-reserve")
    refs = play.refs(journey.pouch)
    honest = journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.count()
    offer = play.act(journey.offering(("courier-reserve",), units=refs), by=("mfa-2",))
    rival = play.act({**journey.answering(offer), "units": refs}, by=("courier-reserve",))
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    for chosen in (rival, honest):
        play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)
