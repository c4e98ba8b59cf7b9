"""Where two different acts stand at one place, who comes next is held against each of them all the same, in every order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial, Play, checked_all, fold_checked
from tests.core.ledger.test_ids_in_any_order import everything, in_orders
from tests.core.ledger.test_paper import on_paper
from tests.core.ledger.test_precedence import one_sided, prepared, released


def statuses(ledger: Ledger, *events: str) -> list[str]:
    """What became of some events."""
    return [ledger.state.records[event].status for event in events]


def handed_over(journey: Journey, *, by: str, to: str, units: list[Partial]) -> list[str]:
    """An offer and its answer, not recorded yet."""
    offered = {**journey.offering((to,)), "units": units}
    offer = journey.play.hold(offered, by=(by,))
    answer = {**journey.answering(offer), "units": units, "nonce": offered["nonce"]}
    return [offer, journey.play.hold(answer, by=(to,))]


@pytest.mark.parametrize("kind", ["LossDeclared", "ReleasedToCarrier"])
def test_an_answer_beats_two_one_sided_acts_that_contest_each_other(kind: str) -> None:
    journey, refs = prepared()
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    late = [released(journey, by="mfa-1", units=refs)]
    late.append(journey.play.hold({**one_sided(kind), "units": refs}, by=("mfa-2", "mfa-1")))
    ledgers = in_orders(journey.play, [offer, answer, *late])
    for ledger in ledgers:
        assert statuses(ledger, answer, *late) == ["applied", "finding", "finding"]
        assert everything(ledger) == everything(ledgers[0])


def test_it_beats_them_beside_another_answer_that_goes_on_contesting_it() -> None:
    journey, refs = prepared()
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    other = handed_over(journey, by="mfa-2", to="courier-reserve", units=refs)
    late = released(journey, by="mfa-1", units=refs)
    ledgers = in_orders(journey.play, [offer, answer, *other, late], orders=two_answers(offer, answer, other, late))
    for ledger in ledgers:
        assert statuses(ledger, answer, other[1], late) == ["disputed", "disputed", "finding"]
        told = sorted((row.code, row.count) for row in ledger.state.findings if row.status == "open")
        assert told == [("conflicting-acts", 2), ("not-custodian", 1)]


def test_what_the_device_of_the_offer_made_before_it_stands_beside_what_is_beaten() -> None:
    journey, refs = prepared()
    first = released(journey, by="mfa-1", units=refs)
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    late = released(journey, by="mfa-1", units=refs)
    ledgers = in_orders(journey.play, [first, offer, answer, late])
    for ledger in ledgers:
        assert statuses(ledger, first, answer, late) == ["disputed", "disputed", "finding"]
        assert everything(ledger) == everything(ledgers[0])


def test_a_form_that_both_sides_signed_beats_two_at_a_full_place_whenever_the_second_signs() -> None:
    journey, refs = prepared()
    play, start = journey.play, len(journey.play.log)
    paper = play.act(on_paper(journey, "mfa-1", journey.courier, units=refs), by=(journey.courier,), late=("mfa-1",))
    late = [play.act({**one_sided("ReleasedToCarrier"), "units": refs}, by=(badge,)) for badge in ("mfa-1", "mfa-2")]
    play.sign_late(paper, by="mfa-1")
    ledgers = orders_of_log(play, start=start)
    for ledger in ledgers:
        assert statuses(ledger, paper, *late) == ["applied", "finding", "finding"]
        assert [row.code for row in ledger.state.findings if row.status == "open"] == ["not-custodian"] * 2


def test_honest_twin_one_answer_alone_is_no_finding_in_any_order() -> None:
    journey, refs = prepared()
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    for ledger in in_orders(journey.play, [offer, answer]):
        assert statuses(ledger, answer) == ["applied"]
        assert not list(ledger.state.findings)


def two_answers(*steps: Any) -> list[list[str]]:
    """Every order of the answers and the late act, after both offers."""
    offer, answer, (second, other), late = steps
    return [[offer, second, *order] for order in permutations((answer, other, late))]


def orders_of_log(play: Play, *, start: int) -> list[Ledger]:
    """The log from ``start`` on in every order."""
    checked = checked_all(play.log)
    return [fold_checked([*checked[:start], *order]) for order in permutations(checked[start:])]
