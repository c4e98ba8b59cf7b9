"""Stories of people who go on in their branch of a dispute."""

from __future__ import annotations

from dataclasses import replace

from custody.courier.completion import seal_up
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.telling import tells


def two_answers(journey: Journey, *, first: str, second: str) -> dict[str, str]:
    """The pouch office offers one pouch to two couriers, who both answer, in this order; answer of each."""
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.mandate("courier-reserve")
    releasing_signers = {journey.courier: "mfa-1", "courier-reserve": "mfa-2"}
    offers = {
        courier: play.act(journey.offering((courier,), units=refs), by=(releasing,))
        for courier, releasing in releasing_signers.items()
    }
    answers = [
        (courier, play.act({**journey.answering(offers[courier]), "units": refs}, by=(courier,)))
        for courier in (first, second)
    ]
    return dict(answers)


def decide(play: Play, *, chosen: str | None) -> str:
    """Two officers decide the conflict."""
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    return play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)


@tells("at-mfa", 18, 115)
def a_courier_in_a_dispute_delivers_and_the_decision_puts_his_delivery_into_force(journey: Journey) -> None:
    answers = two_answers(journey, first="courier-reserve", second=journey.courier)
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    decide(journey.play, chosen=answers[journey.courier])


def with_the_device_alone(journey: Journey) -> bytes:
    """What a thief of the courier's phone makes of its key: the next number, and no person's signature."""
    delay = {"type": "DelayReported", "units": [journey.pouch], "reason": "illness"}
    drafted, badge = journey.play.stage.drafted(delay, by=(journey.courier,), zone="Asia/Almaty")
    return seal_up(drafted, signatories=(), device=replace(journey.play.stage.cast.devices[badge]))


@tells("under-way", 13, 117)
def what_a_device_signed_alone_takes_no_place_in_its_chain(journey: Journey) -> None:
    alone = with_the_device_alone(journey)
    journey.play.put(alone)
    journey.play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))


def in_one_go(journey: Journey) -> list[str]:
    """The pouch is with the courier; two of the mission open it, take a pack out and seal that, all on one device."""
    play, opened = journey.play, {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}
    pack = journey.packs[0]
    sealed = {"type": "SealsApplied", "seals": [play.stage.seal(pack)]}
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": [{"unit": pack, "papers": 1}]}
    return [play.hold(act, by=journey.commission) for act in (opened, counted, sealed)]


@tells("under-way", 15, 116)
def what_was_made_in_one_go_after_an_act_without_effect_hangs_under_its_finding(journey: Journey) -> None:
    journey.play.record(*in_one_go(journey))
