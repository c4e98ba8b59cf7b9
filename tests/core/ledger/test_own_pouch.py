"""The pouch office packs sealed boxes into its own pouch: they travel in it, and every leg that it walks they walk."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.identifiers import seal_id, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.pouches import MFA, boxed, into_own_pouch


@pytest.fixture
def journey() -> Journey:
    """Everything printed and allocated."""
    return Journey(Play("AYT"), "AYT")


def consignment(journey: Journey) -> dict[str, Any]:
    docs = [row.doc for row in journey.play.outcomes if row.kind == "consignment" and row.subject == journey.names.out]
    return dict(docs[-1])


def delivered(journey: Journey) -> None:
    journey.over(MFA[:1], (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)


def test_a_box_in_the_ministrys_pouch_arrives_is_opened_and_counted(journey: Journey) -> None:
    box = boxed(journey)
    into_own_pouch(journey, box=box)
    assert (journey.play.unit(journey.pouch).state, journey.play.holder(journey.pouch)) == ("in store", "MFA")
    delivered(journey)
    for unit in (journey.pouch, box):
        journey.play.act({"type": "ConsignmentOpened", "unit": unit, "seals": "intact"}, by=journey.commission)
    journey.count()
    assert journey.play.findings == []
    assert journey.play.book("AYT")["counted"] == journey.papers
    told = consignment(journey)
    assert (told["delivered"], [leg["outstanding"] for leg in told["legs"]]) == (True, [[]] * 4)


def test_two_boxes_in_one_pouch_walk_every_leg_together(journey: Journey) -> None:
    half = journey.papers // 2
    boxes = [boxed(journey, number=1, papers=half), boxed(journey, number=2, papers=journey.papers - half)]
    journey.manifested(boxes, papers=journey.papers)
    journey.over(CEC[:1], MFA[:1], units=boxes)
    into_own_pouch(journey, box=boxes[0], more=boxes[1:])
    delivered(journey)
    for unit in (journey.pouch, *boxes):
        journey.play.act({"type": "ConsignmentOpened", "unit": unit, "seals": "intact"}, by=journey.commission)
    journey.count()
    assert journey.play.findings == []
    assert [leg["outstanding"] for leg in consignment(journey)["legs"]] == [[]] * 4


def test_the_pouch_can_be_unpacked_again_by_who_packed_it(journey: Journey) -> None:
    box = boxed(journey)
    into_own_pouch(journey, box=box)
    unpacked = {"type": "UnitUnpacked", "unit": journey.pouch, "contents": [box], "seals": "intact"}
    journey.play.act(unpacked, by=MFA)
    journey.over(MFA[:1], (journey.courier,), units=[box])
    assert journey.play.findings == []
    assert consignment(journey)["legs"][1]["outstanding"] == []


def test_who_does_not_hold_the_box_packs_it_into_nothing(journey: Journey) -> None:
    box = boxed(journey)
    into_own_pouch(journey, box=box, by=CEC)
    assert "not-custodian" in {finding.code for finding in journey.play.findings}
    assert journey.play.unit(box).inside is None


def test_one_person_of_the_pouch_office_is_too_few(journey: Journey) -> None:
    into_own_pouch(journey, box=boxed(journey), by=MFA[:1])
    assert "below-threshold" in {finding.code for finding in journey.play.findings}


def test_a_pouch_that_was_not_sealed_is_not_handed_on(journey: Journey) -> None:
    box = boxed(journey)
    act = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [box], "papers": journey.papers}
    journey.play.act(act, by=MFA)
    journey.offer(MFA[:1], (journey.courier,))
    assert journey.play.only("not-in-state").subject == journey.pouch


def test_a_seal_number_that_the_ministry_never_got_is_told(journey: Journey) -> None:
    box = boxed(journey)
    act = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [box], "papers": journey.papers}
    journey.play.act(act, by=MFA)
    seal = {"unit": journey.pouch, "seal": seal_id(issuer="MFA", number=99_999)}
    journey.play.act({"type": "SealsApplied", "seals": [seal]}, by=MFA)
    assert journey.play.only("seal-not-issued").subject == seal["seal"]


def test_a_return_that_is_packed_anew_where_it_arrived_is_delivered_once_that_is_sealed(journey: Journey) -> None:
    play = journey.play
    journey.closed()
    journey.back = unit_id(office="AYT", kind="box", number=9)
    journey.packed_for_return()
    journey.returning()
    journey.over(journey.commission, (journey.courier,), units=[journey.back])
    journey.over((journey.courier,), CEC[:1], units=[journey.back])

    def told() -> tuple[str, bool]:
        docs = [row.doc for row in play.outcomes if (row.kind, row.subject) == ("consignment", journey.names.back)]
        head = play.ledger.state.paths.head(around)
        return "" if head is None else head.state, docs[-1]["delivered"]

    around = unit_id(office="AYT", kind="pouch", number=8)
    papers = play.unit(journey.back).papers
    assert told() == ("", True)
    pouch = {"type": "UnitPacked", "unit": around, "batch": None, "contents": [journey.back], "papers": papers}
    play.act(pouch, by=CEC)
    assert told() == ("packed", False)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(around)]}, by=CEC)
    assert (told(), play.findings) == (("in store", True), [])
