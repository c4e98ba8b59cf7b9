"""The date on a paper: one that cannot be true is said of the paper, nothing is judged by it, and nobody is a culprit."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import SCAN, form
from tests.core.ledger.playing import Play, fold


def told(play: Play) -> list[tuple[str, str]]:
    return [(finding.code, finding.status) for finding in play.findings]


@pytest.mark.parametrize(
    "done", ["1970-01-01T09:00:00+06:00", "2025-04-15T09:00:00+06:00", "2015-04-12T09:00:00+06:00"]
)
def test_a_handover_on_paper_that_is_dated_years_off_makes_nobody_a_culprit_in_any_order(done: str) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, officer, start = journey.play, journey.who("officer"), len(journey.play.log)
    paper = form(journey, releasing=journey.courier, receiving=officer[0], done_at=done)
    play.act(paper, by=(*officer, journey.courier))
    journey.over(officer, journey.commission)
    for order in permutations(play.log[start:]):
        ledger = fold([*play.log[:start], *order])
        assert [(row.code, row.status) for row in ledger.state.findings] == [("time-contradiction", "open")]
        head = ledger.state.paths.head(journey.pouch)
        assert head is not None
        assert str(head.custodian) == "commission AYT"


def test_papers_typed_in_on_one_evening_in_the_order_in_which_they_were_done_raise_nothing() -> None:
    """What is typed in later than the next paper was done is no contradiction: papers are held against papers."""
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, officer = journey.play, journey.who("officer")
    first, second = play.at(20), play.at(23)
    play.wait(hours=60)
    play.act(
        form(journey, releasing=journey.courier, receiving=officer[0], done_at=first), by=(*officer, journey.courier)
    )
    play.act(
        form(journey, releasing=officer[0], receiving=journey.commission[0], done_at=second),
        by=(*journey.commission, *officer),
    )
    assert told(play) == []
    assert play.holder(journey.pouch) == "commission AYT"


@pytest.mark.parametrize(("done", "found"), [(-2, []), (200 * 24, [("time-contradiction", "open")])])
def test_a_count_on_paper_that_is_dated_after_it_was_typed_in_is_told(done: int, found: list[tuple[str, str]]) -> None:
    journey = Journey(Play("AYT"), "AYT").opened()
    play = journey.play
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    paper = {"scan": SCAN, "done_at": play.at(done), "paper": {"acting": journey.commission}}
    count = {"type": "ActTranscribed", **paper, "stands_for": {"act": "BallotsCounted", "counts": counts}}
    play.act(count, by=journey.commission)
    assert told(play) == found
    assert play.book("AYT")["counted"] == journey.papers
