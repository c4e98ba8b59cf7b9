"""A handover on paper that one side alone has signed undoes no act of the giver's side that took two persons, or was acted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play
from tests.core.ledger.test_disputes import everything
from tests.core.ledger.test_full_places import handed_over, orders_of_log, statuses
from tests.core.ledger.test_ids_in_any_order import everything as findings_of
from tests.core.ledger.test_ids_in_any_order import in_orders
from tests.core.ledger.test_paper import on_paper

STRANGER = "courier-reserve"


def held(journey: Journey, *, giver: str, refs: list[Partial], by: Sequence[str] = (STRANGER,)) -> str:
    """Somebody types in that the pouch was handed over to him; not on the log yet."""
    return journey.play.hold(on_paper(journey, giver, STRANGER, units=refs), by=by)


def received() -> tuple[Journey, list[Partial], str]:
    """A pouch that the commission has received, as it was then, and its opening, not on the log yet."""
    journey = Journey(Play("AYT", "ROM"), "AYT").received()
    refs = journey.play.refs(journey.pouch)
    opening = journey.play.hold(
        {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission
    )
    return journey, refs, opening


def opened() -> tuple[Journey, str, str]:
    """The same with the opening on the log; and a paper of the same act, not on it."""
    journey, refs, opening = received()
    journey.play.record(opening)
    return journey, opening, held(journey, giver=journey.commission[0], refs=refs)


def open_codes(ledger: Ledger) -> list[str]:
    """What is open."""
    return sorted(row.code for row in ledger.state.findings if row.status == "open")


def test_it_undoes_no_opening_by_a_commission_and_nothing_after_it() -> None:
    journey, opening, paper = opened()
    count = journey.count()
    journey.play.record(paper)
    assert [journey.play.status(act) for act in (opening, count, paper)] == ["applied", "applied", "finding"]
    assert open_codes(journey.play.ledger) == ["not-custodian"]


def released(journey: Journey, refs: list[Partial]) -> dict[str, Any]:
    """The holder says that a pouch went to a carrier."""
    return {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}


def test_a_release_of_one_person_is_in_question_beside_it_until_somebody_acts_on_it_in_any_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, refs, start = journey.play, journey.play.refs(journey.pouch), len(journey.play.log)
    paper = play.act(on_paper(journey, journey.courier, STRANGER, units=refs), by=(STRANGER,))
    release = play.act(released(journey, refs), by=(journey.courier,))
    assert (play.status(paper), play.status(release)) == ("disputed", "disputed")
    after = [{"unit": journey.pouch, "previous": release}]
    back = play.act({"type": "CollectedFromCarrier", "found": "intact", "units": after}, by=(journey.courier,))
    for ledger in orders_of_log(play, start=start):
        assert statuses(ledger, paper, release, back) == ["finding", "applied", "applied"]
        assert open_codes(ledger) == ["not-custodian"]
        assert everything(ledger) == everything(play.ledger)


def test_with_the_givers_signatures_the_paper_goes_before_the_act_in_any_order() -> None:
    journey, refs, opening = received()
    play, givers, start = journey.play, journey.commission[:2], len(journey.play.log)
    play.record(opening)
    sides = {"releasing": list(givers), "receiving": [STRANGER]}
    form = on_paper(journey, givers[0], STRANGER, units=refs, paper=sides)
    paper = play.act(form, by=(STRANGER,), late=givers)
    assert (play.status(opening), play.status(paper)) == ("applied", "finding")
    for giver in givers:
        play.sign_late(paper, by=giver)
    for ledger in orders_of_log(play, start=start):
        assert statuses(ledger, opening, paper) == ["finding", "applied"]
        assert open_codes(ledger) == open_codes(play.ledger)


def test_papers_that_are_beaten_and_contest_each_other_end_alike_in_any_order() -> None:
    journey, refs, opening = received()
    papers = [held(journey, giver=journey.commission[0], refs=refs)]
    papers.append(journey.play.hold(on_paper(journey, journey.commission[0], "mfa-1", units=refs), by=("mfa-1",)))
    ledgers = in_orders(journey.play, [opening, *papers])
    for ledger in ledgers:
        assert statuses(ledger, opening, *papers) == ["applied", "finding", "finding"]
        assert everything(ledger) == everything(ledgers[0])


def test_an_answer_an_act_and_a_paper_of_one_place_end_alike_in_any_order() -> None:
    journey, refs, opening = received()
    paper = held(journey, giver=journey.commission[0], refs=refs)
    pair = handed_over(journey, by=journey.commission[0], to=journey.courier, units=refs)
    rows = [opening, *pair, paper]
    ledgers = in_orders(journey.play, rows, orders=[rows, rows[::-1], [*pair, paper, opening], [paper, opening, *pair]])
    for ledger in ledgers:
        assert everything(ledger) == everything(ledgers[0])
        assert findings_of(ledger) == findings_of(ledgers[0])


def test_officers_can_choose_the_paper_beside_an_act() -> None:
    journey, opening, paper = opened()
    play = journey.play
    play.record(paper)
    play.act({"type": "FindingAdjudicated", "finding": play.only("not-custodian").id, "chosen": paper}, by=CEC)
    assert (play.status(opening), play.status(paper)) == ("disputed", "applied")


def test_an_opening_that_is_declared_in_error_beats_no_paper_in_any_order() -> None:
    journey, opening, paper = opened()
    play = journey.play
    error = {"type": "ErrorDeclared", "event": opening}
    declared = play.hold(error, by=journey.commission)
    for ledger in in_orders(play, [paper, declared]):
        assert statuses(ledger, opening, paper) == ["in error", "applied"]


@pytest.mark.parametrize("giver", ["commission", "courier"])
def test_honest_twin_a_paper_moves_custody_where_its_giver_did_nothing_else(giver: str) -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT")
    journey = journey.received() if giver == "commission" else journey.under_way()
    badge = journey.commission[0] if giver == "commission" else journey.courier
    paper = held(journey, giver=badge, refs=journey.play.refs(journey.pouch))
    journey.play.record(paper)
    assert journey.play.status(paper) == "applied"
    assert "not-custodian" not in open_codes(journey.play.ledger)
