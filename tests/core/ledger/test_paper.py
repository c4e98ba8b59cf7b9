"""Acts transcribed from paper: claimed by one side, confirmed by the other, and one handover with the electronic answer."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from custody.core.wording.messages import tell
from custody.core.wording.time_words import time_in
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial, Play, checked_all, fold_checked
from tests.core.ledger.test_disputes import everything

SCAN = "5c" * 32


def on_paper(journey: Journey, releasing: str, receiving: str, **other: Any) -> Partial:
    """The hand-over form of the journey's pouch, transcribed."""
    play = journey.play
    form = {"act": "HandoverAnswered", "result": "accepted", "found": "intact", **other.pop("form", {})}
    paper = {"releasing": [releasing], "receiving": [receiving]}
    act = {"type": "ActTranscribed", "scan": SCAN, "done_at": play.at(-3), "paper": paper}
    return {**act, "stands_for": form, "units": [journey.pouch], **other}


def basis(play: Play, unit: str) -> str:
    """The basis of a unit's custody as last told."""
    return str([item.doc for item in play.outcomes if (item.kind, item.subject) == ("unit", unit)][-1]["basis"])


@pytest.fixture
def journey() -> Journey:
    return Journey(Play("AYT", "ROM"), "AYT").under_way()


def test_one_person_of_the_receiving_side_moves_custody_as_claimed(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    done = time_in(play.at(-3), language="en")
    event = play.act(on_paper(journey, journey.courier, officer[0]), by=officer)
    assert (play.status(event), play.holder(journey.pouch), basis(play, journey.pouch)) == (
        "applied",
        "mission AYT",
        "claimed",
    )
    assert play.findings == []
    entry = next(item.doc for item in play.outcomes if item.kind == "entry" and item.doc["event"] == event)
    assert f"Transcribed from paper, claimed time {done}" in tell(entry["says"], language="en")
    assert play.offer_state(event) == "accepted"
    unit = [item.doc for item in play.outcomes if (item.kind, item.subject) == ("unit", journey.pouch)][-1]
    assert tell(unit["says"], language="en") == (
        f"{journey.pouch} is in store, held by mission AYT, claimed from paper by the receiving side alone. "
        f"Transcribed from paper, claimed time {done}."
    )


def test_the_other_sides_signature_makes_it_confirmed_whenever_it_comes(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = play.act(on_paper(journey, journey.courier, officer[0]), by=officer, late=(journey.courier,))
    assert basis(play, journey.pouch) == "claimed"
    play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}, by=officer)
    play.sign_late(event, by=journey.courier)
    assert basis(play, journey.pouch) == "confirmed"
    assert play.findings == []


def test_the_legs_count_as_walked(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = play.act(on_paper(journey, journey.courier, officer[0]), by=officer)
    doc = [item.doc for item in play.outcomes if item.kind == "consignment"][-1]
    assert doc["legs"][2]["handover"] == event
    assert len(doc["legs"]) == 4


def test_the_giver_alone_cannot_hand_anything_off(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = play.act(on_paper(journey, journey.courier, officer[0]), by=(journey.courier,), late=officer)
    play.only("below-threshold")
    assert play.holder(journey.pouch) == str(play.unit(journey.pouch).custodian) == f"courier {journey.courier}"
    play.sign_late(event, by=officer[0])
    assert (play.holder(journey.pouch), basis(play, journey.pouch)) == ("mission AYT", "confirmed")


def test_the_paper_of_somebody_who_does_not_hold_the_unit_moves_nothing(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = play.act(on_paper(journey, "courier-reserve", officer[0]), by=officer)
    assert play.status(event) == "finding"
    assert "courier of MFA released" in play.only("not-custodian").sentence
    assert play.holder(journey.pouch) == f"courier {journey.courier}"


def test_a_transcription_by_somebody_of_another_side_moves_nothing(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    play.act(on_paper(journey, journey.courier, officer[0]), by=("mfa-1",))
    assert "signed for the receiving side by MFA" in play.only("wrong-recipient").sentence


def test_a_stranger_who_signs_for_the_releasing_side_confirms_nothing_and_is_named(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    act = on_paper(journey, journey.courier, officer[0])
    drafted = {**act, "paper": {"releasing": [journey.courier, "mfa-2"], "receiving": [officer[0]]}}
    play.act(drafted, by=(*officer, "mfa-2"))
    assert basis(play, journey.pouch) == "claimed"
    assert "mfa-2 (MFA)" in play.only("extra-signature").sentence


def test_the_checks_of_a_handover_are_those_of_its_paper() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").at_mfa()
    play = journey.play
    form = {"found": {"packages": 1, "seals": [], "papers": None}}
    play.act(on_paper(journey, "mfa-1", "courier-reserve", form=form), by=("courier-reserve",))
    assert play.codes_found() == [("mandate-missing", "open"), ("seal-unchecked", "open")]
    assert play.holder(journey.pouch) == "courier courier-reserve"


def test_a_refusal_on_paper_is_kept_and_moves_nothing(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    event = play.act(on_paper(journey, journey.courier, officer[0], form={"result": "refused"}), by=officer)
    assert (play.status(event), play.offer_state(event)) == ("applied", "refused")
    assert play.holder(journey.pouch) == f"courier {journey.courier}"


def test_a_person_who_signed_both_sides_of_the_paper_moves_nothing(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    act = on_paper(journey, journey.courier, officer[0])
    tag, carrier = play.tag(officer[0]), play.tag(journey.courier)
    rows = [
        {"part": "releasing", "role": "courier", "office": "MFA", "person": carrier},
        {"part": "releasing", "role": "courier", "office": "MFA", "person": tag},
        {"part": "receiving", "role": "mission-officer", "office": "AYT", "person": tag},
    ]
    play.act({**act, "paper": rows}, by=officer)
    play.only("own-handover")


class Both:
    """A journey whose handover to the mission is both answered on devices and transcribed from paper; then it goes on."""

    def __init__(self, *, follows: str, form: Partial | None = None) -> None:
        self.journey = journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
        self.play = play = journey.play
        self.start = len(play.log)
        refs, officer = play.refs(journey.pouch), journey.who("officer")
        offer = play.hold(journey.offering(officer), by=(journey.courier,))
        self.answer = play.hold({**journey.answering(offer), "units": refs}, by=officer)
        act = on_paper(journey, journey.courier, officer[0], units=refs, form=form or {})
        self.paper = play.hold(act, by=officer)
        known = {"answer": self.answer, "paper": self.paper}[follows]
        after = [{"unit": journey.pouch, "previous": known}]
        second = play.hold(journey.offering(journey.commission, units=after), by=officer)
        third = play.hold({**journey.answering(second), "units": after}, by=journey.commission)
        self.events = (offer, self.answer, self.paper, second, third)

    def folded(self, order: tuple[int, ...]) -> Any:
        entries = [*self.play.log[: self.start], *(self.play.held[self.events[place]] for place in order)]
        return fold_checked(checked_all(entries))


@pytest.mark.parametrize("follows", ["answer", "paper"])
def test_paper_and_answer_that_say_the_same_are_one_handover_in_every_order(follows: str) -> None:
    both = Both(follows=follows)
    tolds = []
    for order in permutations(range(5)):
        ledger = both.folded(order)
        tolds.append(everything(ledger))
        state = ledger.state
        assert list(state.findings) == []
        assert {state.records[event].status for event in both.events} == {"applied"}
        assert str(state.paths.head(both.journey.pouch).custodian) == "commission AYT"
        assert state.registers.offers[both.events[0]].state == "accepted"
        assert state.registers.offers[both.paper].state == "superseded"
    assert all(told == tolds[0] for told in tolds)


def test_paper_and_answer_that_differ_are_a_dispute_in_every_order() -> None:
    both = Both(follows="paper", form={"result": "accepted with reservation"})
    tolds = [everything(both.folded(order)) for order in permutations(range(5))]
    assert all(told == tolds[0] for told in tolds)
    state = both.folded((0, 1, 2, 3, 4)).state
    assert [item.code for item in state.findings] == ["conflicting-acts"]
    assert str(state.paths.head(both.journey.pouch).custodian) == f"courier {both.journey.courier}"


@pytest.mark.parametrize("first", ["receiving", "releasing"])
def test_each_side_may_transcribe_the_same_paper_and_both_together_confirm_custody(
    journey: Journey, first: str
) -> None:
    play, officer, courier = journey.play, journey.who("officer"), (journey.courier,)
    form = on_paper(journey, journey.courier, officer[0], units=play.refs(journey.pouch))
    order = (officer, courier) if first == "receiving" else (courier, officer)
    acts = [play.act(form, by=signers) for signers in order]
    assert [play.status(act) for act in acts] == ["applied", "applied"]
    assert play.codes_found() == [("below-threshold", "settled")] * (first == "releasing")
    assert (play.holder(journey.pouch), basis(play, journey.pouch)) == ("mission AYT", "confirmed")


def test_a_second_transcription_by_somebody_who_may_not_is_named_and_changes_nothing(journey: Journey) -> None:
    play, officer, head = journey.play, journey.who("officer"), journey.who("head")[:1]
    form = on_paper(journey, journey.courier, officer[0], units=play.refs(journey.pouch))
    first, second = play.act(form, by=officer), play.act(form, by=head)
    assert (play.status(first), play.status(second)) == ("applied", "recorded")
    assert head[0] in play.only("not-authorised").sentence
    assert (play.holder(journey.pouch), basis(play, journey.pouch)) == ("mission AYT", "claimed")


def test_an_opening_and_a_count_on_paper_are_signed_by_whom_it_takes_and_shown_as_paper() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").received()
    play = journey.play
    base = {"type": "ActTranscribed", "scan": SCAN, "done_at": play.at(-2), "paper": {"acting": journey.commission}}
    opening = {**base, "stands_for": {"act": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}}
    event = play.act(opening, by=journey.commission[:2], late=journey.commission[2:])
    play.only("below-threshold")
    play.sign_late(event, by=journey.commission[2])
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    count = play.act({**base, "stands_for": {"act": "BallotsCounted", "counts": counts}}, by=journey.commission)
    assert play.codes_found() == [("below-threshold", "settled")]
    assert (play.status(event), play.status(count)) == ("applied", "applied")
    assert play.book("AYT")["counted"] == journey.papers
    assert "Transcribed from paper" in tell(play.unit(journey.names.stock).says(), language="en")


def test_three_transcriptions_of_one_handover_give_the_same_head_in_every_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play, officer, start = journey.play, journey.who("officer"), len(journey.play.log)
    form = {**on_paper(journey, journey.courier, officer[0]), "units": play.refs(journey.pouch)}
    events = [play.act(form, by=officer) for _ in range(3)]
    journey.offer(officer, journey.commission)
    items = checked_all(play.log)
    ledgers = [fold_checked([*items[:start], *order]) for order in permutations(items[start:])]
    heads = [ledger.state.paths.head(journey.pouch) for ledger in ledgers]
    assert {None if head is None else head.act for head in heads} == {min(events)}
    assert all(everything(ledger) == everything(ledgers[0]) for ledger in ledgers)
    assert not list(ledgers[0].state.findings)
