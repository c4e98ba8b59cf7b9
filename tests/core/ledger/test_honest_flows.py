"""Honest journeys of many kinds (domain.md §7): custody goes where it should, and nothing is raised."""

from __future__ import annotations

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


def boxed(play: Play, journey: Journey) -> tuple[str, list[str]]:
    """Packs in a sealed box, the box in a sealed pouch, manifested."""
    box = unit_id(office=journey.code, kind="box", number=1)
    packs = [journey.names.pack(number) for number in (1, 2)]
    sizes = (journey.papers // 2, journey.papers - journey.papers // 2)
    for pack, size in zip(packs, sizes, strict=True):
        act = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": size}
        play.act(act, by=CEC)
    filled = {"type": "UnitPacked", "batch": None, "papers": journey.papers}
    play.act({**filled, "unit": box, "contents": packs}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(box)]}, by=CEC)
    play.act({**filled, "unit": journey.pouch, "contents": [box]}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=journey.papers)
    journey.packs = packs
    return box, packs


def test_a_courier_hands_to_another_where_both_have_mandates_with_an_overnight_stop() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    journey.mandate("courier-reserve")
    stop = {"type": "StopRecorded", "units": [journey.pouch], "purpose": "overnight", "seals": "intact"}
    play.act(stop, by=(journey.courier,))
    play.wait(hours=9)
    journey.over((journey.courier,), ("courier-reserve",))
    journey.over(("courier-reserve",), journey.who("officer"))
    assert play.holder(journey.pouch) == "mission AYT"
    assert play.findings == []


def test_a_pouch_of_several_packs_is_delivered_directly_to_the_commission() -> None:
    journey = Journey(Play("FRA"), "FRA").under_way()
    journey.over((journey.courier,), journey.commission)
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    assert len(journey.packs) == 2
    journey.count()
    assert journey.play.book("FRA")["counted"] == journey.papers
    assert journey.play.findings == []


def test_a_night_arrival_is_opened_in_the_morning() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.count()
    assert journey.play.findings == []


def test_a_first_count_that_is_off_and_a_second_that_agrees_leave_no_open_finding() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.count(wrong=1)
    journey.count()
    assert journey.play.codes_found() == [("quantity-mismatch", "settled")]


def test_a_box_inside_a_pouch_is_opened_after_the_pouch_and_its_seal_is_read_then() -> None:
    play = Play()
    journey = Journey(play, "ROM")
    box, packs = boxed(play, journey)
    journey.over(("cec-1",), ("mfa-1",))
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    assert play.holder(box) == "commission ROM"
    play.act({"type": "ConsignmentOpened", "unit": box, "seals": "intact"}, by=journey.commission)
    assert [play.unit(pack).inside for pack in packs] == [None, None]
    journey.count()
    assert play.book("ROM")["counted"] == journey.papers
    assert play.findings == []


def test_a_pouch_unpacked_at_the_mfa_lets_its_box_travel_on_alone() -> None:
    play = Play()
    journey = Journey(play, "ROM")
    box, _ = boxed(play, journey)
    journey.over(("cec-1",), ("mfa-1",))
    unpacked = {"type": "UnitUnpacked", "unit": journey.pouch, "contents": [box], "units": [journey.pouch, box]}
    seals = [*play.stage.seals_found(journey.pouch), *play.stage.seals_found(box)]
    play.act({**unpacked, "seals": seals}, by=("mfa-1", "mfa-2"))
    assert (play.unit(box).consignment, play.holder(box), play.unit(box).inside) == (journey.names.out, "MFA", None)
    assert [seal.condition for seal in play.unit(journey.pouch).seals] == ["removed"]
    journey.over(("mfa-1",), (journey.courier,), units=[box])
    journey.over((journey.courier,), journey.commission, units=[box])
    play.act({"type": "ConsignmentOpened", "unit": box, "seals": "intact"}, by=journey.commission)
    journey.count()
    assert play.findings == []


def test_a_pouch_unpacked_at_the_cec_before_it_left_can_be_packed_again() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, pack = journey.play, journey.names.pack(1)
    act = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 9}
    play.act(act, by=CEC)
    pouch = {"type": "UnitPacked", "batch": None, "contents": [pack], "papers": 9}
    play.act({**pouch, "unit": journey.pouch}, by=CEC)
    play.act({"type": "UnitUnpacked", "unit": journey.pouch, "contents": [pack], "seals": []}, by=CEC)
    play.act({**pouch, "unit": journey.names.pouch(2)}, by=CEC)
    assert play.unit(pack).inside == journey.names.pouch(2)
    assert play.findings == []


def test_papers_that_lie_loose_in_a_pouch_are_counted_from_it() -> None:
    journey = Journey(Play(), "AYT")
    play = journey.play
    act = {
        "type": "UnitPacked",
        "unit": journey.pouch,
        "batch": journey.names.batch,
        "contents": [],
        "papers": journey.papers,
    }
    play.act(act, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=journey.papers)
    journey.over(("cec-1",), ("mfa-1",))
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.packs = [journey.pouch]
    journey.count()
    assert play.book("AYT")["counted"] == journey.papers
    assert play.findings == []


def test_a_tour_of_several_stations_is_handed_out_in_one_act_and_left_at_each() -> None:
    play = Play("AYT", "ROM", "WAW")
    journeys = [Journey(play, code).at_mfa() for code in ("AYT", "ROM", "WAW")]
    pouches = [journey.pouch for journey in journeys]
    first = journeys[0]
    consignments = [journey.names.out for journey in journeys]
    mandate = {"type": "MandateGranted", "courier": "courier-reserve", "consignments": consignments}
    play.act({**mandate, "first_day": "2015-04-15", "last_day": "2015-04-20"}, by=("mfa-1",))
    first.over(("mfa-1",), ("courier-reserve",), units=pouches)
    for journey in journeys:
        journey.over(("courier-reserve",), journey.who("officer"))
    assert [play.holder(pouch) for pouch in pouches] == ["mission AYT", "mission ROM", "mission WAW"]
    assert play.findings == []


def test_two_phones_offline_for_two_days_synced_in_the_wrong_order_lose_and_double_nothing() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    answer = play.hold(journey.answering(offer), by=journey.who("officer"))
    inside = play.hold(journey.offering(journey.commission), by=journey.who("officer"))
    taken = play.hold(journey.answering(inside), by=journey.commission)
    opened = play.hold({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    play.record(answer, inside, taken, opened)
    assert play.holder(journey.pouch) == "courier courier-ayt"
    play.record(offer)
    assert play.unit(journey.pouch).state == "opened"
    told = [outcome.doc["status"] for outcome in play.record(answer)]
    assert told[0] == "duplicate"
    assert play.findings == []


def test_the_return_is_archived_and_every_paper_is_accounted_for() -> None:
    play = Play()
    for code in ("AYT", "ROM"):
        journey = Journey(play, code)
        journey.closed()
        journey.home()
    assert play.findings == []
    assert [play.book(code)["returned"] for code in ("AYT", "ROM")] == [
        play.allocated(code) - 1 for code in ("AYT", "ROM")
    ]
