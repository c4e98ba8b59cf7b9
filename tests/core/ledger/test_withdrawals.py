"""Withdrawals: an answer beats one, unless its device had provably seen it (design D4)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from random import Random

from custody.core.ledger import Ledger
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything


def test_an_answer_beats_a_withdrawal_that_its_device_had_not_seen_in_every_order() -> None:
    play, journey, offer = offered_by_mfa()
    withdrawn = play.hold({"type": "HandoverWithdrawn", "offer": offer}, by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    for order in ((withdrawn, answer), (answer, withdrawn)):
        state = recorded(play, order).state
        assert (state.records[answer].status, state.registers.offers[offer].state) == ("applied", "accepted")
        assert list(state.findings) == []


def test_an_answer_whose_device_had_countersigned_the_withdrawal_changes_nothing_in_every_order() -> None:
    play, journey, offer = offered_by_mfa()
    refs = play.refs(journey.pouch)
    withdrawn = play.hold({"type": "HandoverWithdrawn", "offer": offer, "units": refs}, by=("mfa-1",))
    play.stage.cast.devices[play.stage.cast.device_of[journey.courier]].countersigned = (withdrawn,)
    seen = [{"unit": journey.pouch, "observed": refs[0]["previous"]}]
    proof = play.hold({"type": "SealsChecked", "units": seen, "seals": "intact"}, by=(journey.courier,))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    tolds = []
    for order in permutations((withdrawn, proof, answer)):
        ledger = recorded(play, order)
        state = ledger.state
        assert (state.records[answer].status, state.registers.offers[offer].state) == ("finding", "withdrawn"), order
        head = state.paths.head(journey.pouch)
        assert head is not None
        assert str(head.custodian) == "MFA"
        finding = next(item for item in state.findings if item.code == "not-in-state")
        assert "had seen to be withdrawn" in finding.sentence
        tolds.append(everything(ledger))
    assert all(told == tolds[0] for told in tolds)


def test_what_follows_an_answer_without_effect_is_listed_under_its_finding_in_every_order() -> None:
    play, journey, offer = offered_by_mfa()
    refs = play.refs(journey.pouch)
    withdrawn = play.hold({"type": "HandoverWithdrawn", "offer": offer, "units": refs}, by=("mfa-1",))
    play.stage.cast.devices[play.stage.cast.device_of[journey.courier]].countersigned = (withdrawn,)
    seen = [{"unit": journey.pouch, "observed": refs[0]["previous"]}]
    proof = play.hold({"type": "SealsChecked", "units": seen, "seals": "intact"}, by=(journey.courier,))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=(journey.courier,))
    on_top = [{"unit": journey.pouch, "previous": answer}]
    officer = journey.who("officer")
    offered = play.hold({**journey.offering(officer), "units": on_top}, by=(journey.courier,))
    taken = play.hold({**journey.answering(offered), "units": on_top}, by=officer)
    tolds = []
    orders = list(permutations((withdrawn, proof, answer, offered, taken)))
    for order in Random(5).sample(orders, 40):
        ledger = recorded(play, order)
        records = ledger.state.records
        (finding,) = (item for item in ledger.state.findings if item.code == "not-in-state")
        assert [records[name].status for name in (answer, offered, taken)] == ["finding"] * 3, order
        assert {event for _, _, event in finding.related} == {offered, taken}
        tolds.append(everything(ledger))
    assert all(told == tolds[0] for told in tolds)


def offered_by_mfa() -> tuple[Play, Journey, str]:
    """An offer of the pouch office to the courier, recorded."""
    play = Play("AYT", "ROM")
    journey = Journey(play, "AYT").at_mfa()
    return play, journey, journey.offer(("mfa-1",), (journey.courier,))


def recorded(play: Play, order: Sequence[str]) -> Ledger:
    """What the log makes of held events in an order."""
    return fold_checked(checked_all([*play.log, *(play.held[event] for event in order)]))
