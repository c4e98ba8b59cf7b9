"""One cause, one finding: what fails only because an earlier act had no effect is listed under that act's finding."""

from __future__ import annotations

from itertools import permutations

import pytest

from custody.core.wording.messages import tell
from tests.core.ledger.branch_stories import in_one_go
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, fold


def test_one_refused_packing_is_one_finding_whatever_was_done_with_the_pack_that_never_was() -> None:
    play = Play("AYT")
    journey = Journey(play, "AYT")
    pack = journey.names.pack(1)
    act = {"type": "UnitPacked", "unit": pack, "batch": journey.names.batch, "contents": [], "papers": 100}
    refused = play.act(act, by=("ayt-chair", "ayt-secretary"))
    assert play.status(refused) == "finding"
    pouch = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [pack], "papers": 100}
    play.act({**pouch, "units": [journey.pouch, pack]}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=100)
    journey.offer(("cec-1",), ("mfa-1",), declared={"papers": 100, "packages": 1, "seals": []})
    finding = play.only("not-custodian")
    assert finding.raised_by == refused
    assert len(finding.related) == 4
    assert {code for code, _, _ in finding.related} == {"not-in-state"}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_was_made_in_one_go_hangs_under_the_finding_of_the_first_in_every_order(order: tuple[int, ...]) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    acts = in_one_go(journey)
    journey.play.record(*(acts[place] for place in order))
    (finding,) = journey.play.findings
    assert finding.raised_by == acts[0]
    assert {event for _, _, event in finding.related} == set(acts[1:])
    assert finding.count == 3


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_is_done_with_a_pouch_of_nothing_hangs_under_its_packing_in_every_order(order: tuple[int, ...]) -> None:
    journey = Journey(Play("AYT"), "AYT")
    play, start = journey.play, len(journey.play.log)
    packed: Partial = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [], "papers": 0}
    refused = play.act(packed, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=0)
    acts = play.log[start:]
    (finding,) = fold([*play.log[:start], *(acts[place] for place in order)]).state.findings
    assert (finding.raised_by, finding.count) == (refused, 3)


def test_what_took_effect_between_two_acts_without_effect_keeps_them_apart() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, opened = journey.play, {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}
    first = play.act(opened, by=journey.commission)
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    play.act(opened, by=journey.commission)
    play.only("not-custodian")
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": [{"unit": journey.back, "papers": 1}]}
    play.act({**counted, "units": [{"unit": journey.back, "previous": None}]}, by=journey.commission)
    assert [finding.raised_by == first for finding in play.findings] == [True, False]


def test_packing_more_than_the_batch_has_left_is_one_finding_and_the_journey_goes_on() -> None:
    journey = Journey(Play("AYT"), "AYT")
    play = journey.play
    act = {"type": "UnitPacked", "unit": journey.names.pack(1), "batch": journey.names.batch, "contents": []}
    packed = play.act({**act, "papers": journey.papers + 3}, by=CEC)
    finding = play.only("quantity-mismatch")
    assert finding.sentence == (
        f"{journey.papers + 3} papers were packed into {journey.names.pack(1)}, "
        f"but {journey.names.batch} had {journey.papers} left."
    )
    assert (play.status(packed), play.unit(journey.names.batch).papers) == ("applied", -3)


def test_what_was_done_with_a_pack_that_nobody_ever_packed_is_a_finding_of_its_own() -> None:
    play = Play("AYT")
    pack = play.names("AYT").pack(1)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)], "units": play.refs(pack)}, by=CEC)
    assert play.only("not-in-state").sentence == (
        f"The sealing does not fit {pack}, which does not exist; nothing was changed."
    )


def test_who_does_not_hold_a_unit_learns_that_and_not_that_its_state_is_wrong() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.offer((journey.courier,), ("mfa-1",), declared={"papers": 0})
    assert journey.play.only("not-custodian").sentence == (
        f"courier courier-rom signed the offer of a handover for {journey.pouch}, "
        "which commission ROM holds; nothing was changed."
    )


def test_a_package_that_its_holder_cannot_use_so_is_not_in_state() -> None:
    journey = Journey(Play(), "ROM").opened()
    journey.offer(journey.commission, (journey.courier,), declared={"papers": 0})
    assert "which is opened" in journey.play.only("not-in-state").sentence


# --- what is inside a unit shares its journey


def test_a_packs_trail_tells_the_journey_of_the_pouch_around_it() -> None:
    journey = Journey(Play(), "ROM").under_way()
    told = [item.doc for item in journey.play.outcomes if item.kind == "unit" and item.subject == journey.packs[0]]
    assert [doc["custodian"] for doc in told][-3:] == ["CEC", "MFA", "courier courier-rom"]
    assert tell(told[-1]["says"], language="en") == (
        f"{journey.packs[0]} is inside {journey.pouch}. {journey.pouch} is with courier, held by courier courier-rom."
    )
    assert told[-1]["type"] == "HandoverAnswered"


def test_every_telling_of_a_unit_has_the_next_number_through_disputes_too() -> None:
    journey = Journey(Play(), "ROM").at_mfa()
    refs = journey.play.refs(journey.pouch)
    for number in range(3):
        offer = journey.play.act(journey.offering(("courier-reserve",), units=refs), by=(f"mfa-{1 + number % 2}",))
        journey.play.act({**journey.answering(offer), "units": refs}, by=("courier-reserve",))
    for subject in (journey.pouch, *journey.packs):
        told = [item.doc for item in journey.play.outcomes if item.kind == "unit" and item.subject == subject]
        assert [doc["version"] for doc in told] == list(range(1, len(told) + 1))
