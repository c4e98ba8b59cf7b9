"""A handover on paper that one side alone has signed contests no handover between others that both sides have signed."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.core.ledger.test_disputes import everything
from tests.core.ledger.test_full_places import handed_over, orders_of_log, statuses
from tests.core.ledger.test_ids_in_any_order import in_orders
from tests.core.ledger.test_paper import on_paper
from tests.core.ledger.test_precedence import prepared

STRANGERS = ("courier-reserve", "cec-1", "mfa-2")


@pytest.mark.parametrize("badge", STRANGERS)
def test_a_paper_of_one_side_on_an_old_act_undoes_nothing_in_any_order(badge: str) -> None:
    journey, refs = prepared()
    giver = journey.courier if badge == "mfa-2" else "mfa-1"
    paper = journey.play.hold(on_paper(journey, giver, badge, units=refs), by=(badge,))
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    ledgers = in_orders(journey.play, [offer, answer, paper])
    for ledger in ledgers:
        assert statuses(ledger, answer, paper) == ["applied", "finding"]
        assert [(row.code, row.status) for row in ledger.state.findings if row.status == "open"] == [
            ("not-custodian", "open")
        ]
        assert everything(ledger) == everything(ledgers[0])


def test_what_followed_the_answered_handover_stays_in_force() -> None:
    journey, refs = prepared()
    play = journey.play
    journey.over(("mfa-1",), (journey.courier,))
    mission = journey.over((journey.courier,), journey.who("officer"))
    for badge in ("courier-reserve", "cec-1", "cec-2"):
        play.act(on_paper(journey, "mfa-1", badge, units=refs), by=(badge,))
    assert (play.status(mission), play.holder(journey.pouch)) == ("applied", "mission AYT")
    assert {row.code for row in play.findings} == {"not-custodian"}


def test_once_the_other_side_signs_the_paper_too_both_are_in_question_in_any_order() -> None:
    journey, refs = prepared()
    play, start = journey.play, len(journey.play.log)
    answer = journey.over(("mfa-1",), (journey.courier,))
    paper = play.act(
        on_paper(journey, "mfa-1", "courier-reserve", units=refs), by=("courier-reserve",), late=("mfa-1",)
    )
    assert (play.status(answer), play.status(paper)) == ("applied", "finding")
    play.sign_late(paper, by="mfa-1")
    assert (play.status(answer), play.status(paper)) == ("disputed", "disputed")
    ledgers = orders_of_log(play, start=start)
    for ledger in ledgers:
        assert statuses(ledger, answer, paper) == ["disputed", "disputed"]
        assert everything(ledger) == everything(ledgers[0])


def test_two_such_papers_that_contest_each_other_leave_the_place_to_the_answer() -> None:
    journey, refs = prepared()
    papers = [journey.play.hold(on_paper(journey, "mfa-1", badge, units=refs), by=(badge,)) for badge in STRANGERS[:2]]
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    ledgers = in_orders(journey.play, [*papers, offer, answer])
    for ledger in ledgers:
        assert statuses(ledger, answer, *papers) == ["applied", "finding", "finding"]
        assert everything(ledger) == everything(ledgers[0])


def test_honest_twin_a_paper_of_one_side_moves_custody_where_nothing_else_is_said() -> None:
    journey, refs = prepared()
    paper = journey.play.act(on_paper(journey, "mfa-1", journey.courier, units=refs), by=(journey.courier,))
    assert journey.play.status(paper) == "applied"
    assert not list(journey.play.findings)


def test_honest_twin_a_paper_of_the_answered_handover_is_one_with_it() -> None:
    journey, refs = prepared()
    paper = journey.play.hold(on_paper(journey, "mfa-1", journey.courier, units=refs), by=(journey.courier,))
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    for ledger in in_orders(journey.play, [offer, answer, paper]):
        assert statuses(ledger, answer, paper) == ["applied", "applied"]


@pytest.mark.parametrize("first", ["answer", "paper"])
def test_a_paper_typed_in_by_each_side_for_itself_is_one_of_both_sides_in_any_order(first: str) -> None:
    journey, refs = prepared()
    sides = (("courier-reserve",), ("mfa-1",))
    papers = [journey.play.hold(on_paper(journey, "mfa-1", "courier-reserve", units=refs), by=by) for by in sides]
    pair = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    held = [*pair, *papers] if first == "answer" else [*papers, *pair]
    orders = [
        held,
        held[::-1],
        [*papers[::-1], *pair],
        [pair[0], papers[0], pair[1], papers[1]],
        [papers[0], *pair, papers[1]],
    ]
    ledgers = in_orders(journey.play, held, orders=orders)
    for ledger in ledgers:
        assert statuses(ledger, pair[1], *papers) == ["disputed"] * 3
        assert [row.code for row in ledger.state.findings if row.status == "open"] == ["conflicting-acts"]


def test_who_handed_on_what_he_took_over_undoes_nothing_by_another_paper_of_the_same_handover_in_any_order() -> None:
    journey, refs = prepared()
    answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    after = [{"unit": journey.pouch, "previous": answer[1]}]
    officer = journey.who("officer")[0]
    on = handed_over(journey, by=journey.courier, to=officer, units=after)
    form = {"result": "accepted with reservation"}
    paper = journey.play.hold(on_paper(journey, "mfa-1", journey.courier, units=refs, form=form), by=(journey.courier,))
    held = [*answer, *on, paper]
    ledgers = in_orders(journey.play, held, orders=list(permutations(held))[::7])
    for ledger in ledgers:
        assert statuses(ledger, answer[1], on[1], paper) == ["applied", "applied", "finding"]
        assert [row.code for row in ledger.state.findings if row.status == "open"] == ["not-custodian"]
        assert everything(ledger) == everything(ledgers[0])


def test_a_paper_that_the_device_of_the_answer_made_before_it_is_a_dispute() -> None:
    journey, refs = prepared()
    form = {"result": "accepted with reservation"}
    paper = journey.play.hold(on_paper(journey, "mfa-1", journey.courier, units=refs, form=form), by=(journey.courier,))
    offer, answer = handed_over(journey, by="mfa-1", to=journey.courier, units=refs)
    for ledger in in_orders(journey.play, [offer, answer, paper]):
        assert statuses(ledger, answer, paper) == ["disputed", "disputed"]
