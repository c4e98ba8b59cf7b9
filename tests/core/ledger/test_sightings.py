"""Sightings of seals belong to the reports in force: what is known of a broken seal follows from them, in whatever order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything


def under_way() -> Journey:
    """AYT's pouch is with the courier."""
    return Journey(Play("AYT"), "AYT").under_way()


def check(journey: Journey, *, condition: str = "intact") -> dict[str, Any]:
    """The holder reads the seals of the pouch."""
    seals = journey.play.stage.seals_found(journey.pouch, condition=condition)
    return {"type": "SealsChecked", "units": [journey.pouch], "seals": seals}


def checked_twice(journey: Journey) -> tuple[str, str]:
    """The courier reads the seal as intact, two hours on, and two hours after that."""
    journey.play.wait(hours=2)
    first = journey.play.act(check(journey), by=(journey.courier,))
    journey.play.wait(hours=2)
    return first, journey.play.act(check(journey), by=(journey.courier,))


def found_broken(journey: Journey) -> None:
    """The commission finds the seal broken, and takes the pouch with reservation."""
    offer = journey.offer((journey.courier,), journey.commission)
    found = {"packages": 1, "seals": check(journey, condition="broken")["seals"], "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)


def uncertain(journey: Journey) -> tuple[int | None, str]:
    """Minutes of the finding about the broken seal, and its end in words."""
    finding = next(item for item in journey.play.findings if item.code == "seal-condition")
    return finding.uncertain_minutes, str(finding.sentence).partition("last seen intact ")[2]


def said(ledger: Ledger) -> tuple[tuple[str, str, int | None], ...]:
    """Every finding in words, with its minutes."""
    return tuple(sorted((item.id, str(item.sentence), item.uncertain_minutes) for item in ledger.state.findings))


def test_the_newest_check_in_force_counts_and_one_declared_in_error_no_more() -> None:
    journey = under_way()
    play = journey.play
    first, last = checked_twice(journey)
    play.wait(hours=3)
    found_broken(journey)
    assert uncertain(journey) == (182, "3 h 02 min earlier.")
    (seal,) = [item for item in play.findings if item.code == "seal-condition"]
    assert last in seal.evidence
    play.act({"type": "ErrorDeclared", "event": last}, by=(journey.courier,))
    assert uncertain(journey) == (303, "5 h 03 min earlier.")
    (seal,) = [item for item in play.findings if item.code == "seal-condition"]
    assert (first in seal.evidence, last in seal.evidence) == (True, False)


def test_a_check_declared_in_error_before_the_seal_was_found_broken_narrows_nothing() -> None:
    journey = under_way()
    play = journey.play
    play.wait(hours=4)
    wrong = play.act(check(journey), by=(journey.courier,))
    play.act({"type": "ErrorDeclared", "event": wrong}, by=(journey.courier,))
    play.wait(hours=3)
    found_broken(journey)
    assert uncertain(journey)[0] == 424


def test_checks_a_break_and_an_error_say_the_same_in_every_order_of_arrival() -> None:
    journey = under_way()
    play = journey.play
    start = len(play.log)
    _, wrong = checked_twice(journey)
    play.wait(hours=3)
    found_broken(journey)
    play.act({"type": "ErrorDeclared", "event": wrong}, by=(journey.courier,))
    items = checked_all(play.log)
    ledgers = [fold_checked([*items[:start], *order]) for order in permutations(items[start:])]
    assert len(ledgers) == 120
    assert all(everything(ledger) == everything(play.ledger) for ledger in ledgers)
    assert {said(ledger) for ledger in ledgers} == {said(play.ledger)}


def test_a_report_of_a_seal_that_comes_after_the_count_by_three_is_settled_by_that_count() -> None:
    journey = under_way()
    play = journey.play
    late = play.hold(check(journey, condition="broken"), by=(journey.courier,))
    for releasing, receiving in (
        ((journey.courier,), journey.who("officer")),
        (journey.who("officer"), journey.commission),
    ):
        found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="broken"), "papers": None}
        journey.answer(journey.offer(releasing, receiving), receiving, result="accepted with reservation", found=found)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "broken"}, by=journey.commission)
    counted = journey.count()
    before = play.only("seal-condition")
    assert before.status == "settled"
    play.record(late)
    finding = play.only("seal-condition")
    assert (finding.status, finding.settled_by, finding.count) == ("settled", counted, 2)


def test_a_report_of_a_seal_that_everybody_else_found_whole_stays_open_however_late_it_comes() -> None:
    journey = under_way()
    late = journey.play.hold(check(journey, condition="broken"), by=(journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}
    journey.play.act(opened, by=journey.commission)
    journey.count()
    journey.play.record(late)
    assert journey.play.only("seal-condition").status == "open"
