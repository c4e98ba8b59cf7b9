"""Acts that arrive before what they follow: they wait, are judged when it comes, and end as if they had come in order."""

import json
from itertools import permutations

import pytest

from custody.core.ledger import Ledger
from custody.core.state.finding_store import finding_id
from schemas.envelope import parse_envelope
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked


def test_an_answer_recorded_before_its_offer_waits_and_then_moves_custody() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    play.record(answer)
    assert play.status(answer) == "waiting"
    assert play.holder(journey.pouch) == "MFA"
    play.record(offer)
    assert play.status(answer) == "applied"
    assert play.holder(journey.pouch) == "courier courier-ayt"
    assert play.findings == []


def test_a_whole_journey_synced_in_reverse_ends_as_in_order() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    checked = play.hold({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}, by=(journey.courier,))
    arrive = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    received = play.hold(journey.answering(arrive), by=journey.who("officer"))
    for event in (received, arrive, checked, answer):
        play.record(event)
        assert play.status(event) == "waiting"
    play.record(offer)
    assert [play.status(event) for event in (offer, answer, checked, arrive, received)] == ["applied"] * 5
    assert play.holder(journey.pouch) == "mission AYT"
    assert play.findings == []


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_opening_and_counting_end_the_same_in_any_order_of_arrival(order: tuple[int, ...]) -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    offer = play.hold(journey.offering(journey.commission), by=(journey.courier,))
    answer = play.hold(journey.answering(offer), by=journey.commission)
    opened = play.hold({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    counts = [{"unit": pack, "papers": play.stage.unit(pack).papers} for pack in journey.packs]
    counted = play.hold({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    play.record(*[(offer, answer, opened, counted)[place] for place in order])
    assert play.book("AYT")["counted"] == journey.papers
    assert play.findings == []


def test_an_act_whose_predecessor_never_comes_becomes_a_finding_after_three_days_of_log_time() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    play.record(answer)
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    assert "predecessor-missing" not in [code for code, _ in play.codes_found()]
    play.monitor_says(hours=2)
    found = next(finding for finding in play.findings if finding.code == "predecessor-missing")
    assert (
        found.sentence
        == "The answer to an offered handover follows an event that is not on the log: not sent or not recorded."
    )
    assert offer in found.evidence
    play.record(offer)
    assert next(finding for finding in play.findings if finding.code == "predecessor-missing").status == "settled"
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_a_wait_is_not_made_longer_by_a_clock_that_stood_still_before_it() -> None:
    """Nothing shows that an event was there before the first time that the log told after it."""
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    play.monitor_says(hours=1)
    play.wait(hours=200)
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    play.record(play.hold(journey.answering(offer), by=(journey.courier,)))
    play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=("mfa-1",))
    play.monitor_says(hours=1)
    assert "predecessor-missing" not in [code for code, _ in play.codes_found()]
    assert "device-gap" not in [code for code, _ in play.codes_found()]


def test_a_report_that_waited_too_long_is_settled_when_the_act_it_observed_comes() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    delay = play.hold({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    play.record(delay)
    play.monitor_says(hours=1)
    play.monitor_says(hours=80)
    assert ("predecessor-missing", "open") in play.codes_found()
    play.record(offer, answer)
    assert ("predecessor-missing", "settled") in play.codes_found()


def test_an_act_that_follows_a_decision_a_report_or_an_offer_changes_nothing() -> None:
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    report = play.act({"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}, by=(journey.courier,))
    mandate = journey.mandate("courier-reserve")
    offer = journey.offer((journey.courier,), journey.who("officer"))
    for wrong in (report, mandate, offer, play.ledger.election):
        units = [{"unit": journey.pouch, "previous": wrong}]
        seal = {"type": "SealReplaced", "unit": journey.pouch, "removed": play.unit(journey.pouch).seals[0].number}
        replaced = {**seal, "applied": play.stage.seal(journey.pouch)["seal"], "reason": "damaged", "units": units}
        play.act(replaced, by=CEC)
    assert (play.only("not-in-state").status, play.only("not-in-state").count) == ("open", 4)
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_the_state_after_late_arrivals_is_that_of_the_same_acts_in_order_but_for_positions() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    start = len(play.log)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    items = checked_all(play.log)
    late = fold_checked([*items[:start], *reversed(items[start:])])
    assert _without_positions(late) == _without_positions(play.ledger)


def _without_positions(ledger: Ledger) -> list[object]:
    return [(table, key, {**row, "raised": 0, "enrolled": 0}) for table, key, row in ledger.rows()]


def test_everything_that_waits_for_one_missing_event_is_one_finding() -> None:
    journey = Journey(Play(), "AYT").at_mfa()
    play = journey.play
    offer = play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = play.hold(journey.answering(offer), by=(journey.courier,))
    checked = play.hold({"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}, by=(journey.courier,))
    arrive = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    received = play.hold(journey.answering(arrive), by=journey.who("officer"))
    play.record(received, checked, answer, arrive)
    play.monitor_says(hours=1)
    play.monitor_says(hours=80)
    missing = [finding for finding in play.findings if finding.code == "predecessor-missing"]
    assert [(finding.status, len(finding.related)) for finding in missing] == [("open", 3)]
    play.record(offer)
    assert {finding.status for finding in play.findings if finding.code == "predecessor-missing"} == {"settled"}
    assert play.holder(journey.pouch) == "mission AYT"


def found(play: Play, identity: str) -> str:
    """The status of a finding."""
    return next(finding.status for finding in play.findings if finding.id == identity)


def handed_on_after_half_a_loss() -> tuple[Journey, str, str, str]:
    """Loss (one of two signed), and offer and answer on the courier's phone that follow it; the offer is kept back."""
    journey = Journey(Play(), "AYT").under_way()
    play = journey.play
    act = {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}
    loss = play.act(act, by=(journey.courier,), late=("mfa-1",))
    after = [{"unit": journey.pouch, "previous": loss}]
    offer = play.hold({**journey.offering(journey.who("officer")), "units": after}, by=(journey.courier,))
    nonce = json.loads(parse_envelope(play.held[offer]).payload)["nonce"]
    answer = play.act({**journey.answering(offer), "units": after, "nonce": nonce}, by=journey.who("officer"))
    return journey, loss, offer, answer


def test_what_waits_for_an_act_that_lacks_a_signature_is_listed_under_that_acts_finding() -> None:
    journey, loss, offer, _ = handed_on_after_half_a_loss()
    play = journey.play
    play.record(offer)
    play.monitor_says(hours=1)
    play.monitor_says(hours=80)
    finding = next(item for item in play.findings if item.evidence == (loss,))
    assert [code for code, _, _ in finding.related] == ["predecessor-missing"] * 2
    assert str(finding.related[0][1]).startswith(
        "The offer of a handover waits for what has not taken effect: the declaration of a loss of 15 April 2015"
    )
    assert "predecessor-missing" not in [item.code for item in play.findings]


def test_what_waits_for_two_events_is_told_until_both_have_come() -> None:
    journey, loss, offer, answer = handed_on_after_half_a_loss()
    play = journey.play
    play.monitor_says(hours=1)
    play.monitor_says(hours=80)
    missing = finding_id(code="predecessor-missing", subject=journey.pouch, evidence=(loss, answer))
    assert found(play, missing) == "open"
    play.sign_late(loss, by="mfa-1")
    assert found(play, missing) == "open"
    play.record(offer)
    assert found(play, missing) == "settled"


@pytest.mark.parametrize("first", [0, 1])
def test_one_of_two_missing_events_that_comes_does_not_begin_the_wait_anew(first: int) -> None:
    play = Play()
    names = play.names("AYT")
    packs = [names.pack(1), names.pack(2)]
    empty = {"type": "UnitPacked", "contents": [], "batch": names.batch, "papers": 5}
    missing = [play.hold({**empty, "unit": pack}, by=CEC) for pack in packs]
    pouch = {"type": "UnitPacked", "unit": names.pouch(1), "batch": None, "contents": packs, "papers": 10}
    waiting = play.act(pouch, by=CEC)
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    play.record(missing[first])
    assert play.status(waiting) == "waiting"
    assert "predecessor-missing" not in {code for code, _ in play.codes_found()}
    play.monitor_says(hours=2)
    assert ("predecessor-missing", "open") in play.codes_found()
