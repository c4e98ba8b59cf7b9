"""Offers and answers: when custody moves, when it does not, and what each irregular handover raises."""

import pytest

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").at_mfa()


def test_an_offer_alone_moves_nothing(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    assert journey.play.holder(journey.pouch) == "MFA"
    assert journey.play.offer_state(offer) == "offered"
    assert journey.play.findings == []


def test_an_accepted_answer_moves_custody_to_the_receiver(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.unit(journey.pouch).state == "with courier"
    assert journey.play.offer_state(offer) == "accepted"


def test_a_refusal_moves_nothing_and_raises_nothing_by_itself(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), result="refused", codes=["papers-incomplete"])
    assert journey.play.holder(journey.pouch) == "MFA"
    assert journey.play.offer_state(offer) == "refused"
    assert journey.play.findings == []


def test_offering_again_after_a_refusal_is_no_dispute(journey: Journey) -> None:
    journey.answer(journey.offer(("mfa-1",), (journey.courier,)), (journey.courier,), result="refused")
    journey.over(("mfa-1",), (journey.courier,))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.findings == []


def test_acceptance_with_reservation_moves_custody_and_keeps_the_word(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), result="accepted with reservation", codes=["wrapping-damaged"])
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.offer_state(offer) == "accepted with reservation"
    assert journey.play.findings == []


def test_a_withdrawn_offer_is_shown_as_withdrawn(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.play.act({"type": "HandoverWithdrawn", "offer": offer}, by=("mfa-1",))
    assert journey.play.offer_state(offer) == "withdrawn"
    assert journey.play.findings == []


@pytest.mark.parametrize("first", ["answer", "withdrawal"])
def test_an_answer_beats_a_withdrawal_whichever_was_recorded_first(journey: Journey, first: str) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    withdrawal = journey.play.hold({"type": "HandoverWithdrawn", "offer": offer}, by=("mfa-1",))
    answer = journey.play.hold(journey.answering(offer), by=(journey.courier,))
    journey.play.record(*((answer, withdrawal) if first == "answer" else (withdrawal, answer)))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"
    assert journey.play.offer_state(offer) == "accepted"
    assert journey.play.findings == []


@pytest.mark.parametrize("first", ["accepted", "refused"])
def test_an_acceptance_beats_a_refusal_of_the_same_offer_whichever_was_recorded_first(
    journey: Journey, first: str
) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    accepted = journey.play.hold(journey.answering(offer), by=(journey.courier,))
    refused = journey.play.hold(journey.answering(offer, result="refused"), by=(journey.courier,))
    journey.play.record(*((accepted, refused) if first == "accepted" else (refused, accepted)))
    assert journey.play.offer_state(offer) == "accepted"
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_somebody_elses_withdrawal_takes_nothing_back(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.play.act({"type": "HandoverWithdrawn", "offer": offer}, by=("cec-1",))
    assert journey.play.only("not-custodian").status == "open"
    assert journey.play.offer_state(offer) == "offered"


def test_an_answer_with_another_nonce_is_not_this_offers_answer(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), nonce="0" * 32)
    assert journey.play.only("wrong-recipient").severity == "serious"
    assert journey.play.holder(journey.pouch) == "MFA"


def test_an_answer_by_keys_that_were_not_invited_moves_nothing(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, ("courier-reserve",))
    finding = journey.play.only("wrong-recipient")
    assert finding.sentence == (
        f"courier courier-reserve answered the offer of {journey.pouch}, which was made to courier-ayt."
    )
    assert journey.play.holder(journey.pouch) == "MFA"


def test_nobody_hands_over_to_oneself(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), ("mfa-1",))
    journey.answer(offer, ("mfa-1",))
    assert journey.play.only("own-handover").severity == "serious"
    assert journey.play.holder(journey.pouch) == "MFA"


def test_an_offer_by_somebody_who_does_not_hold_the_unit_is_a_finding_and_its_answer_is_listed_under_it(
    journey: Journey,
) -> None:
    offer = journey.offer(("cec-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), nonce=journey.play.stage.cast.nonce("x"), units=[journey.pouch])
    finding = journey.play.only("not-custodian")
    assert (
        finding.sentence
        == f"CEC signed the offer of a handover for {journey.pouch}, which MFA holds; nothing was changed."
    )
    assert [code for code, _, _ in finding.related] == ["not-in-state"]
    assert journey.play.holder(journey.pouch) == "MFA"


def test_the_courier_cannot_hand_to_the_printer(journey: Journey) -> None:
    journey.over(("mfa-1",), (journey.courier,))
    offer = journey.offer((journey.courier,), ("printer-1",))
    journey.answer(offer, ("printer-1",))
    assert journey.play.only("not-authorised").sentence == "courier courier-ayt cannot hand ballot papers to printer."


def test_the_same_pouch_offered_to_two_is_a_finding_until_one_answers(journey: Journey) -> None:
    first = journey.offer(("mfa-1",), (journey.courier,))
    journey.offer(("mfa-1",), ("courier-reserve",))
    finding = journey.play.only("double-offer")
    assert finding.status == "open"
    assert finding.sentence == (
        f"{journey.pouch} was offered to courier courier-ayt and to courier courier-reserve; only one of them can take it over."
    )
    journey.answer(first, (journey.courier,))
    assert journey.play.only("double-offer").status == "settled"


def test_offering_twice_to_the_same_courier_is_no_finding_and_the_older_offer_is_superseded(journey: Journey) -> None:
    first = journey.offer(("mfa-1",), (journey.courier,))
    second = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(second, (journey.courier,))
    assert journey.play.findings == []
    assert journey.play.offer_state(first) == "superseded"
    journey.play.monitor_says(hours=48)
    assert journey.play.codes_found() == [
        ("not-in-state", "open")
    ]  # the monitor's note about nothing, and nothing else


def test_an_offer_unanswered_for_three_days_of_log_time_is_a_finding_that_the_answer_settles(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=73)
    found = [finding for finding in journey.play.findings if finding.code == "offer-unanswered"]
    assert [finding.status for finding in found] == ["open"]
    assert "offered, unanswered" in found[0].sentence
    answer = journey.answer(offer, (journey.courier,))
    settled = [finding for finding in journey.play.findings if finding.code == "offer-unanswered"]
    assert [(finding.status, finding.settled_by) for finding in settled] == [("settled", answer)]


def test_fewer_packages_than_offered_are_a_finding_that_a_complete_handover_settles(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    found = {"packages": 0, "seals": [], "papers": None}
    journey.answer(offer, (journey.courier,), result="refused", found=found)
    finding = journey.play.only("package-count")
    assert finding.sentence == (
        f"0 of 1 package shown by MFA to courier courier-ayt: refused; not shown: {journey.pouch}."
    )
    assert finding.related == (), "a seal on a package that nobody saw was not to be read"
    journey.over(("mfa-1",), (journey.courier,))
    assert journey.play.only("package-count").status == "settled"


def test_papers_declared_otherwise_than_packed_are_a_finding(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,), declared={"papers": journey.papers - 1})
    assert journey.play.only("quantity-mismatch").sentence == (
        f"{journey.papers - 1} papers were declared at the handover of {journey.pouch}; what was packed says {journey.papers}."
    )
    journey.answer(offer, (journey.courier,))
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_papers_counted_otherwise_than_declared_at_the_handover_are_a_finding(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    found = {"packages": 1, "seals": journey.play.stage.seals_found(journey.pouch), "papers": journey.papers - 2}
    journey.answer(offer, (journey.courier,), found=found)
    assert journey.play.only("quantity-mismatch").sentence == (
        f"{journey.papers} papers were declared at the handover of {journey.pouch}, {journey.papers - 2} were counted."
    )


def test_a_pouch_delivered_to_another_station_is_a_wrong_recipient() -> None:
    journey = Journey(Play(), "AYT").under_way()
    journey.over((journey.courier,), ("rom-officer",))
    finding = journey.play.only("wrong-recipient")
    assert finding.sentence == f"{journey.pouch} is for AYT, but mission ROM accepted it."
    assert journey.play.holder(journey.pouch) == "mission ROM"


def test_an_offer_of_a_unit_inside_another_changes_nothing(journey: Journey) -> None:
    journey.offer(("mfa-1",), (journey.courier,), units=[journey.packs[0]], declared={"papers": None})
    assert journey.play.only("not-in-state").severity == "attention"


def test_an_answer_to_an_answer_changes_nothing(journey: Journey) -> None:
    answer = journey.over(("mfa-1",), (journey.courier,))
    nonce = journey.play.stage.cast.nonce("again")
    journey.play.act({**journey.answering(answer), "units": [journey.pouch], "nonce": nonce}, by=("mfa-1",))
    assert journey.play.only("not-in-state").sentence.startswith(
        "The answer to an offered handover is about an offer that changed nothing"
    )
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_the_mfa_may_hand_to_mission_staff_collecting_in_the_capital(journey: Journey) -> None:
    journey.over(("mfa-1",), journey.who("officer"))
    assert journey.play.holder(journey.pouch) == "mission AYT"
    assert journey.play.findings == []


def test_a_unit_that_is_not_manifested_cannot_be_offered() -> None:
    journey = Journey(Play(), "AYT")
    journey.play.act(
        {"type": "UnitPacked", "unit": journey.pouch, "batch": journey.names.batch, "contents": [], "papers": 5}, by=CEC
    )
    journey.offer(("cec-1",), ("mfa-1",))
    assert journey.play.only("not-in-state").sentence == (
        f"The offer of a handover does not fit {journey.pouch}, which is packed; nothing was changed."
    )


def double_offers(journey: Journey) -> list[str]:
    return [item.status for item in journey.play.findings if item.code == "double-offer"]


def test_an_offer_to_another_after_a_refusal_or_a_withdrawal_is_no_double_offer(journey: Journey) -> None:
    first = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(first, (journey.courier,), result="refused")
    second = journey.offer(("mfa-1",), ("courier-reserve",))
    journey.play.act({"type": "HandoverWithdrawn", "offer": second}, by=("mfa-1",))
    journey.offer(("mfa-1",), (journey.courier,))
    assert double_offers(journey) == []


def test_a_withdrawal_of_one_of_two_offers_settles_the_double_offer(journey: Journey) -> None:
    journey.offer(("mfa-1",), (journey.courier,))
    second = journey.offer(("mfa-1",), ("courier-reserve",))
    assert double_offers(journey) == ["open"]
    journey.play.act({"type": "HandoverWithdrawn", "offer": second}, by=("mfa-1",))
    assert double_offers(journey) == ["settled"]


def test_a_third_offer_widens_the_double_offer(journey: Journey) -> None:
    offers = [journey.offer(("mfa-1",), (receiving,)) for receiving in (journey.courier, "courier-reserve", "cec-1")]
    finding = journey.play.only("double-offer")
    assert set(finding.evidence) == set(offers)
    assert "to CEC and to courier courier-ayt and to courier courier-reserve" in finding.sentence


def test_offers_to_sets_of_keys_that_share_one_are_no_double_offer(journey: Journey) -> None:
    journey.offer(("mfa-1",), (journey.courier,))
    journey.offer(("mfa-1",), (journey.courier, "courier-reserve"))
    assert double_offers(journey) == []
