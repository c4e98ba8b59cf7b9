"""A broken seal: hold, recount by three, resealed with a link; or opened, and what lay behind it counted by three as declared."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.ledger.holds import counted_on_hold
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play


def broken(*, code: str = "ROM") -> Journey:
    """The commission takes over a pouch whose seal is broken."""
    journey = Journey(Play(), code).under_way()
    offer = journey.offer((journey.courier,), journey.commission)
    found = {"packages": 1, "seals": own(journey, "broken"), "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    return journey


def own(journey: Journey, condition: str) -> list[dict[str, Any]]:
    return journey.play.stage.seals_found(journey.pouch, condition=condition)


def opened(journey: Journey, *, contents: list[str] | None = None) -> str:
    act = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": own(journey, "broken")}
    return journey.play.act({**act, "contents": contents or journey.packs}, by=journey.commission)


def test_opening_and_an_equal_count_by_three_settle_the_broken_seal() -> None:
    journey = broken()
    opened(journey)
    assert journey.play.only("seal-condition").status == "open"
    counted = journey.count()
    finding = journey.play.only("seal-condition")
    assert (finding.status, finding.settled_by) == ("settled", counted)


def test_a_seal_found_broken_only_when_the_pouch_is_opened_is_settled_by_the_count_too() -> None:
    journey = Journey(Play(), "ROM").received()
    opened(journey)
    counted = journey.count()
    assert journey.play.only("seal-condition").settled_by == counted


def test_it_is_settled_when_the_last_pack_was_counted() -> None:
    journey = broken()
    opened(journey)
    for pack, status in zip(journey.packs, ("open", "settled"), strict=True):
        counts = [{"unit": pack, "papers": journey.play.unit(pack).papers}]
        journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
        assert journey.play.only("seal-condition").status == status


def test_a_count_that_differs_leaves_the_broken_seal_open() -> None:
    journey = broken()
    opened(journey)
    journey.count(wrong=-1)
    assert journey.play.codes_found() == [("quantity-mismatch", "open"), ("seal-condition", "open")]
    journey.count()
    assert journey.play.codes_found() == [("quantity-mismatch", "settled"), ("seal-condition", "settled")]


def test_a_pack_missing_behind_a_broken_seal_leaves_it_open() -> None:
    journey = broken()
    opened(journey, contents=journey.packs[:1])
    counts = [{"unit": journey.packs[0], "papers": journey.play.unit(journey.packs[0]).papers}]
    journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    assert journey.play.codes_found() == [("package-count", "open"), ("seal-condition", "open")]


@pytest.mark.parametrize("off", [-3, -5])
def test_a_hold_count_and_a_count_of_the_contents_that_differ_are_one_finding_and_serious(off: int) -> None:
    journey = broken()
    opened(journey)
    counted_on_hold(journey, wrong=-3)
    journey.count(wrong=off)
    mismatch = [item for item in journey.play.findings if item.code == "quantity-mismatch"]
    assert [(item.severity, item.status) for item in mismatch] == [("serious", "open")]
    assert (
        f"{journey.packs[0]}: 250 papers declared, 247 counted (count 1), {250 + off} counted" in mismatch[0].sentence
    )


def test_contents_counted_as_declared_settle_a_hold_count_that_differed() -> None:
    journey = broken()
    opened(journey)
    counted_on_hold(journey, wrong=-3)
    counted = journey.count()
    assert {(item.status, item.settled_by) for item in journey.play.findings} == {("settled", counted)}


def test_a_dispute_about_the_count_opens_the_finding_again() -> None:
    journey = broken()
    opened(journey)
    refs = journey.play.refs(*journey.packs, journey.names.stock)
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, "units": refs}
    journey.play.act(act, by=journey.commission)
    assert journey.play.only("seal-condition").status == "settled"
    journey.play.act({**act, "number": 2}, by=journey.commission)
    assert dict(journey.play.codes_found()) == {"conflicting-acts": "open", "seal-condition": "open"}


def test_two_counts_on_hold_that_differ_are_one_finding_and_serious() -> None:
    journey = broken()
    opened(journey)
    for packs, severity in ((journey.packs, "attention"), (journey.packs[:1], "serious")):
        journey.packs = packs
        counted_on_hold(journey, wrong=-3)
        (mismatch,) = [item for item in journey.play.findings if item.code == "quantity-mismatch"]
        assert mismatch.severity == severity
