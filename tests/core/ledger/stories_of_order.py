"""Stories of acts that come in another order than they were made, in parts, or from somebody outside."""

from __future__ import annotations

from tests.core.ledger.branch_stories import decide, two_answers
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells


@tells("under-way", 147)
def two_reports_of_a_broken_seal_are_one_finding_whichever_comes_first(journey: Journey) -> None:
    play, act = journey.play, {"type": "SealsChecked", "units": [journey.pouch], "seals": "broken"}
    held = [play.hold(act, by=(journey.courier,)) for _ in range(2)]
    play.record(*reversed(held))


@tells("voted", 148)
def two_wrong_figures_are_two_findings_and_what_both_break_is_listed_under_the_first(journey: Journey) -> None:
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    account = journey.account()
    wrong = {"received": account["received"] - 1, "issued": account["issued"] + 3}
    journey.play.act({**account, **wrong}, by=journey.commission)


@tells("under-way", 184)
def what_an_entry_in_error_had_told_stays_by_itself(journey: Journey) -> None:
    play, units = journey.play, [journey.pouch]
    examined = {"type": "PouchExamined", "examination": "detained", "by": "customs", "seals": [], "units": units}
    play.act(examined, by=(journey.courier,))
    stated = {"type": "CustodyBroken", "cause": "carrier", "classification": "incident", "units": units}
    gap = play.act({**stated, "since": play.at(-3), "until": None}, by=journey.who("officer"))
    play.act({"type": "ErrorDeclared", "event": gap}, by=journey.who("officer"))


@tells("at-mfa", 185)
def of_two_replies_to_a_double_offer_the_one_claimed_first_settles_it(journey: Journey) -> None:
    play, refs, receiving = journey.play, journey.play.refs(journey.pouch), (journey.courier, "courier-reserve")
    offers = [play.act(journey.offering((to,), units=refs), by=("mfa-1",)) for to in receiving]
    replies = [
        play.hold({**journey.answering(offer, result="refused"), "units": refs}, by=(to,))
        for offer, to in zip(offers, receiving, strict=True)
    ]
    play.record(*reversed(replies))


@tells("under-way", 149)
def what_a_receiver_counts_beyond_the_offer_stands_in_an_account(journey: Journey) -> None:
    offer = journey.offer((journey.courier,), journey.commission)
    seals = journey.play.stage.seals_found(journey.pouch, condition="intact")
    found = {"packages": 1, "seals": seals, "papers": journey.papers + 5}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)


@tells("voted", 47, 150)
def cancelling_may_come_in_parts_until_the_boxes_are_opened(journey: Journey) -> None:
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=15, spoiled=2)
    journey.cancelled(unused=3, spoiled=0)
    journey.boxes_opened()


@tells("under-way", 151, 157)
def a_loss_that_is_signed_by_a_second_person_after_the_delivery_has_no_effect(journey: Journey) -> None:
    play, act = journey.play, {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}
    loss = play.act(act, by=("mfa-1",), late=("mfa-2",))
    journey.over((journey.courier,), journey.who("officer"))
    play.sign_late(loss, by="mfa-2")


@tells("at-mfa", 152)
def who_collects_from_a_carrier_in_a_branch_of_others_is_disputed_with_it(journey: Journey) -> None:
    play, answers = journey.play, two_answers(journey, first=journey.courier, second="courier-reserve")
    released = {"type": "ReleasedToCarrier", "mode": "hold", "units": [journey.pouch], "seals": "intact"}
    play.act(released, by=(journey.courier,))
    collected = {"type": "CollectedFromCarrier", "units": [journey.pouch], "found": "intact"}
    play.act(collected, by=journey.who("officer"))
    decide(play, chosen=answers[journey.courier])


@tells("under-way", 173)
def a_place_that_is_no_office_is_told_and_a_courier_is_wherever_he_is(journey: Journey) -> None:
    report = {"type": "DelayReported", "reason": "other", "units": [journey.pouch], "place": "XQA"}
    journey.play.act(report, by=(journey.courier,))
    journey.play.act(report, by=CEC[:1])
