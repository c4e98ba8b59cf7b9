"""Seals and packages as ledgers of their own."""

from __future__ import annotations

import pytest

from custody.core.evidence.seal_ledger import life_of, packages_of, seals_of
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play
from tests.core.ledger.supplies import Resupply, destroy, replace, reserve_run


@pytest.fixture
def journey() -> Journey:
    """AYT's pouch is with the courier."""
    return Journey(Play("AYT"), "AYT").under_way()


def lived(journey: Journey, seal: str) -> list[str]:
    """What became of a seal, step by step."""
    return [step.state for step in life_of(journey.play.ledger.state, seal)]


def test_a_seal_is_applied_checked_at_each_handover_and_removed(journey: Journey) -> None:
    seal = journey.play.unit(journey.pouch).seals[0].number
    journey.over((journey.courier,), journey.commission)
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    assert lived(journey, seal) == ["applied", "checked", "checked", "checked", "removed"]


def test_a_seal_found_broken_is_retained_by_who_replaces_it(journey: Journey) -> None:
    seal = journey.play.unit(journey.pouch).seals[0].number
    offer = journey.offer((journey.courier,), journey.commission)
    found = {"packages": 1, "seals": journey.play.stage.seals_found(journey.pouch, condition="broken"), "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    new = journey.play.stage.seal(journey.pouch)["seal"]
    act = {"type": "SealReplaced", "unit": journey.pouch, "removed": seal, "applied": new, "reason": "found-broken"}
    journey.play.act(act, by=journey.commission)
    assert lived(journey, seal)[-2:] == ["found broken", "retained"]
    assert life_of(journey.play.ledger.state, seal)[-1].by == "commission AYT"
    assert seals_of(journey.play.ledger.state).retained == 1
    assert lived(journey, new) == ["applied"]


def test_the_seal_of_a_package_that_is_destroyed_is_destroyed_with_it() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    journey.home()
    seal = journey.play.unit(journey.back).seals[0].number
    destroy(journey, packages=[journey.back], by=("cec-1", "cec-2"), from_boxes=journey.papers - 23, cancelled=22)
    assert lived(journey, seal)[-1] == "destroyed"
    assert seals_of(journey.play.ledger.state).destroyed == 1


def test_a_seal_of_a_replaced_package_is_blocked(journey: Journey) -> None:
    seal = journey.play.unit(journey.pouch).seals[0].number
    reserve_run(journey)
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers)
    assert lived(journey, seal)[-1] == "blocked"
    assert seals_of(journey.play.ledger.state).blocked == 1


def test_a_seal_that_no_act_applied_has_no_life(journey: Journey) -> None:
    assert lived(journey, "CEC-000777-0") == []


def test_seals_given_out_are_applied_or_unused(journey: Journey) -> None:
    seals = seals_of(journey.play.ledger.state)
    assert seals.issued is not None
    assert seals.unused is not None
    assert seals.issued == seals.applied + seals.unused
    assert seals.applied == seals.closing + seals.taken_off == 1


def test_packages_out_have_arrived_are_lost_or_are_under_way(journey: Journey) -> None:
    (row,) = packages_of(journey.play.ledger.state)
    assert (row.out, row.arrived, row.lost, row.under_way) == (1, 0, 0, 1)
    journey.play.act({"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}, by=("cec-1", "cec-2"))
    (row,) = packages_of(journey.play.ledger.state)
    assert (row.out, row.arrived, row.lost, row.under_way) == (1, 0, 1, 0)


def test_a_resupply_has_not_arrived_while_its_sender_holds_it() -> None:
    play = Play("AYT", "ROM")
    to, source = Journey(play, "AYT").counted(), Journey(play, "ROM").counted()
    resupply = Resupply(to=to, source=source)
    resupply.sent()
    resupply.manifested()
    row = next(row for row in packages_of(play.ledger.state) if row.consignment == resupply.consignment)
    assert (row.arrived, row.under_way) == (0, 1)
    resupply.carried()
    row = next(row for row in packages_of(play.ledger.state) if row.consignment == resupply.consignment)
    assert (row.arrived, row.under_way) == (1, 0)


@pytest.mark.parametrize("seal", ["CEC-000777-R", "AYT-000001-N"])
def test_a_seal_that_was_only_ever_read_has_its_readings_for_a_life(journey: Journey, seal: str) -> None:
    offer = journey.offer((journey.courier,), journey.commission)
    found = {
        "packages": 1,
        "seals": [{"unit": journey.pouch, "seal": seal, "condition": "intact"}],
        "papers": None,
    }
    answer = journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    (step,) = life_of(journey.play.ledger.state, seal)
    assert (step.state, step.unit, step.event) == ("read out of place", journey.pouch, answer)


def test_where_a_seal_was_read_that_closes_another_unit_stands_in_its_life(journey: Journey) -> None:
    seal = journey.play.unit(journey.pouch).seals[0].number
    pack = journey.packs[0]
    found = [{"unit": pack, "seal": seal, "condition": "intact"}]
    journey.play.act({"type": "SealsChecked", "units": [pack], "seals": found}, by=(journey.courier,))
    assert lived(journey, seal) == ["applied", "checked", "checked", "read out of place"]
