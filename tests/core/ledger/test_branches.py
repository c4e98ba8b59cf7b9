"""Whoever took part in a branch of a dispute goes on in it: what he does is disputed with it and takes effect with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from custody.core.evidence.standpoint import Standpoint
from tests.core.ledger.branch_stories import decide, two_answers
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked

ORDERS = (("courier-reserve", "courier-ayt"), ("courier-ayt", "courier-reserve"))
DECIDED = [("conflicting-acts", "adjudicated"), ("double-offer", "settled")]
UNDECIDED = [("conflicting-acts", "open"), ("double-offer", "settled")]


def disputed(order: Sequence[str]) -> tuple[Journey, dict[str, str]]:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    return journey, two_answers(journey, first=order[0], second=order[1])


def delivered(journey: Journey) -> list[str]:
    """The courier delivers, the mission hands over, the commission opens."""
    acts = [journey.over((journey.courier,), journey.who("officer"))]
    acts.append(journey.over(journey.who("officer"), journey.commission))
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}
    return [*acts, journey.play.act(opened, by=journey.commission)]


@pytest.mark.parametrize("order", ORDERS)
def test_a_delivery_is_disputed_with_its_branch_and_takes_effect_with_the_decision(order: Sequence[str]) -> None:
    journey, answers = disputed(order)
    play, acts = journey.play, delivered(journey)
    assert [play.status(act) for act in acts] == ["disputed"] * 3
    assert (play.holder(journey.pouch), play.codes_found()) == ("MFA", UNDECIDED)
    decide(play, chosen=answers[journey.courier])
    assert [play.status(act) for act in acts] == ["applied"] * 3
    assert (play.holder(journey.pouch), play.codes_found()) == ("commission AYT", DECIDED)
    journey.count()
    assert (play.unit(journey.packs[0]).state, play.codes_found()) == ("opened", DECIDED)


@pytest.mark.parametrize("order", ORDERS)
def test_where_the_other_branch_was_chosen_the_delivery_stays_visible_and_nothing_is_held_against_anybody(
    order: Sequence[str],
) -> None:
    journey, answers = disputed(order)
    play, acts = journey.play, delivered(journey)
    decide(play, chosen=answers["courier-reserve"])
    assert [play.status(act) for act in acts] == ["disputed"] * 3
    assert (play.holder(journey.pouch), play.codes_found()) == ("courier courier-reserve", DECIDED)
    journey.over(("courier-reserve",), journey.who("officer"))
    decide(play, chosen=answers[journey.courier])
    assert [play.status(act) for act in acts] == ["applied"] * 3


@pytest.mark.parametrize(("chosen", "holder"), [("courier-ayt", "commission AYT"), ("courier-reserve", "MFA")])
def test_a_decision_may_be_on_the_log_before_the_delivery(chosen: str, holder: str) -> None:
    journey, answers = disputed(ORDERS[0])
    decide(journey.play, chosen=answers[chosen])
    acts = delivered(journey)
    is_chosen = chosen == journey.courier
    assert [journey.play.status(act) for act in acts] == ["applied" if is_chosen else "disputed"] * 3
    assert journey.play.codes_found() == DECIDED
    assert journey.play.holder(journey.pouch) == (holder if is_chosen else f"courier {chosen}")


def test_a_phone_that_knows_of_no_rival_comes_to_the_same_in_every_order_of_arrival() -> None:
    journey = Journey(Play("AYT"), "AYT").at_mfa()
    play, refs, start = journey.play, journey.play.refs(journey.pouch), len(journey.play.log)
    journey.mandate("courier-reserve")
    offer = play.hold(journey.offering((journey.courier,), units=refs), by=("mfa-1",))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    onward = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    received = play.hold(journey.answering(onward), by=journey.who("officer"))
    other = play.hold(journey.offering(("courier-reserve",), units=refs), by=("mfa-2",))
    rival = play.hold({**journey.answering(other), "units": refs}, by=("courier-reserve",))
    play.record(offer, answer, onward, received, other, rival)
    decision = decide(play, chosen=answer)
    assert (play.status(received), play.holder(journey.pouch)) == ("applied", "mission AYT")
    items = checked_all(play.log)
    late = [item for item in items[start:] if item.event_id in (answer, received, rival, decision)]
    rest = [item for item in items[start:] if item not in late]
    for order in permutations(late[:3]):
        ledger = fold_checked([*items[:start], *rest, *order, late[3]])
        assert ledger.state.records[received].status == "applied"
        assert [finding.code for finding in ledger.state.findings] == ["double-offer", "conflicting-acts"]


def test_a_rival_of_one_of_several_pouches_takes_the_others_of_that_handover_into_the_dispute() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, pouches = journey.play, [journey.names.pouch(1), journey.names.pouch(2)]
    for number, pouch in enumerate(pouches, start=1):
        pack = {"type": "UnitPacked", "unit": journey.names.pack(number), "batch": journey.names.batch, "contents": []}
        play.act({**pack, "papers": 10}, by=CEC)
        around = {"type": "UnitPacked", "unit": pouch, "batch": None, "contents": [journey.names.pack(number)]}
        play.act({**around, "papers": 10}, by=CEC)
        play.act({"type": "SealsApplied", "seals": [play.stage.seal(pouch)]}, by=CEC)
    journey.manifested(pouches, papers=20)
    journey.over(("cec-1",), ("mfa-1",), units=pouches)
    journey.mandate("courier-reserve")
    before = play.refs(*pouches)
    both = play.act(journey.offering((journey.courier,), units=before), by=("mfa-1",))
    one = play.act(journey.offering(("courier-reserve",), units=before[:1]), by=("mfa-2",))
    play.act({**journey.answering(one), "units": before[:1]}, by=("courier-reserve",))
    answer = play.act({**journey.answering(both), "units": before}, by=(journey.courier,))
    received = journey.over((journey.courier,), journey.who("officer"), units=pouches)
    assert [play.holder(pouch) for pouch in pouches] == ["MFA", "MFA"]
    decide(play, chosen=answer)
    assert [play.holder(pouch) for pouch in pouches] == ["mission AYT", "mission AYT"]
    assert play.status(received) == "applied"
    assert "not-custodian" not in {code for code, _ in play.codes_found()}


def test_who_took_part_in_no_branch_or_in_all_of_them_stands_with_the_last_uncontested_act() -> None:
    journey, answers = disputed(ORDERS[0])
    state, play = journey.play.stage.state, journey.play

    def follows(*badges: str) -> str | None:
        unit = Standpoint.of((play.key(badge) for badge in badges), state=state).unit(journey.pouch)
        return None if unit is None else unit.act

    head = play.unit(journey.pouch).act
    assert [follows(badge) for badge in ("mfa-1", "cec-1", "monitor-1", *journey.who("officer"))] == [head] * 4
    assert {courier: follows(courier) for courier in answers} == answers


def test_who_went_on_in_the_branch_that_was_chosen_follows_that_one() -> None:
    journey, answers = disputed(ORDERS[0])
    play, officer = journey.play, journey.who("officer")
    ours = journey.over((journey.courier,), officer)
    decide(play, chosen=answers["courier-reserve"])
    theirs = journey.over(("courier-reserve",), officer)
    state = play.stage.state
    unit = Standpoint.of((play.key(officer[0]),), state=state).unit(journey.pouch)
    assert unit is not None
    assert (unit.act, play.status(theirs), play.status(ours)) == (theirs, "applied", "disputed")
    journey.over(officer, journey.commission)
    assert (play.holder(journey.pouch), play.codes_found()) == ("commission AYT", DECIDED)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("chosen", ["courier-ayt", "courier-reserve"])
def test_who_collects_from_a_carrier_in_a_branch_in_which_he_took_no_part_is_disputed_with_it(
    chosen: str, order: Sequence[str]
) -> None:
    journey, answers = disputed(order)
    play, pouch = journey.play, [journey.pouch]
    released = {"type": "ReleasedToCarrier", "units": pouch, "mode": "hold", "seals": "intact"}
    carried = play.act(released, by=(journey.courier,))
    collected = {"type": "CollectedFromCarrier", "units": pouch, "found": "intact"}
    got = play.act(collected, by=journey.who("officer"))
    assert [play.status(act) for act in (carried, got)] == ["disputed"] * 2
    decide(play, chosen=answers[chosen])
    is_chosen = chosen == journey.courier
    assert [play.status(act) for act in (carried, got)] == ["applied" if is_chosen else "disputed"] * 2
    assert (play.holder(journey.pouch), play.codes_found()) == (
        "mission AYT" if is_chosen else f"courier {chosen}",
        DECIDED,
    )


def test_who_collects_from_a_carrier_after_the_other_branch_was_chosen_follows_what_is_in_force() -> None:
    journey, answers = disputed(ORDERS[0])
    play, pouch = journey.play, [journey.pouch]
    play.act({"type": "ReleasedToCarrier", "units": pouch, "mode": "hold", "seals": "intact"}, by=(journey.courier,))
    decide(play, chosen=answers["courier-reserve"])
    keys = [play.key(badge) for badge in journey.who("officer")]
    unit = Standpoint.of(keys, state=play.stage.state, type_name="CollectedFromCarrier").unit(journey.pouch)
    assert unit is not None
    assert unit.act == answers["courier-reserve"]
