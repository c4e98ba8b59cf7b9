"""An answered handover beats a later one-sided act of the side that signed its offer, unless that was provably made before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from tests.ledger.journeys import Journey
from tests.ledger.playing import Partial, Play, checked_all, fold_checked
from tests.ledger.test_paper import on_paper


def released(journey: Journey, *, by: str, units: Sequence[Partial]) -> str:
    """Somebody of the pouch office says that a pouch went to a carrier, on an old act."""
    return journey.play.hold({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}, by=(by,))


def prepared() -> tuple[Journey, list[Partial]]:
    journey = Journey(Play(), "AYT").at_mfa()
    return journey, journey.play.refs(journey.pouch)


def test_one_release_on_an_old_act_undoes_nothing_and_is_one_finding() -> None:
    journey, refs = prepared()
    answer = journey.over(("mfa-1",), (journey.courier,))
    late = released(journey, by="mfa-1", units=refs)
    journey.play.record(late)
    finding = journey.play.only("not-custodian")
    assert set(finding.evidence) == {answer, late}
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert (journey.play.status(answer), journey.play.status(late)) == ("applied", "finding")


def test_sixty_five_of_them_take_nothing_out_of_force_and_are_one_finding_for_each_person() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    mission = journey.over((journey.courier,), journey.who("officer"))
    for number in range(65):
        journey.play.record(released(journey, by=("mfa-1", "mfa-2")[number % 2], units=refs))
        assert journey.play.status(mission) == "applied"
    assert journey.play.codes_found() == [("not-custodian", "open")] * 2
    assert sum(finding.count for finding in journey.play.findings) == 65


def test_what_the_device_of_the_offer_made_before_it_contests_the_answer() -> None:
    journey, refs = prepared()
    first = released(journey, by="mfa-1", units=refs)
    offer = journey.play.hold({**journey.offering((journey.courier,)), "units": refs}, by=("mfa-1",))
    answer = journey.play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    journey.play.record(offer, answer, first)
    assert {journey.play.status(event) for event in (first, answer)} == {"disputed"}
    assert "conflicting-acts" in {finding.code for finding in journey.play.findings}


def test_the_order_of_arrival_changes_nothing() -> None:
    journey, refs = prepared()
    start = len(journey.play.log)
    offer = journey.play.hold({**journey.offering((journey.courier,)), "units": refs}, by=("mfa-1",))
    answer = journey.play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    late = released(journey, by="mfa-2", units=refs)
    journey.play.record(offer, answer, late)
    checked = checked_all(journey.play.log)
    for order in permutations(range(3)):
        ledger = fold_checked([*checked[:start], *(checked[start + place] for place in order)])
        assert [ledger.state.records[event].status for event in (answer, late)] == ["applied", "finding"]
        assert [finding.code for finding in ledger.state.findings] == ["not-custodian"]


def test_what_follows_an_act_without_effect_is_listed_under_its_finding() -> None:
    journey, refs = prepared()
    journey.over(("mfa-1",), (journey.courier,))
    late = released(journey, by="mfa-1", units=refs)
    again = journey.play.hold(
        {"type": "CollectedFromCarrier", "found": "intact", "units": [{"unit": journey.pouch, "previous": late}]},
        by=("mfa-1",),
    )
    journey.play.record(late, again)
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert [finding.code for finding in journey.play.findings] == ["not-custodian"]


def one_sided(kind: str) -> Partial:
    """What the pouch office alone may say of a pouch that it holds."""
    told: dict[str, Partial] = {
        "LossDeclared": {"last_seen": None},
        "ReleasedToCarrier": {"mode": "hold", "seals": "intact"},
    }
    return {"type": kind, **told[kind]}


@pytest.mark.parametrize("when", ["signed before", "signed after", "never signed"])
@pytest.mark.parametrize("kind", ["LossDeclared", "ReleasedToCarrier"])
def test_a_handover_on_paper_that_both_sides_signed_is_an_answer_too(kind: str, when: str) -> None:
    journey, refs = prepared()
    play = journey.play
    late = play.hold({**one_sided(kind), "units": refs}, by=("mfa-1", "mfa-2"))
    form = on_paper(journey, "mfa-1", journey.courier, units=refs)
    paper = play.act(form, by=(journey.courier,), late=("mfa-1",))
    if when == "signed before":
        play.sign_late(paper, by="mfa-1")
    play.record(late)
    if when == "signed after":
        assert {play.status(event) for event in (paper, late)} == {"disputed"}
        play.sign_late(paper, by="mfa-1")
    if when == "never signed":
        assert {play.status(event) for event in (paper, late)} == {"disputed"}
        return
    assert (play.status(paper), play.status(late)) == ("applied", "finding")
    assert play.holder(journey.pouch) == "courier courier-ayt"
    assert {finding.code for finding in play.findings if finding.status == "open"} == {"not-custodian"}
