"""Both sides of a handover on paper type the form in, each for itself: together they confirm custody, in either order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from custody.core.fold.same_act import as_shown
from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import Partial, Play
from tests.core.ledger.test_ids_in_any_order import everything, in_orders

_OTHER_SCAN = "6d" * 32


def under_way() -> tuple[Journey, tuple[str, ...], list[Partial]]:
    """A pouch with its courier, who will receive it, and the pouch as it is now."""
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    return journey, journey.who("officer"), journey.play.refs(journey.pouch)


def typed(journey: Journey, *, by: Sequence[str], refs: Sequence[Partial], **other: Any) -> str:
    """Somebody types in the form of the pouch; not on the log yet."""
    paper = form(journey, releasing=journey.courier, receiving=journey.who("officer")[0], units=list(refs))
    return journey.play.hold({**paper, **other}, by=by)


def pouch(ledger: Ledger, journey: Journey) -> tuple[str, str]:
    """Who has the pouch, and what that rests on."""
    head = ledger.state.paths.head(journey.pouch)
    assert head is not None
    shown = as_shown(ledger.state, head)
    return str(shown.custodian), shown.basis


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """Findings, with their status."""
    return [(row.code, row.status) for row in ledger.state.findings]


def test_two_transcriptions_with_one_signature_each_confirm_custody_and_lack_nothing() -> None:
    journey, officer, refs = under_way()
    held = [
        typed(journey, by=officer, refs=refs),
        typed(journey, by=(journey.courier,), refs=refs, scan=_OTHER_SCAN, done_at=journey.play.at(-2)),
    ]
    for ledger in in_orders(journey.play, held):
        assert pouch(ledger, journey) == ("mission AYT", "confirmed")
        assert not [row for row in ledger.state.findings if row.status != "settled"]
        assert {ledger.state.records[act].status for act in held} == {"applied"}


def test_the_unit_is_told_anew_when_the_giver_types_the_form_in_last() -> None:
    journey, officer, refs = under_way()
    held = [typed(journey, by=who, refs=refs) for who in (officer, (journey.courier,))]
    journey.play.record(*held)
    last = [outcome.doc for outcome in journey.play.outcomes if outcome.subject == journey.pouch][-1]
    assert last["basis"] == "confirmed"
    assert journey.play.findings == []


@pytest.mark.parametrize("number", [2, 3])
def test_however_often_the_giver_types_it_in_it_is_one_handover(number: int) -> None:
    journey, officer, refs = under_way()
    held = [typed(journey, by=(journey.courier,), refs=refs) for _ in range(number)]
    held.append(typed(journey, by=officer, refs=refs))
    ledgers = in_orders(journey.play, held)
    assert {pouch(ledger, journey) for ledger in ledgers} == {("mission AYT", "confirmed")}
    assert not [row for ledger in ledgers for row in ledger.state.findings if row.status != "settled"]


def test_a_giver_who_types_in_something_else_lacks_the_other_side_as_before() -> None:
    journey, officer, refs = under_way()
    other = {"act": "HandoverAnswered", "result": "accepted with reservation", "found": "intact"}
    held = [typed(journey, by=officer, refs=refs), typed(journey, by=(journey.courier,), refs=refs, stands_for=other)]
    ledgers = in_orders(journey.play, held)
    for ledger in ledgers:
        assert pouch(ledger, journey) == ("mission AYT", "claimed")
        assert told(ledger) == [("below-threshold", "open")]
        (finding,) = ledger.state.findings
        assert str(finding.sentence).endswith("0 of 1 signed for the receiving side.")
    assert everything(ledgers[0]) == everything(ledgers[1])


def test_a_stranger_who_types_the_form_in_for_the_giver_confirms_nothing() -> None:
    journey, officer, refs = under_way()
    held = [typed(journey, by=who, refs=refs) for who in (officer, ("courier-reserve",))]
    for ledger in in_orders(journey.play, held):
        assert pouch(ledger, journey) == ("mission AYT", "claimed")
        assert told(ledger) == [("wrong-recipient", "open")]


def test_two_handovers_that_both_sides_type_in_are_confirmed_when_what_they_follow_comes_last() -> None:
    journey, officer, refs = under_way()
    play = journey.play
    offer = play.hold(journey.offering(("courier-reserve",), units=refs), by=(journey.courier,))
    moved = play.hold({**journey.answering(offer), "units": refs}, by=("courier-reserve",))
    rows = [moved]
    for releasing, receiving in ((("courier-reserve",), officer), (officer, (journey.courier,))):
        behind = [{"unit": journey.pouch, "previous": rows[-1]}]
        paper = form(journey, releasing=releasing[0], receiving=receiving[0], units=behind)
        rows += [play.hold(paper, by=by) for by in (receiving, releasing)]
    play.record(offer)
    orders = ([*rows[1:], moved], rows, rows[::-1], [rows[place] for place in (2, 1, 0, 4, 3)])
    for ledger in in_orders(play, rows, orders=orders):
        assert {ledger.state.records[act].status for act in rows} == {"applied"}
        assert pouch(ledger, journey) == (f"courier {journey.courier}", "confirmed")
