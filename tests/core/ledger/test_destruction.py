"""What becomes of the papers after the count: returned, or kept and destroyed at the mission, as the rules say (identity 10)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.supplies import destroy

KEPT = {"disposal_exceptions": [{"station": "AYT", "disposal": "keep-and-destroy"}]}
HEAD = ("ayt-officer", "ayt-head")


@pytest.fixture
def journey() -> Journey:
    """AYT's account is closed."""
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    return journey


def figures(journey: Journey) -> dict[str, Any]:
    """What was in the boxes and what was cancelled."""
    return {"from_boxes": journey.papers - 23, "cancelled": 22}


def test_papers_kept_at_the_mission_are_destroyed_out_of_the_closed_account(journey: Journey) -> None:
    ruled(journey.play, **KEPT)
    destroy(journey, packages=[], **figures(journey))
    assert journey.play.findings == []
    assert journey.play.book("AYT")["destroyed"] == journey.papers - 1
    assert journey.play.book("AYT")["returned"] == journey.papers - 1, "what was kept counts as returned or kept"


def test_packages_kept_at_the_mission_are_destroyed_by_the_mission_and_its_head(journey: Journey) -> None:
    ruled(journey.play, **KEPT)
    journey.packed_for_return()
    manifest = {"type": "ConsignmentManifested", "consignment": journey.names.back, "station": "AYT"}
    leg = {"number": 1, "releasing": "commission", "receiving": "mission", "due": None, "due_commitment": None}
    rest = {"direction": "back", "units": [journey.back], "packages": 1, "papers": journey.papers - 1, "legs": [leg]}
    journey.play.act({**manifest, **rest}, by=journey.commission)
    journey.over(journey.commission, journey.who("officer"), units=[journey.back])
    destroy(journey, packages=[journey.back], by=HEAD, **figures(journey))
    assert journey.play.findings == []
    assert journey.play.unit(journey.back).state == "destroyed"


def test_what_was_not_destroyed_is_one_finding_that_names_the_account_and_the_destruction(journey: Journey) -> None:
    ruled(journey.play, **KEPT)
    account = journey.play.unit(journey.names.stock).act
    event = destroy(journey, packages=[], from_boxes=journey.papers - 24, cancelled=22)
    finding = journey.play.only("return-short")
    assert set(finding.evidence) == {account, event}
    assert "destroyed from the boxes" in finding.sentence
    destroy(journey, packages=[], from_boxes=1, cancelled=0)
    assert journey.play.only("return-short").status == "settled"


def test_papers_that_are_to_be_returned_are_not_destroyed_at_the_mission(journey: Journey) -> None:
    destroy(journey, packages=[], **figures(journey))
    finding = journey.play.only("return-short")
    assert finding.severity == "serious"
    assert finding.sentence == (
        "AYT: 440 papers destroyed before they were returned; by the rules in force they go back to the CEC."
    )


def test_papers_that_are_to_be_kept_are_not_sent_back(journey: Journey) -> None:
    ruled(journey.play, **KEPT)
    journey.packed_for_return()
    journey.returning()
    finding = journey.play.only("not-authorised")
    assert finding.sentence.endswith("by the rules in force they are kept and destroyed at the mission.")
    assert journey.play.unit(journey.back).state == "in store"


def test_the_archive_is_destroyed_by_the_cec(journey: Journey) -> None:
    journey.home()
    destroy(journey, packages=[journey.back], by=CEC, **figures(journey))
    assert journey.play.findings == []
    assert journey.play.unit(journey.back).state == "destroyed"


def test_a_package_destroyed_with_other_figures_than_it_was_packed_with(journey: Journey) -> None:
    journey.home()
    event = destroy(journey, packages=[journey.back], by=CEC, from_boxes=journey.papers - 24, cancelled=22)
    finding = journey.play.only("return-short")
    assert event in finding.evidence
    assert finding.sentence == "AYT: 439 papers destroyed; what was packed says 440."


def test_only_who_holds_the_packages_destroys_them(journey: Journey) -> None:
    ruled(journey.play, **KEPT)
    journey.packed_for_return()
    destroy(journey, packages=[journey.back], by=HEAD, **figures(journey))
    assert journey.play.only("not-custodian").subject == journey.back
    assert journey.play.unit(journey.back).state == "sealed"


def test_rules_changed_after_the_destruction_do_not_change_how_it_is_judged(journey: Journey) -> None:
    destroy(journey, packages=[], **figures(journey))
    ruled(journey.play, **KEPT)
    assert journey.play.only("return-short").status == "open"
